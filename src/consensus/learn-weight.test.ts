import { describe, expect, it } from 'vitest';
import type { ModelRecord } from '#model/model-record.ts';
import { betaQuantile } from './beta-quantile.ts';
import { learnWeights } from './learn-weight.ts';

/** Computed apart from this code, from sums of exact binomials with 60 digits; where a or b is 1 they have a closed form. */
it.each([
  { a: 1, b: 1, at: 0.1 },
  { a: 11, b: 1, at: 0.81113083078968 },
  { a: 1, b: 11, at: 0.00953250356871 },
  { a: 2, b: 1, at: 0.31622776601683 },
  { a: 1, b: 2, at: 0.05131670194948 },
  { a: 6, b: 6, at: 0.31771881893959 },
  { a: 8, b: 4, at: 0.48923896259342 },
  { a: 31, b: 11, at: 0.64934552560632 },
  { a: 101, b: 2, at: 0.96240161706089 },
  { a: 2, b: 101, at: 0.00522589532772 },
  { a: 501, b: 501, at: 0.47976037115905 },
  { a: 3001, b: 51, at: 0.98025666337298 },
  { a: 1, b: 5001, at: 0.00002106766762 },
  { a: 5001, b: 1, at: 0.99953968104568 },
  { a: 4000, b: 2000, at: 0.65885579906979 },
])('the 10 % bound of Beta($a, $b) is $at', ({ a, b, at }) => expect(betaQuantile(0.1, a, b)).toBeCloseTo(at, 12));

it('a bound of a million judgements is found, and soon', () => {
  const startedAt = performance.now();
  expect(betaQuantile(0.1, 900_001, 100_001)).toBeCloseTo(0.9 - 1.2816 * Math.sqrt((0.9 * 0.1) / 1_000_000), 5);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

it('more right is never less, more wrong never more', () => {
  for (let right = 0; right < 40; right += 1) {
    for (let wrong = 0; wrong < 40; wrong += 1) {
      const bound = betaQuantile(0.1, 1 + right, 1 + wrong);
      expect(betaQuantile(0.1, 2 + right, 1 + wrong)).toBeGreaterThan(bound);
      expect(betaQuantile(0.1, 1 + right, 2 + wrong)).toBeLessThan(bound);
    }
  }
});

describe('learnWeights', () => {
  const row = (right: number, wrong: number, over: Partial<ModelRecord> = {}): ModelRecord => ({
    modelId: 'a',
    language: 'python',
    cwe: 'CWE-89',
    right,
    wrong,
    ...over,
  });
  const bound = (right: number, wrong: number) => betaQuantile(0.1, 1 + right, 1 + wrong) / 0.1;
  const vote = { modelId: 'a', language: 'python', cwe: 'CWE-89' };

  it.each([
    { name: 'nothing is known', records: [], factor: 1 },
    { name: 'nine judgements are too few', records: [row(5, 4)], factor: 1 },
    { name: 'ten are enough', records: [row(6, 4)], factor: bound(6, 4) },
    { name: 'the CWE and language before all else', records: [row(0, 10), row(90, 0, { cwe: 'CWE-79' })], factor: bound(0, 10) },
    {
      name: 'too few of the CWE: the language, of which they are a part',
      records: [row(1, 2), row(10, 1, { cwe: 'CWE-79' }), row(0, 50, { language: 'go' })],
      factor: bound(11, 3),
    },
    {
      name: 'too few of the language: all of the model',
      records: [row(1, 2), row(3, 1, { cwe: null }), row(20, 5, { language: 'go' }), row(0, 2, { language: null })],
      factor: bound(24, 10),
    },
    { name: 'too few of the model', records: [row(1, 2), row(3, 1, { language: 'go' })], factor: 1 },
    { name: 'another model says nothing', records: [row(0, 99, { modelId: 'b' })], factor: 1 },
    { name: 'rows of the same are one record', records: [row(3, 2), row(3, 2)], factor: bound(6, 4) },
    { name: 'a kind of the CWE is another CWE', records: [row(0, 9), row(30, 0, { cwe: 'CWE-564' })], factor: bound(30, 9) },
  ])('$name', ({ records, factor }) => expect(learnWeights(records)(vote)).toBe(factor));

  it('a language and a CWE that are not known are a case of their own', () => {
    const weigh = learnWeights([row(0, 10), row(12, 0, { language: null, cwe: null })]);
    expect(weigh({ modelId: 'a', language: null, cwe: null })).toBe(bound(12, 0));
    expect(weigh({ modelId: 'a', language: null, cwe: 'CWE-89' })).toBe(bound(12, 0));
    expect(weigh({ modelId: 'a', language: 'python', cwe: null })).toBe(bound(0, 10));
  });
  it('a perfect record is worth at most ten times, a poor one nearly nothing', () => {
    expect(learnWeights([row(5_000, 0)])(vote)).toBeCloseTo(10, 1);
    expect(learnWeights([row(0, 5_000)])(vote)).toBeLessThan(0.001);
  });
});
