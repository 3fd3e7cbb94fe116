import type { DiffLine } from '#model/change-set.ts';
import type { Chunk, ChunkFile, ChunkHunk } from '#model/chunk.ts';
import { MASK } from './mask-mark.ts';
import type { MaskText } from './mask-text.ts';

/**
 * A chunk as a model may see it that is not on the owner's machines: with the same id, the same lines under the same
 * numbers, and the secrets masked, also in texts of whole files. The same chunk where there are none.
 */
export function maskChunk(chunk: Chunk, mask: MaskText, secrets: ReadonlySet<string>): Chunk {
  const files = chunk.files.map((file) => maskFile(file, mask, secrets));
  return files.every((file, at) => file === chunk.files[at]) ? chunk : { ...chunk, files };
}

function maskFile(file: ChunkFile, mask: MaskText, secrets: ReadonlySet<string>): ChunkFile {
  const hunks = mapKept(file.hunks, (hunk) => maskHunk(hunk, hunk.whole ? mask : (text) => maskEdges(mask(text), secrets)));
  const surroundings = mapKept(file.surroundings, (line) => withText(line, mask));
  const text = file.text === null ? null : mask(file.text);
  const instructions = file.instructions === undefined ? undefined : mapKept(file.instructions, mask);
  if (hunks === file.hunks && surroundings === file.surroundings && text === file.text && instructions === file.instructions) return file;
  return { ...file, hunks, surroundings, text, ...(instructions !== undefined && { instructions }) };
}

function maskHunk(hunk: ChunkHunk, mask: MaskText): ChunkHunk {
  const lines = mapKept(hunk.lines, (line: DiffLine) => withText(line, mask));
  return lines === hunk.lines ? hunk : { ...hunk, lines };
}

function withText<T extends { readonly text: string }>(line: T, mask: MaskText): T {
  const text = mask(line.text);
  return text === line.text ? line : { ...line, text };
}

/** The same list where nothing in it changed. */
function mapKept<T>(all: readonly T[], change: (one: T) => T): readonly T[] {
  const changed = all.map(change);
  return changed.every((one, at) => one === all[at]) ? all : changed;
}

/** A shorter part of a secret says little of it. */
const LEAST_PART = 6;

/** A line that is too long for a chunk is shown in pieces: a secret that is cut there has a part at the end of one. */
function maskEdges(piece: string, secrets: ReadonlySet<string>): string {
  let text = piece;
  for (const secret of secrets) {
    for (let length = Math.min(secret.length - 1, text.length); length >= LEAST_PART; length -= 1) {
      if (text.endsWith(secret.slice(0, length))) text = `${text.slice(0, -length)}${MASK}`;
      if (text.startsWith(secret.slice(-length))) text = `${MASK}${text.slice(length)}`;
    }
  }
  return text;
}
