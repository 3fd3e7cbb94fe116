import { formatPatch, structuredPatch } from 'diff';
import { parsePatch } from '#diff/parse-patch.ts';
import type { Hunk } from '#model/change-set.ts';

/** Lines of context around a change, as git and GitHub have it. */
const CONTEXT = 3;

/** The search for the shortest difference is quadratic at worst, and the texts come from strangers. */
const TIME_LIMIT_MS = 1_000;

/**
 * The hunks between two texts, for files whose patch GitHub leaves out. Where the shortest difference is too far to
 * seek, everything between the common head and tail counts as replaced: longer than need be, and still true.
 */
export function computeHunks(path: string, before: string, after: string, timeLimitMs = TIME_LIMIT_MS): readonly Hunk[] {
  if (before === after) return [];
  const patch = structuredPatch('a', 'b', before, after, '', '', { context: CONTEXT, timeout: timeLimitMs });
  return parsePatch(path, patch === undefined ? replaceMiddle(before, after) : withoutHeader(formatPatch(patch)));
}

/** A patch of a file as GitHub gives it begins at the first hunk. */
function withoutHeader(patch: string): string {
  return patch.slice(patch.indexOf('\n@@ ') + 1);
}

/** One hunk: the lines that both texts begin and end with are kept as context, the rest is replaced. */
function replaceMiddle(before: string, after: string): string {
  const old = linesOf(before);
  const now = linesOf(after);
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const from = Math.max(0, head - CONTEXT);
  const after3 = Math.min(tail, CONTEXT);
  const context = old.slice(from, head);
  const removed = old.slice(head, old.length - tail);
  const added = now.slice(head, now.length - tail);
  const trailing = old.slice(old.length - tail, old.length - tail + after3);
  const span = (start: number, count: number) => `${count === 0 ? start : start + 1},${count}`;
  const kept = context.length + trailing.length;
  const header = `@@ -${span(from, kept + removed.length)} +${span(from, kept + added.length)} @@`;
  const mark = (sign: string, lines: readonly string[]) => lines.map((line) => sign + line);
  return [header, ...mark(' ', context), ...mark('-', removed), ...mark('+', added), ...mark(' ', trailing), ''].join('\n');
}

/** Lines without their line feeds; a text's last line feed ends its last line and begins none. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
