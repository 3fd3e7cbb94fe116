import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cluster, clusterCandidates } from '#consensus/cluster.ts';
import { cweDepth, cweDistance, relateCwes } from '#consensus/cwe-tree.ts';
import table from '#lib/cwe-table.json' with { type: 'json' };
import type { Candidate } from '#model/candidate.ts';
import { makeClaim } from '../fixtures/panel.ts';

/** The same rules, told one after the other and without an index: every claim is held against every member of every group. */
function clusterSimply(candidates: readonly Candidate[]): Cluster[] {
  const paths = [...new Set(candidates.map(({ path }) => path))].sort();
  return paths.flatMap((path) => {
    const claims = candidates.filter((claim) => claim.path === path).toSorted(compare);
    const named: Candidate[][] = [];
    for (const claim of claims.filter(({ cwe }) => cwe !== null)) join(named, claim);
    const before = named.map((group) => [...group]);
    const unnamed: Candidate[][] = [];
    for (const claim of claims.filter(({ cwe }) => cwe === null)) {
      const at = named.filter((_, index) => before[index]!.some((member) => gap(member, claim) <= 2));
      if (at.length === 1) at[0]!.push(claim);
      else join(unnamed, claim);
    }
    return [...named, ...unnamed].map(([first, ...others]) => ({ path, claims: [first!, ...others] as const }));
  });
}

function join(groups: Candidate[][], claim: Candidate): void {
  const fits = groups
    .map((group) => ({ group, ...fitOf(group, claim) }))
    .filter(({ distance }) => distance !== null)
    .toSorted((a, b) => a.distance! - b.distance! || a.apart - b.apart);
  if (fits[0] === undefined) groups.push([claim]);
  else fits[0].group.push(claim);
}

function fitOf(group: readonly Candidate[], claim: Candidate): { distance: number | null; apart: number } {
  const distances = group.map((member) => {
    if (gap(member, claim) > 2 || (member.modelId === claim.modelId && gap(member, claim) > 0)) return null;
    return member.cwe === null || claim.cwe === null ? 0 : cweDistance(member.cwe, claim.cwe);
  });
  const apart = group.map((member) => Math.abs(member.startLine - claim.startLine) + Math.abs(member.endLine - claim.endLine));
  return {
    distance: distances.includes(null) ? null : Math.min(...distances.map((one) => one ?? 0)),
    apart: Math.min(...apart),
  };
}

const gap = (a: Candidate, b: Candidate) => Math.max(a.startLine, b.startLine) - Math.min(a.endLine, b.endLine);
const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const depth = ({ cwe }: Candidate) => (cwe === null ? -2 : cweDepth(cwe));
const written = ({ chunkId, ...claim }: Candidate) => `${JSON.stringify(Object.entries(claim).sort(([a], [b]) => text(a, b)))} ${chunkId}`;
function compare(a: Candidate, b: Candidate): number {
  return (
    depth(b) - depth(a) ||
    a.endLine - a.startLine - (b.endLine - b.startLine) ||
    a.startLine - b.startLine ||
    text(a.cwe ?? '', b.cwe ?? '') ||
    text(a.modelId, b.modelId) ||
    text(written(a), written(b))
  );
}

/** Families whose members are related, siblings, or neither, and what is too wide. */
const RELATED = [77, 78, 88, 943, 89, 564, 90, 74, 20, 94, 95, 120, 121, 787, 119, 862, 863, 639, 284, 798, 259, 321, 99_999];
const anyCwe = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...RELATED.map((id) => `CWE-${id}`)) },
  { weight: 2, arbitrary: fc.constantFrom(...Object.keys(table).map((id) => `CWE-${id}`)) },
  { weight: 2, arbitrary: fc.constant(null) },
);
const claimsOn = (lines: number, width: number) =>
  fc
    .record({
      modelId: fc.constantFrom('a', 'b', 'c', 'd'),
      path: fc.constantFrom('x.js', 'x.js', 'y.js'),
      chunkId: fc.constantFrom('one', 'two'),
      startLine: fc.integer({ min: 1, max: lines }),
      length: fc.integer({ min: 0, max: width }),
      cwe: anyCwe,
      message: fc.constantFrom('one', 'two'),
    })
    .map(({ length, ...claim }) => makeClaim(claim.modelId, { ...claim, endLine: claim.startLine + length }));

describe('the clusters are those of the rules told simply', () => {
  it.each([
    { name: 'crowded on few lines', claims: fc.array(claimsOn(8, 3), { minLength: 15, maxLength: 40 }) },
    { name: 'spread over blocks of lines', claims: fc.array(claimsOn(90, 40), { minLength: 15, maxLength: 60 }) },
  ])('$name', ({ claims }) => {
    let joined = 0;
    fc.assert(
      fc.property(claims, (some) => {
        const clusters = clusterCandidates(some);
        expect(clusters).toEqual(clusterSimply(some));
        joined += clusters.filter((cluster) => cluster.claims.length > 2).length;
      }),
      { numRuns: 300 },
    );
    expect(joined).toBeGreaterThan(150);
  });
});

it('relatives among many are those that two and two have', () => {
  const cwes = [...Object.keys(table), '99999'].map((id) => `CWE-${id}`);
  fc.assert(
    fc.property(
      fc.uniqueArray(
        fc.oneof(
          fc.constantFrom(...cwes),
          anyCwe.map((cwe) => cwe ?? 'CWE-89'),
        ),
        { maxLength: 40, size: 'max' },
      ),
      (some) => {
        const relatives = relateCwes(new Set(some));
        for (const a of some) for (const b of some) expect(relatives.get(a)?.get(b) ?? null).toBe(cweDistance(a, b));
      },
    ),
    { numRuns: 200 },
  );
});
