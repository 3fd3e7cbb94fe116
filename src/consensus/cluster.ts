import { groupBy } from '#lib/group-by.ts';
import type { Candidate } from '#model/candidate.ts';
import { cweDepth, cweDistance } from './cwe-tree.ts';

/** Claims that mean the same weakness at the same place. Never empty; the order of claims is canonical. */
export interface Cluster {
  readonly path: string;
  readonly claims: readonly [Candidate, ...Candidate[]];
}

/** Ranges that lie this many lines apart still mean the same place: models disagree about where a statement starts. */
const NEAR_LINES = 2;

/**
 * Groups claims that mean the same weakness. A claim joins the one best cluster of which it fits every member, so a
 * vague claim never ties two precise ones together. Claims are taken in an order of their own (the most specific
 * first), which makes the result independent of the order of arrival.
 */
export function clusterCandidates(candidates: readonly Candidate[]): readonly Cluster[] {
  const byPath = groupBy(candidates.toSorted(compareClaims), (claim) => claim.path);
  return [...byPath.keys()].toSorted().flatMap((path) => clusterFile(path, byPath.get(path) ?? []));
}

type Group = [Candidate, ...Candidate[]];

function clusterFile(path: string, claims: readonly Candidate[]): Cluster[] {
  const named: Group[] = [];
  for (const claim of claims.filter(({ cwe }) => cwe !== null)) join(named, claim);

  const placesOfNamed = named.map((group) => [...group]);
  const unnamed: Group[] = [];
  for (const claim of claims.filter(({ cwe }) => cwe === null)) {
    const overlapping = named.filter((_, index) => placesOfNamed[index]?.some((member) => isNear(member, claim)));
    const [only, second] = overlapping;
    if (only !== undefined && second === undefined) only.push(claim);
    else join(unnamed, claim);
  }
  return [...named, ...unnamed].map((group) => ({ path, claims: group }));
}

/** Adds a claim to the best group that it fits, or opens a new one. */
function join(groups: Group[], claim: Candidate): void {
  let best: { group: Group; distance: number; apart: number } | null = null;
  for (const group of groups) {
    const fit = fitOf(group, claim);
    if (fit === null) continue;
    if (best === null || fit.distance < best.distance || (fit.distance === best.distance && fit.apart < best.apart))
      best = { group, ...fit };
  }
  if (best === null) groups.push([claim]);
  else best.group.push(claim);
}

/**
 * How well a claim fits a group: by its nearest CWE, then by the place of its nearest member; null when it fits not
 * all. One model that names two lines means two places: only between models may the lines of one weakness differ.
 */
function fitOf(group: Group, claim: Candidate): { distance: number; apart: number } | null {
  let distance = Number.POSITIVE_INFINITY;
  let apart = Number.POSITIVE_INFINITY;
  for (const member of group) {
    if (!isNear(member, claim) || (member.modelId === claim.modelId && !overlap(member, claim))) return null;
    const between = member.cwe === null || claim.cwe === null ? 0 : cweDistance(member.cwe, claim.cwe);
    if (between === null) return null;
    distance = Math.min(distance, between);
    apart = Math.min(apart, Math.abs(member.startLine - claim.startLine) + Math.abs(member.endLine - claim.endLine));
  }
  return { distance, apart };
}

function overlap(a: Candidate, b: Candidate): boolean {
  return Math.max(a.startLine, b.startLine) <= Math.min(a.endLine, b.endLine);
}

function isNear(a: Candidate, b: Candidate): boolean {
  return Math.max(a.startLine, b.startLine) - Math.min(a.endLine, b.endLine) <= NEAR_LINES;
}

/** Specific before vague: deeper CWEs first, then narrower ranges; the rest makes the order total. */
function compareClaims(a: Candidate, b: Candidate): number {
  return (
    depthOf(b) - depthOf(a) ||
    a.endLine - a.startLine - (b.endLine - b.startLine) ||
    a.startLine - b.startLine ||
    compareText(a.cwe ?? '', b.cwe ?? '') ||
    compareText(a.modelId, b.modelId) ||
    compareText(canonical(a), canonical(b))
  );
}

const depthOf = (claim: Candidate) => (claim.cwe === null ? -2 : cweDepth(claim.cwe));
const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const canonical = (claim: Candidate) => JSON.stringify(Object.entries(claim).toSorted(([a], [b]) => compareText(a, b)));
