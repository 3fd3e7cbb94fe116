import { nearestFew } from '#lib/nearest.ts';

/** A registry may be long; an error is not. */
const MOST_LISTED = 10;

/** The hint for an id that nobody registered: up to three near ones, else what `far` makes of all there are. */
export function suggestIds(id: string, ids: readonly string[], far: (all: string) => string): string {
  const near = nearestFew(id, ids);
  if (near.length === 0) return far(listIds(ids));
  return `Did you mean ${near.length === 1 ? near[0] : `${near.slice(0, -1).join(', ')} or ${near.at(-1)}`}?`;
}

/** Ids in a sentence, the first ones where they are many. */
export function listIds(ids: readonly string[]): string {
  const more = ids.length - MOST_LISTED;
  return more > 0 ? `${ids.slice(0, MOST_LISTED).join(', ')} and ${more} more` : ids.join(', ');
}
