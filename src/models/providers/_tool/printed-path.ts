import type { ChunkFile } from '#model/chunk.ts';
import { shownLines } from '#model/chunk.ts';
import type { PlacedFile } from '../_process/place-files.ts';

/** Where the files of the change lie below the folder where a tool starts. */
export const FILES = 'files';

/** What was handed to a tool, looked up by what it prints. */
export interface HandedFiles {
  /** The file that a printed path means; null where it is none of them. */
  find(printed: string): ChunkFile | null;
  /** As `find`, for the place of a finding: one that may mean a file that was handed over, and says it in another way, is counted. */
  place(printed: string): ChunkFile | null;
  /** Findings so far that may be about the files, nobody knows which. */
  doubtful(): number;
  /** A text in which places are named as the change names them, as far as they begin a word. */
  rename(text: string): string;
  /** Whether any of the lines is shown by the chunk: a tool reads whole files, and the review is of the change. */
  shows(file: ChunkFile, startLine: number, endLine: number): boolean;
  /** A line of a file as it was handed over. */
  lineOf(file: ChunkFile, line: number): string | null;
}

/** A range longer than this is the whole file. */
const LONGEST_RANGE = 10_000;

export function indexFiles(placed: readonly PlacedFile[], folder: string): HandedFiles {
  const byName = new Map(placed.map(({ name, file }) => [name, file]));
  const shown = new Map(placed.map(({ file }) => [file, shownLines(file)]));
  const lines = new Map(placed.map(({ file, text }) => [file, text.split(/\r?\n/)]));
  const lastParts = new Set(placed.map(({ name }) => lastPart(name)));
  let doubtful = 0;
  const find = (printed: string) => {
    const path = printed.replaceAll('\\', '/').replace(/^file:\/\/(localhost(?=\/))?/, '');
    const relative = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path.replace(/^(\.\/)+/, '');
    return byName.get(relative.replace(new RegExp(`^${FILES}/(\\./)*`), '')) ?? byName.get(relative) ?? null;
  };
  return {
    find,
    place(printed) {
      const file = find(printed);
      if (file === null && lastParts.has(lastPart(printed))) doubtful += 1;
      return file;
    },
    doubtful: () => doubtful,
    rename: (text) => text.replaceAll(`${folder}/${FILES}/`, '').replace(new RegExp(`(?<=^|["'>\\s(])(\\./)?${FILES}/`, 'gm'), ''),
    shows(file, startLine, endLine) {
      const last = Math.min(Math.max(startLine, endLine), startLine + LONGEST_RANGE);
      for (let line = startLine; line <= last; line += 1) if (shown.get(file)?.has(line)) return true;
      return false;
    },
    lineOf: (file, line) => lines.get(file)?.[line - 1] ?? null,
  };
}

function lastPart(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? '';
}
