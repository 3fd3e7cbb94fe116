import { expect, it } from 'vitest';
import { makeClaim } from '../../test/fixtures/panel.ts';
import { clusterCandidates } from './cluster.ts';
import { chooseCwe, mergeCluster } from './merge.ts';

const weights: Record<string, number> = { a: 1, b: 1, heavy: 5, none: 0 };
function merge(...claims: ReturnType<typeof makeClaim>[]) {
  const [cluster, ...others] = clusterCandidates(claims);
  expect(others).toEqual([]);
  const weightOf = (modelId: string) => weights[modelId] ?? 1;
  return mergeCluster(cluster!, chooseCwe(cluster!.claims, weightOf), weightOf);
}

it('highest confidence, longest message, widest range, all contributors', () => {
  const merged = merge(
    makeClaim('b', {
      confidence: 0.6,
      startLine: 41,
      endLine: 42,
      message: 'A longer message than that of the other.',
      fix: 'use a parameter',
    }),
    makeClaim('a', { confidence: 0.9, startLine: 42, endLine: 44, message: 'short' }),
  );
  expect(merged).toMatchObject({
    confidence: 0.9,
    startLine: 41,
    endLine: 44,
    message: 'A longer message than that of the other.',
    fix: 'use a parameter',
  });
  expect(merged.models.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(['a reported', 'b reported']);
});

it('a confidence that was not stated takes no part in the maximum', () => {
  expect(merge(makeClaim('a', { confidence: null }), makeClaim('b', { confidence: 0.2 })).confidence).toBe(0.2);
  expect(merge(makeClaim('a', { confidence: null })).confidence).toBeNull();
});

it.each([
  { name: 'the middle of three', votes: { a: 'critical', b: 'medium', c: 'low' }, severity: 'medium' },
  { name: 'the worse of two', votes: { a: 'critical', b: 'low' }, severity: 'critical' },
  { name: 'the heavy one', votes: { a: 'critical', b: 'high', heavy: 'low' }, severity: 'low' },
  { name: 'without any weight, all count the same', votes: { none: 'medium' }, severity: 'medium' },
] as const)('severity is the weighted median: $name', ({ votes, severity }) => {
  expect(merge(...Object.entries(votes).map(([model, said]) => makeClaim(model, { severity: said }))).severity).toBe(severity);
});

it('a model that says it twice is one contributor with one severity', () => {
  const merged = merge(
    makeClaim('a', { severity: 'low', confidence: 0.3 }),
    makeClaim('a', { severity: 'high', confidence: 0.8 }),
    makeClaim('b', { severity: 'low' }),
  );
  expect(merged.models).toHaveLength(2);
  expect(merged.models[0]).toMatchObject({ id: 'a', confidence: 0.8 });
  expect(merged.severity).toBe('high');
});

it('the CWE that most models name; of equally named ones the more specific', () => {
  const said = (model: string, cwe: string | null) => makeClaim(model, { cwe });
  expect(merge(said('a', 'CWE-943'), said('b', 'CWE-89')).cwe).toBe('CWE-89');
  expect(merge(said('a', 'CWE-943'), said('b', 'CWE-943'), said('c', 'CWE-89')).cwe).toBe('CWE-943');
  expect(merge(said('a', null)).cwe).toBeNull();
});

it('the place and the quoted line are those of the best anchor, and the range stays in its hunk', () => {
  const merged = merge(
    makeClaim('a', { anchoredBy: 'number', startLine: 49, endLine: 50, hunkId: 'src/app.js@30,30', evidence: 'guessed' }),
    makeClaim('b', { anchoredBy: 'evidence', startLine: 51, endLine: 51, hunkId: 'src/app.js@51,51', evidence: 'quoted', confidence: 0.1 }),
  );
  expect(merged).toMatchObject({ startLine: 51, endLine: 51, hunkId: 'src/app.js@51,51', evidence: 'quoted', anchoredBy: 'evidence' });
});

it('a claim without a title is named after its CWE', () => {
  expect(merge(makeClaim('a', { title: ' ' })).title).toBe('SQL Injection');
  expect(merge(makeClaim('a', { title: '', cwe: null })).title).toBe('Security weakness');
});
