import parseDiff from 'parse-diff';
import type { DiffLine, Hunk } from '#model/change-set.ts';
import { InputError } from '#model/errors.ts';
import { withoutReturns } from './text-lines.ts';

/** `@@ -1,2 +3,4 @@ section`; a missing count is 1. */
const HUNK_HEADER = /^@@ -(\d{1,10})(?:,(\d{1,10}))? \+(\d{1,10})(?:,(\d{1,10}))? @@ ?(.*)$/s;

/** A hunk before it belongs to a file: its id needs the path. */
export type LooseHunk = Omit<Hunk, 'id'>;

export function isHunkHeader(line: string): boolean {
  return HUNK_HEADER.test(line);
}

/**
 * Reads the hunk whose header is `lines[at]`; `next` is the index of the line after it. The counts of the header are
 * held against the body here, line by line, because parse-diff takes a cut or overlong body as it comes; the numbering
 * is parse-diff's. Throws `InputError` with the number of the line at fault.
 */
export function readHunk(lines: readonly string[], at: number): { hunk: LooseHunk; next: number } {
  const [, oldStart, oldCount = '1', newStart, newCount = '1', section = ''] = HUNK_HEADER.exec(withoutReturns(lines[at] ?? '')) ?? [];
  const [oldLines, newLines] = [Number(oldCount), Number(newCount)];
  const { body, next } = takeBody(lines, at, oldLines, newLines);
  const header = `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`;
  const [file] = body.length === 0 ? [] : parseDiff([header, ...body].join('\n'));
  const changes = file?.chunks[0]?.changes ?? [];
  return {
    hunk: {
      oldStart: Number(oldStart),
      oldLines,
      newStart: Number(newStart),
      newLines,
      section: section.trim(),
      lines: changes.map(toDiffLine),
    },
    next,
  };
}

/** The lines of a hunk, marks and all, without the "\ No newline" remarks, which parse-diff would count as changes. */
function takeBody(lines: readonly string[], at: number, oldLines: number, newLines: number): { body: string[]; next: number } {
  const body: string[] = [];
  let [oldLeft, newLeft, next] = [oldLines, newLines, at + 1];
  for (; oldLeft > 0 || newLeft > 0; next += 1) {
    const line = lines[next];
    if (line === undefined) throw mismatch(`ends after line ${next}`, at);
    const mark = line[0];
    if (mark === '\\') continue;
    // An empty line is an empty context line whose space an editor or a mailer took away.
    const context = mark === ' ' || withoutReturns(line) === '';
    if (mark === '+' || context) newLeft -= 1;
    if (mark === '-' || context) oldLeft -= 1;
    if ((mark !== '+' && mark !== '-' && !context) || oldLeft < 0 || newLeft < 0) throw mismatch(`is broken at line ${next + 1}`, at);
    body.push(line);
  }
  return { body, next };
}

function mismatch(what: string, at: number): InputError {
  return new InputError(`the diff ${what}: the hunk that starts at line ${at + 1} says that it has other lines`, {
    hint: 'The diff was cut or edited; make it again.',
  });
}

function toDiffLine(change: parseDiff.Change): DiffLine {
  const text = withoutReturns(change.content.slice(1));
  if (change.type === 'add') return { mark: 'added', text, oldLine: null, newLine: change.ln };
  if (change.type === 'del') return { mark: 'removed', text, oldLine: change.ln, newLine: null };
  return { mark: 'context', text, oldLine: change.ln1, newLine: change.ln2 };
}
