import { groupBy } from '#lib/group-by.ts';
import type { Candidate } from '#model/candidate.ts';
import { createGroups, type Group } from './claim-groups.ts';
import { compareText, orderClaims } from './claim-order.ts';
import { createLineIndex } from './line-index.ts';
import { NEAR_LINES, nearLines } from './line-range.ts';

/** Claims that mean the same weakness at the same place. Never empty; the order of claims is canonical. */
export interface Cluster {
  readonly path: string;
  readonly claims: readonly [Candidate, ...Candidate[]];
}

/**
 * Groups claims that mean the same weakness. A claim joins the one best cluster of which it fits every member, so a
 * vague claim never ties two precise ones together. Claims are taken in an order of their own (the most specific
 * first), which makes the result independent of the order of arrival.
 */
export function clusterCandidates(candidates: readonly Candidate[]): readonly Cluster[] {
  const byPath = groupBy(orderClaims(candidates), (claim) => claim.path);
  return [...byPath].toSorted(([a], [b]) => compareText(a, b)).flatMap(([path, claims]) => clusterFile(path, claims));
}

function clusterFile(path: string, claims: readonly Candidate[]): Cluster[] {
  const named = createGroups(claims.flatMap(({ cwe }) => cwe ?? []));
  for (const claim of claims) if (claim.cwe !== null) named.join(claim);

  const onlyNamedAt = createLookUp(named.all);
  const unnamed = createGroups([]);
  for (const claim of claims) {
    if (claim.cwe !== null) continue;
    const only = onlyNamedAt(claim);
    if (only === null) unnamed.join(claim);
    else only.claims.push(claim);
  }
  return [...named.all, ...unnamed.all].map((group) => ({ path, claims: group.claims }));
}

/** Finds the one group that has a claim near another; null where there is none or more than one. */
function createLookUp(groups: readonly Group[]): (claim: Candidate) => Group | null {
  const index = createLineIndex<{ readonly group: Group; readonly places: readonly Candidate[] }>();
  for (const group of groups) {
    const places = [...group.claims];
    const starts = places.map(({ startLine }) => startLine);
    index.add({ group, places }, Math.min(...starts), Math.max(...places.map(({ endLine }) => endLine)));
  }
  return (claim) => {
    let only: Group | null = null;
    for (const { group, places } of index.around(claim.startLine - NEAR_LINES, claim.endLine + NEAR_LINES)) {
      if (!places.some((place) => nearLines(place, claim))) continue;
      if (only !== null) return null;
      only = group;
    }
    return only;
  };
}
