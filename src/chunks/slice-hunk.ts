import type { DiffLine, Hunk } from '#model/change-set.ts';
import type { ChunkHunk } from '#model/chunk.ts';
import { lineTokens } from './count-shown.ts';

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
const OVERLAP_CHARACTERS = 50;
/** Characters that fit whatever they are, since none takes more than a token: `LEAST_TOKENS` of `packChunks` sees to it. */
const NARROWEST = 150;

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

/** Pieces as wide as they can be, by halving: how many tokens a character takes is different in every part of a line. */
function cutLine(line: DiffLine, room: Room): DiffLine[] {
  const pieces: DiffLine[] = [];
  let width = line.text.length;
  for (let at = 0; at < line.text.length; ) {
    const piece = { ...line, text: line.text.slice(at, at + width) };
    if (lineTokens(piece) > room.tokens && width > NARROWEST) {
      width = Math.max(NARROWEST, width >> 1);
      continue;
    }
    pieces.push(piece);
    if (at + width >= line.text.length) break;
    at += width - OVERLAP_CHARACTERS;
  }
  return pieces;
}
