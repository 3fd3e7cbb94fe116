import { diffArrays } from 'diff';

/** A stretch of two lists: equal item by item, or one in the place of the other. Indexes from 0, `to` exclusive. */
export interface Stretch {
  readonly equal: boolean;
  readonly before: { readonly from: number; readonly to: number };
  readonly after: { readonly from: number; readonly to: number };
}

/**
 * Items that are put in or taken out at most before two lists count as different altogether: the cost grows with their
 * number times the length of the lists.
 */
const MOST_EDITS = 2_000;

/** What of two lists is equal, in order, in whole stretches. Null: they differ too much to be told. */
export function alignLists(before: readonly string[], after: readonly string[]): readonly Stretch[] | null {
  const parts = diffArrays([...before], [...after], { maxEditLength: MOST_EDITS });
  if (parts === undefined) return null;
  const stretches: Stretch[] = [];
  let [old, now] = [0, 0];
  for (const { added, removed, count } of parts) {
    const equal = !added && !removed;
    const [nextOld, nextNow] = [old + (added ? 0 : count), now + (removed ? 0 : count)];
    const last = stretches.at(-1);
    if (last !== undefined && !last.equal && !equal) {
      stretches[stretches.length - 1] = { equal, before: { ...last.before, to: nextOld }, after: { ...last.after, to: nextNow } };
    } else {
      stretches.push({ equal, before: { from: old, to: nextOld }, after: { from: now, to: nextNow } });
    }
    [old, now] = [nextOld, nextNow];
  }
  return stretches;
}
