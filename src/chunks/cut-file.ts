import type { ChangedFile, ChangeMode } from '#model/change-set.ts';
import type { Chunk, ChunkHunk } from '#model/chunk.ts';
import { languageOf, languageOfShebang } from '#model/language.ts';
import type { Outline } from '#model/outline.ts';
import { chunkOfFile } from './chunk-of-file.ts';
import { headingTokens, hunkTokens } from './count-shown.ts';
import { findSurroundings } from './find-surroundings.ts';
import type { PathRules } from './read-path-rules.ts';
import { type Room, sliceHunk } from './slice-hunk.ts';

/** A selected file with what is known of it beyond its hunks. */
export interface PackSource {
  readonly file: ChangedFile;
  /** The whole file on the new side, in agreement with the hunks; null when unknown. */
  readonly text: string | null;
  readonly outline: Outline | null;
}

export interface CutOptions {
  /** Most estimated tokens of code in a chunk. */
  readonly tokens: number;
  readonly mode: ChangeMode;
  /** What is shown around the hunks: what explains them, or as much of the file as fits. */
  readonly reach: 'near' | 'file';
  /** What the plan says of a file; absent: nothing of any. */
  readonly rulesOf?: (path: string) => PathRules;
}

/** Lines of a chunk in whole-file mode. */
const FILE_LINES = 800;
/** Smaller budgets would cut nearly every line. */
const LEAST_TOKENS = 400;
/** Hunks are put together up to this share of a chunk; the rest is for what stands around them. */
const JOIN_SHARE = 0.75;

/**
 * One file as chunks that fit, in the order of its lines, each with what stands around its hunks. A hunk that fits is
 * never cut; one that does not fit is shown in overlapping slices, and every line of it in some slice.
 */
export function cutFile({ file, text, outline }: PackSource, options: CutOptions): Chunk[] {
  const budget = Math.max(options.tokens, LEAST_TOKENS);
  const heading = headingTokens(file.path);
  const room: Room = {
    tokens: Math.max(budget - heading, LEAST_TOKENS / 2),
    lines: options.mode === 'files' ? FILE_LINES : Number.POSITIVE_INFINITY,
  };
  const request = {
    text: text?.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)) ?? null,
    outline,
    // In whole files every line counts as added; there, what a slice leaves out may stand around it.
    added: new Set(options.mode === 'files' ? [] : addedLines(file)),
    budget,
    reach: options.reach,
  };
  const rules = options.rulesOf?.(file.path) ?? {};
  const language = languageOf(file.path) ?? languageOfShebang(firstLine(file, text));
  return groupHunks(file, room).map((hunks, ordinal) => {
    const surroundings = findSurroundings(hunks, { ...request, free: budget - heading - hunkTokens(hunks) });
    const sliced = hunks.some((hunk) => !hunk.whole);
    return chunkOfFile({ path: file.path, language, hunks, surroundings, text, ...rules }, sliced ? ordinal : null);
  });
}

/** Line 1 of the new side, where the text or a hunk shows it. */
function firstLine(file: ChangedFile, text: string | null): string {
  return text?.split('\n', 1)[0] ?? file.hunks[0]?.lines.find((line) => line.newLine === 1)?.text ?? '';
}

function addedLines(file: ChangedFile): number[] {
  return file.hunks.flatMap((hunk) => hunk.lines.flatMap((line) => (line.mark === 'added' ? (line.newLine ?? []) : [])));
}

/** Hunks in order, together as long as they fit; each slice of a cut hunk alone. */
function groupHunks(file: ChangedFile, room: Room): ChunkHunk[][] {
  const groups: ChunkHunk[][] = [];
  let [open, tokens, lines]: [ChunkHunk[] | null, number, number] = [null, 0, 0];
  for (const hunk of file.hunks) {
    const whole: ChunkHunk = { hunkId: hunk.id, lines: hunk.lines, whole: true };
    const cost = hunkTokens([whole]);
    if (cost > room.tokens || hunk.lines.length > room.lines) {
      for (const slice of sliceHunk(hunk, room)) groups.push([slice]);
      open = null;
    } else if (open !== null && tokens + cost <= room.tokens * JOIN_SHARE && lines + hunk.lines.length <= room.lines) {
      open.push(whole);
      [tokens, lines] = [tokens + cost, lines + hunk.lines.length];
    } else {
      open = [whole];
      groups.push(open);
      [tokens, lines] = [cost, hunk.lines.length];
    }
  }
  return groups;
}
