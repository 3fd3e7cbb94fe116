import { createHash } from 'node:crypto';
import type { ChangedFile, ChangeMode } from '#model/change-set.ts';
import type { Chunk, ChunkFile, ChunkHunk } from '#model/chunk.ts';
import { languageOf, languageOfShebang } from '#model/language.ts';
import type { Outline } from '#model/outline.ts';
import { headingTokens, lineTokens } from './count-shown.ts';
import { estimateRisk } from './estimate-risk.ts';
import { findSurroundings } from './find-surroundings.ts';
import { type Room, sliceHunk } from './slice-hunk.ts';

/** A selected file with what is known of it beyond its hunks. */
export interface PackSource {
  readonly file: ChangedFile;
  /** The whole file on the new side, in agreement with the hunks; null when unknown. */
  readonly text: string | null;
  readonly outline: Outline | null;
}

interface PackOptions {
  /** Most estimated tokens of code in a chunk. */
  readonly tokens: number;
  readonly mode: ChangeMode;
  /** What is shown around the hunks: what explains them, or as much of the file as fits. */
  readonly reach: 'near' | 'file';
}

/** Lines of a chunk in whole-file mode. */
const FILE_LINES = 800;
/** Smaller budgets would cut nearly every line. */
const LEAST_TOKENS = 400;
/** Hunks are put together up to this share of a chunk; the rest is for what stands around them. */
const JOIN_SHARE = 0.75;

/**
 * Packs hunks into chunks that fit the budget, riskiest first. A chunk holds hunks of one file and depends on that
 * file alone, so a change elsewhere leaves it, and the answers kept for it, as it was. A hunk that fits is never cut;
 * one that does not fit is shown in overlapping slices, and every line of it in some slice.
 */
export function packChunks(sources: readonly PackSource[], options: PackOptions): Chunk[] {
  return sources.flatMap((source) => packFile(source, options)).sort((a, b) => b.risk - a.risk || compare(pathOf(a), pathOf(b)));
}

const pathOf = (chunk: Chunk) => chunk.files[0]?.path ?? '';
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function packFile(source: PackSource, options: PackOptions): Chunk[] {
  const { file, text, outline } = source;
  const budget = Math.max(options.tokens, LEAST_TOKENS);
  const room: Room = {
    tokens: Math.max(budget - headingTokens(file.path), LEAST_TOKENS / 2),
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
  return groupHunks(file, room).map((hunks, ordinal) => {
    const used = headingTokens(file.path) + tokensOf(hunks);
    const surroundings = findSurroundings(hunks, { ...request, free: budget - used });
    const part: ChunkFile = {
      path: file.path,
      language: languageOf(file.path) ?? languageOfShebang(firstLine(source)),
      hunks,
      surroundings,
      text,
    };
    return {
      id: hashShown(part, ordinal),
      files: [part],
      tokens: used + surroundings.reduce((sum, line) => sum + lineTokens(line), 0),
      risk: estimateRisk(
        file,
        hunks.flatMap((hunk) => hunk.lines),
      ),
    };
  });
}

/** Line 1 of the new side, where the text or a hunk shows it. */
function firstLine({ file, text }: PackSource): string {
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
    const cost = tokensOf([whole]);
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

function tokensOf(hunks: readonly ChunkHunk[]): number {
  return hunks.reduce((sum, hunk) => sum + hunk.lines.reduce((total, line) => total + lineTokens(line), 0), 0);
}

/** Pieces of one line can look alike; their place among the slices tells them apart. */
function hashShown(part: ChunkFile, ordinal: number): string {
  const sliced = part.hunks.some((hunk) => !hunk.whole);
  const shown = part.hunks.map((hunk) => [hunk.hunkId, hunk.lines.map((line) => [line.mark, line.oldLine, line.newLine, line.text])]);
  const around = part.surroundings.map((line) => [line.line, line.text]);
  return createHash('sha256')
    .update(JSON.stringify([part.path, part.language, shown, around, sliced ? ordinal : null]))
    .digest('hex');
}
