import type { DiffLine } from './change-set.ts';
import type { Language } from './language.ts';

/** The part of one hunk that a chunk shows. A hunk that fits is never cut: then this is all of it. */
export interface ChunkHunk {
  readonly hunkId: string;
  readonly lines: readonly DiffLine[];
  /** False when the hunk was too large and this is a slice of it. */
  readonly whole: boolean;
}

/** One file's share of a chunk. */
export interface ChunkFile {
  readonly path: string;
  readonly language: Language | null;
  readonly hunks: readonly ChunkHunk[];
  /**
   * Lines of the new side around the hunks, with their numbers: imports, the enclosing function's head. They are unchanged,
   * or those of a hunk that was carried over from an earlier scan.
   * Ascending, and disjoint from the hunks' lines.
   */
  readonly surroundings: readonly { readonly line: number; readonly text: string }[];
  /** The whole file on the new side, for detectors that read the tree. Never put into a prompt. Null when unknown. */
  readonly text: string | null;
  /**
   * Ids of the models that look at it, where an override says so; absent: all that are no guests. The same in all files
   * of a chunk.
   */
  readonly panel?: readonly string[];
  /** Words of the repository's owners on it. Absent where there are none. */
  readonly instructions?: readonly string[];
}

/** A piece of the change that fits one prompt. Its members depend on its own files alone. */
export interface Chunk {
  /** Hash of everything a model is shown of it: the same chunk has the same id in every scan. */
  readonly id: string;
  readonly files: readonly ChunkFile[];
  /** Estimated tokens of the code as a prompt shows it. */
  readonly tokens: number;
  /** Higher is looked at first, so that a budget is well spent. */
  readonly risk: number;
}

/** New-side line numbers that the chunk shows of a file: added lines, context, and what stands around the hunks. */
export function shownLines(file: ChunkFile): Set<number> {
  const shown = new Set(file.surroundings.map(({ line }) => line));
  for (const hunk of file.hunks) for (const line of hunk.lines) if (line.newLine !== null) shown.add(line.newLine);
  return shown;
}
