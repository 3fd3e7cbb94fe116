import type { DiffLine, Hunk } from '#model/change-set.ts';
import type { ChunkHunk } from '#model/chunk.ts';
import { lineTokens } from './estimate-tokens.ts';

/** What one slice may hold. */
export interface Room {
  readonly tokens: number;
  readonly lines: number;
}

/** Part of a slice that repeats the end of the slice before it, so that code across the cut is seen in one piece. */
const OVERLAP = 0.1;
/** Most lines that are repeated. */
const OVERLAP_LINES = 20;
/** Characters that two pieces of one line share. */
const OVERLAP_CHARACTERS = 100;

/**
 * Cuts a hunk into slices that fit, each with `whole: false`. Every line is in some slice. A line that alone is too
 * long is shown in pieces under its own number, each piece a slice of its own; together the pieces are the line.
 */
export function sliceHunk(hunk: Hunk, room: Room): ChunkHunk[] {
  const slices: ChunkHunk[] = [];
  const cut = (lines: readonly DiffLine[]) => slices.push({ hunkId: hunk.id, lines, whole: false });
  let slice: DiffLine[] = [];
  let tokens = 0;
  /** Lines of `slice` that no earlier slice shows. */
  let fresh = 0;
  for (const line of hunk.lines) {
    const cost = lineTokens(line);
    if (fresh > 0 && (tokens + cost > room.tokens || slice.length === room.lines)) {
      cut(slice);
      slice = overlapOf(slice, {
        tokens: Math.min(room.tokens * OVERLAP, room.tokens - cost),
        lines: Math.min(OVERLAP_LINES, room.lines - 1),
      });
      tokens = sum(slice);
      fresh = 0;
    }
    if (cost > room.tokens) {
      for (const piece of cutLine(line, room)) cut([piece]);
      [slice, tokens, fresh] = [[], 0, 0];
      continue;
    }
    slice.push(line);
    tokens += cost;
    fresh += 1;
  }
  if (fresh > 0) cut(slice);
  return slices;
}

function overlapOf(slice: readonly DiffLine[], room: Room): DiffLine[] {
  let start = slice.length;
  for (let tokens = 0; start > 0 && slice.length - start < room.lines; start -= 1) {
    tokens += lineTokens(slice[start - 1] ?? { text: '' });
    if (tokens > room.tokens) break;
  }
  return slice.slice(start);
}

function sum(lines: readonly DiffLine[]): number {
  return lines.reduce((total, line) => total + lineTokens(line), 0);
}

/** One character costs one token at most, so a piece of as many characters as tokens are left always fits. */
function cutLine(line: DiffLine, room: Room): DiffLine[] {
  const frame = lineTokens({ text: '' });
  const ascii = lineTokens(line) === frame + Math.ceil(line.text.length / 3);
  const width = Math.max(OVERLAP_CHARACTERS * 2, (room.tokens - frame) * (ascii ? 3 : 1));
  const pieces: DiffLine[] = [];
  for (let at = 0; at < line.text.length; at += width - OVERLAP_CHARACTERS) {
    pieces.push({ ...line, text: line.text.slice(at, at + width) });
    if (at + width >= line.text.length) break;
  }
  return pieces;
}
