import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candidate } from '#model/candidate.ts';
import { makeClaim } from '../../test/fixtures/panel.ts';
import { clusterCandidates } from './cluster.ts';
import { relatedCwes } from './cwe-tree.ts';

const at = (modelId: string, startLine: number, endLine: number, cwe: string | null = 'CWE-89') =>
  makeClaim(modelId, { startLine, endLine, cwe });
const shape = (claims: readonly Candidate[]) =>
  clusterCandidates(claims)
    .map((cluster) =>
      cluster.claims
        .map(({ modelId }) => modelId)
        .toSorted()
        .join('+'),
    )
    .toSorted();

describe('clusterCandidates', () => {
  it.each([
    { name: 'the same CWE on the same line', claims: [at('a', 42, 42), at('b', 42, 42)], clusters: ['a+b'] },
    { name: 'two lines apart is the same place', claims: [at('a', 42, 42), at('b', 44, 44)], clusters: ['a+b'] },
    {
      name: 'one model that names two neighbouring lines means two places',
      claims: [at('a', 42, 42), at('a', 43, 43)],
      clusters: ['a', 'a'],
    },
    { name: 'one model that says it twice of one place means one', claims: [at('a', 42, 44), at('a', 43, 43)], clusters: ['a+a'] },
    {
      name: 'two models that each name two neighbouring lines agree line by line',
      claims: [at('a', 42, 42), at('a', 43, 43), at('b', 42, 42), at('b', 43, 43)],
      clusters: ['a+b', 'a+b'],
    },
    { name: 'three lines apart is not', claims: [at('a', 42, 42), at('b', 45, 45)], clusters: ['a', 'b'] },
    { name: 'a border of any bucket does not matter', claims: [at('a', 49, 50), at('b', 51, 52)], clusters: ['a+b'] },
    { name: 'ancestor and descendant', claims: [at('a', 42, 42, 'CWE-943'), at('b', 42, 42, 'CWE-89')], clusters: ['a+b'] },
    { name: 'reviewed equivalents', claims: [at('a', 42, 42, 'CWE-78'), at('b', 42, 42, 'CWE-88')], clusters: ['a+b'] },
    {
      name: 'different weaknesses on one line stay apart',
      claims: [at('a', 42, 42, 'CWE-89'), at('b', 42, 42, 'CWE-79')],
      clusters: ['a', 'b'],
    },
    {
      name: 'other files are other places',
      claims: [at('a', 42, 42), makeClaim('b', { path: 'src/other.js' })],
      clusters: ['a', 'b'],
    },
    {
      name: 'a wide claim does not tie two precise ones together',
      claims: [at('a', 10, 11), at('b', 30, 31), at('wide', 10, 31)],
      clusters: ['a+wide', 'b'],
    },
    {
      name: 'a vague CWE does not tie two precise ones together',
      claims: [at('a', 42, 42, 'CWE-89'), at('b', 42, 42, 'CWE-90'), at('vague', 42, 42, 'CWE-943')],
      clusters: ['a+vague', 'b'],
    },
    {
      name: 'a claim prefers the cluster that names its own CWE',
      claims: [at('a', 42, 42, 'CWE-95'), at('b', 43, 43, 'CWE-89'), at('c', 42, 42, 'CWE-89')],
      clusters: ['a', 'b+c'],
    },
    { name: 'no CWE joins the only cluster there', claims: [at('a', 42, 42), at('none', 43, 43, null)], clusters: ['a+none'] },
    {
      name: 'no CWE stays apart where there are two clusters',
      claims: [at('a', 42, 42, 'CWE-89'), at('b', 42, 42, 'CWE-79'), at('none', 42, 42, null)],
      clusters: ['a', 'b', 'none'],
    },
    { name: 'claims without a CWE find each other', claims: [at('x', 42, 42, null), at('y', 42, 42, null)], clusters: ['x+y'] },
    { name: 'nothing is no cluster', claims: [], clusters: [] },
  ])('$name', ({ claims, clusters }) => {
    expect(shape(claims)).toEqual(clusters);
    expect(shape(claims.toReversed())).toEqual(clusters);
  });
});

const anyClaim = fc
  .record({
    modelId: fc.constantFrom('a', 'b', 'c'),
    path: fc.constantFrom('x.js', 'y.js'),
    startLine: fc.integer({ min: 1, max: 20 }),
    length: fc.integer({ min: 0, max: 6 }),
    cwe: fc.constantFrom('CWE-89', 'CWE-564', 'CWE-943', 'CWE-90', 'CWE-78', 'CWE-88', 'CWE-77', 'CWE-79', 'CWE-74', null),
    message: fc.constantFrom('one', 'two'),
  })
  .map(({ length, ...claim }) => makeClaim(claim.modelId, { ...claim, endLine: claim.startLine + length }));

it('whatever the order of arrival: the same clusters, every claim in one, every two members fit', () => {
  const claimsInTwoOrders = fc
    .array(anyClaim, { maxLength: 25 })
    .chain((claims) => fc.tuple(fc.constant(claims), fc.shuffledSubarray(claims, { minLength: claims.length })));
  fc.assert(
    fc.property(claimsInTwoOrders, ([claims, shuffled]) => {
      const clusters = clusterCandidates(claims);
      expect(clusterCandidates(shuffled)).toEqual(clusters);
      expect(clusters.flatMap((cluster) => cluster.claims)).toHaveLength(claims.length);
      for (const cluster of clusters) {
        const named = cluster.claims.filter(({ cwe }) => cwe !== null);
        for (const one of named) {
          for (const other of named) {
            expect(relatedCwes(one.cwe ?? '', other.cwe ?? '')).toBe(true);
            expect(Math.max(one.startLine, other.startLine) - Math.min(one.endLine, other.endLine)).toBeLessThanOrEqual(2);
          }
        }
      }
    }),
  );
});
