import type { ChangedFile, Hunk } from '#model/change-set.ts';
import { alignLists, type Stretch } from './align-lists.ts';

/** Where a line of the earlier head stands on the new one. Numbers of lines are those of the new side. */
export type MappedLine =
  | { readonly kind: 'same'; readonly line: number }
  /** Another text stands there. `from` and `to`: all that stands in the place of the run that it was in. */
  | { readonly kind: 'changed'; readonly line: number; readonly from: number; readonly to: number }
  /** Gone. `near`: what stands next to its place; empty where all of the file is gone. */
  | { readonly kind: 'removed'; readonly near: readonly number[] }
  /** Its hunk is no part of the change any more: taken back, or part of the base by now. */
  | { readonly kind: 'left' };

/** A line of the new side as a hunk shows it. */
interface Shown {
  readonly hunk: number;
  readonly line: number;
  readonly text: string;
}

/**
 * Where the lines that the hunks of a file showed stand in its hunks of now, by the numbers of then. Equal lines map to
 * equal lines, a changed run position by position to what took its place. What neither change shows has no entry. Null:
 * the two differ too much to be told.
 */
export function mapLines(before: ChangedFile, after: ChangedFile): ReadonlyMap<number, MappedLine> | null {
  const [then, now] = [listShown(before), listShown(after)];
  const stretches = alignLists(
    then.map(({ text }) => text),
    now.map(({ text }) => text),
  );
  if (stretches === null) return null;
  const places = new Map<number, MappedLine>();
  const related = relateHunks(stretches, then, now, { before, after });
  for (const stretch of stretches) {
    const [run, instead] = [then.slice(stretch.before.from, stretch.before.to), now.slice(stretch.after.from, stretch.after.to)];
    if (stretch.equal) for (const [at, { line }] of run.entries()) places.set(line, { kind: 'same', line: instead[at]?.line ?? line });
    else for (const [line, place] of mapRun(run, instead, related)) places.set(line, place);
  }
  for (const [line, place] of mapGone(then, places)) places.set(line, place);
  return places;
}

function listShown({ hunks }: ChangedFile): Shown[] {
  return hunks.flatMap(({ lines }, hunk) =>
    lines.flatMap(({ newLine, text }) => (newLine === null ? [] : [{ hunk, line: newLine, text }])),
  );
}

/** A bracket or an empty line stands everywhere. */
const SAYS_SOMETHING = /[\p{L}\p{N}]/u;

type Related = (hunkBefore: number, hunkAfter: number) => boolean;

/** A hunk is what became of another when they have a line in common that says something, or change the same lines of the base. */
function relateHunks(
  stretches: readonly Stretch[],
  then: readonly Shown[],
  now: readonly Shown[],
  { before, after }: { readonly before: ChangedFile; readonly after: ChangedFile },
): Related {
  const pairs = new Set<string>();
  for (const { equal, before: old, after: own } of stretches) {
    for (let at = old.from; equal && at < old.to; at += 1) {
      const [one, other] = [then[at], now[at - old.from + own.from]];
      if (one !== undefined && other !== undefined && SAYS_SOMETHING.test(one.text)) pairs.add(`${one.hunk} ${other.hunk}`);
    }
  }
  return (one, other) => {
    const [old, own] = [before.hunks[one], after.hunks[other]];
    return pairs.has(`${one} ${other}`) || (old !== undefined && own !== undefined && changeSameLines(old, own));
  };
}

function changeSameLines(a: Hunk, b: Hunk): boolean {
  return a.oldStart <= b.oldStart + Math.max(b.oldLines - 1, 0) && b.oldStart <= a.oldStart + Math.max(a.oldLines - 1, 0);
}

/** A run of lines and what stands in its place, hunk by hunk: what another hunk has there is no replacement. */
function* mapRun(run: readonly Shown[], instead: readonly Shown[], related: Related): Generator<[number, MappedLine]> {
  let [hunk, at, place]: [number, number, readonly Shown[]] = [-1, 0, []];
  for (const one of run) {
    if (one.hunk !== hunk) [hunk, at, place] = [one.hunk, 0, instead.filter((other) => related(one.hunk, other.hunk))];
    const [first, last] = [place[0], place.at(-1)];
    const own = place[at] ?? last;
    if (first !== undefined && last !== undefined && own !== undefined) {
      yield [one.line, { kind: 'changed', line: own.line, from: first.line, to: last.line }];
    }
    at += 1;
  }
}

/** Lines without a place: beside which lines of their hunk they stood. */
function* mapGone(then: readonly Shown[], places: ReadonlyMap<number, MappedLine>): Generator<[number, MappedLine]> {
  const sides = [then, then.toReversed()].map((list) => {
    const beside = new Map<number, number>();
    let last: { readonly hunk: number; readonly line: number } | null = null;
    for (const { hunk, line } of list) {
      const place = places.get(line);
      if (place?.kind === 'same' || place?.kind === 'changed') last = { hunk, line: place.line };
      else if (last?.hunk === hunk) beside.set(line, last.line);
    }
    return beside;
  });
  for (const { line } of then) {
    if (places.has(line)) continue;
    const near = sides.flatMap((beside) => beside.get(line) ?? []);
    yield [line, near.length > 0 ? { kind: 'removed', near } : { kind: 'left' }];
  }
}
