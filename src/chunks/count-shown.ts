import { estimateTokens } from '#lib/estimate-tokens.ts';
import type { DiffLine } from '#model/change-set.ts';
import type { ChunkHunk } from '#model/chunk.ts';

/** Tokens of line feed, number and mark around each line that a prompt shows, as `estimateTokens` weighs them. */
const LINE_FRAME = 4;

/** Lines are counted when they are grouped, cut and surrounded; the objects are the same ones. */
const counted = new WeakMap<object, number>();

/** Estimated tokens of a line with its number and mark, as a prompt shows it. */
export function lineTokens(line: Pick<DiffLine, 'text'>): number {
  const known = counted.get(line);
  if (known !== undefined) return known;
  const tokens = LINE_FRAME + estimateTokens(line.text);
  counted.set(line, tokens);
  return tokens;
}

/** Estimated tokens of the line that names a file above its lines. */
export function headingTokens(path: string): number {
  return LINE_FRAME + estimateTokens(path);
}

/** Estimated tokens of hunks, or slices of them. */
export function hunkTokens(hunks: readonly ChunkHunk[]): number {
  return hunks.reduce((sum, hunk) => sum + hunk.lines.reduce((total, line) => total + lineTokens(line), 0), 0);
}
