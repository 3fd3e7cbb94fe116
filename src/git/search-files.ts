import { setImmediate } from 'node:timers/promises';
import type { ChangedFile } from '#model/change-set.ts';
import { DEFINING_WORDS, type SymbolHits } from './where-defined.ts';

/** Lines that are searched for one symbol: about a second. */
const MOST_LINES = 3_000_000;
/** Longer lines are not written by people. */
const LONG_LINE = 2_000;
/** Between so many files, timers and signals have their turn. */
const FILES_A_TURN = 200;

const NEXT_TO = '[\\p{L}\\p{N}_$]';

/** Looks for a symbol in files that are in memory. `name` is a plain identifier. Throws the signal's reason. */
export async function searchFiles(files: readonly ChangedFile[], name: string, signal: AbortSignal): Promise<SymbolHits> {
  const plain = name.replace(/[$?]/g, '\\$&');
  const word = new RegExp(`(?<!${NEXT_TO})${plain}(?!${NEXT_TO})`, 'u');
  const definition = new RegExp(
    `(?<!${NEXT_TO})(?:${DEFINING_WORDS})\\s{1,9}(?:\\([^()]{0,100}\\)\\s{0,9})?(?:[\\w.:<>*]{1,100}[.:\\s])?${plain}(?!${NEXT_TO})|(?<!${NEXT_TO})${plain}\\s{0,9}(?:=[^=]|:|\\([^()]*\\)\\s{0,9}\\{)`,
    'u',
  );
  const hits = { paths: new Set<string>(), defining: new Set<string>() };
  let left = MOST_LINES;
  for (const [at, file] of files.entries()) {
    if (at % FILES_A_TURN === 0) await setImmediate();
    signal.throwIfAborted();
    const lines = file.hunks.flatMap((hunk) => hunk.lines);
    left -= lines.length;
    if (left < 0) break;
    const found = lines.filter(({ text }) => text.length < LONG_LINE && text.includes(name) && word.test(text));
    if (found.length > 0) hits.paths.add(file.path);
    if (found.some(({ text }) => definition.test(text))) hits.defining.add(file.path);
  }
  return hits;
}
