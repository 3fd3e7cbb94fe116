import type { ChangedFile, ChangeSet } from '#model/change-set.ts';
import type { PlacedIgnore } from '#model/lifecycle.ts';
import { isBlankOrComment, readIgnore } from './read-ignore.ts';

/** A line of a file of the new head. */
interface Line {
  readonly text: string;
  readonly added: boolean;
  readonly shown: boolean;
}

/** Empty lines and further comments between a comment and its code. */
const MOST_BETWEEN = 30;

/**
 * Every such comment in the files of a change, as far as they are known: whole files in `texts`, else what the hunks show.
 * A comment beside code speaks of its line; one that stands alone, of the next line of code.
 */
export function findIgnores(change: ChangeSet, texts: ReadonlyMap<string, string | null>): readonly PlacedIgnore[] {
  return change.files.flatMap((file) => {
    if (file.status === 'deleted') return [];
    const lines = knownLines(file, texts.get(file.path) ?? null, change.mode === 'change');
    return [...lines].flatMap(([line, { text, added, shown }]) => {
      const mark = readIgnore(text);
      if (mark === null) return [];
      const { cwes, reason, alone } = mark;
      return [{ path: file.path, line, until: alone ? lastLine(line, lines) : line, cwes, reason, added, shown }];
    });
  });
}

/** In whole-file mode every line counts as added, and none is new. */
function knownLines(file: ChangedFile, text: string | null, isChange: boolean): ReadonlyMap<number, Line> {
  const lines = new Map<number, Line>();
  if (text?.includes('aegis-ignore') === true) {
    for (const [at, line] of text.split('\n').entries()) lines.set(at + 1, { text: line, added: false, shown: false });
  }
  for (const hunk of file.hunks) {
    for (const { mark, newLine, text: own } of hunk.lines) {
      if (newLine !== null) lines.set(newLine, { text: own, added: isChange && mark === 'added', shown: true });
    }
  }
  return lines;
}

function lastLine(line: number, lines: ReadonlyMap<number, Line>): number {
  for (let next = line + 1; next <= line + MOST_BETWEEN; next += 1) {
    const text = lines.get(next)?.text;
    if (text === undefined || !isBlankOrComment(text)) return next;
  }
  return line + MOST_BETWEEN;
}
