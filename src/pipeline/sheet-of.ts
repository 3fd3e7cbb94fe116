import { keyOf } from '#lib/read-quote.ts';
import type { ChunkFile } from '#model/chunk.ts';

/** A line of the new side that the model was shown. */
export interface ShownLine {
  readonly line: number;
  readonly text: string;
  readonly key: string;
  /** Null for surroundings. */
  readonly hunkId: string | null;
  readonly added: boolean;
}

/** A line that the change removed, and the line of the new side that stands in its place. */
interface RemovedLine {
  readonly key: string;
  readonly instead: ShownLine;
}

/** A file's share of a chunk, by line. */
export interface Sheet {
  readonly path: string;
  /** By number. */
  readonly shown: ReadonlyMap<number, ShownLine>;
  readonly removed: readonly RemovedLine[];
}

const sheetsRead = new WeakMap<ChunkFile, Sheet>();

/** What a chunk shows of a file, to be looked up. It is read once for all the claims on it. */
export function sheetOf(file: ChunkFile): Sheet {
  const known = sheetsRead.get(file);
  if (known !== undefined) return known;
  const sheet = readSheet(file);
  sheetsRead.set(file, sheet);
  return sheet;
}

function readSheet(file: ChunkFile): Sheet {
  const shown = new Map<number, ShownLine>();
  const removed: RemovedLine[] = [];
  for (const { line, text } of file.surroundings) shown.set(line, { line, text, key: keyOf(text), hunkId: null, added: false });
  for (const { hunkId, lines } of file.hunks) {
    const gone: string[] = [];
    let last: ShownLine | null = null;
    for (const { mark, text, newLine } of lines) {
      if (newLine === null) {
        gone.push(keyOf(text));
        continue;
      }
      last = { line: newLine, text, key: keyOf(text), hunkId, added: mark === 'added' };
      shown.set(newLine, last);
      for (const key of gone.splice(0)) removed.push({ key, instead: last });
    }
    if (last !== null) for (const key of gone) removed.push({ key, instead: last });
  }
  return { path: file.path, shown, removed };
}
