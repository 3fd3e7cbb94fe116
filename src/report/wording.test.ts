import { describe, expect, it } from 'vitest';
import { agreementOf, cachedCallsOf, doneWithoutOf, fallbackOf, totalCostOf } from './wording.ts';

describe('totalCostOf', () => {
  it.each<{ costs: (number | null)[]; told: string }>([
    { costs: [], told: '$0.00' },
    { costs: [0, 0], told: '$0.00' },
    { costs: [0.12, 0.004], told: '$0.12' },
    { costs: [0.0004], told: '<$0.01' },
    { costs: [null], told: 'cost unknown' },
    { costs: [0, null], told: 'cost unknown' },
    { costs: [0.0004, null], told: 'cost unknown' },
    { costs: [0.12, null], told: 'at least $0.12' },
  ])('of $costs is "$told"', ({ costs, told }) => expect(totalCostOf(costs.map((costUsd) => ({ costUsd })))).toBe(told));
});

describe('cachedCallsOf', () => {
  it.each([
    { models: [{ calls: 12, cached: 0 }], told: null },
    {
      models: [
        { calls: 12, cached: 7 },
        { calls: 3, cached: 0 },
      ],
      told: '15 calls, 7 from the cache',
    },
    { models: [{ calls: 1, cached: 1 }], told: '1 call, 1 from the cache' },
  ])('of $models is $told', ({ models, told }) => expect(cachedCallsOf(models)).toBe(told));
});

describe('agreementOf', () => {
  const said = (id: string, verdict: 'reported' | 'confirmed' = 'reported') => ({
    ...{ id, role: verdict === 'reported' ? 'deep_scan' : 'judge', confidence: null, severity: 'high' as const, verdict, message: '' },
  });
  it.each([
    { votes: { for: 1, of: 1 }, models: [said('a')], told: 'found by the one model that looked' },
    { votes: { for: 2, of: 3 }, models: [said('a'), said('b')], told: '2 of 3 models agree' },
    {
      votes: { for: 2, of: 3 },
      models: [said('a'), said('b'), said('j', 'confirmed')],
      told: '2 of 3 models agree, and the judge confirms it',
    },
    { votes: { for: 1, of: 1 }, models: [said('a'), said('b')], told: 'found by 2 models that count as one' },
    { votes: { for: 2, of: 3 }, models: [said('a'), said('b'), said('c')], told: '2 of 3 votes agree' },
  ])('of $votes.for of $votes.of is "$told"', ({ votes, models, told }) => expect(agreementOf({ votes, models })).toBe(told));
});

describe('fallbackOf', () => {
  const judged = { confirmed: 1, rejected: 0, uncertain: 0, unheard: 2 };
  it.each([
    { consensus: { strategy: 'judge', fellBack: false }, told: null },
    {
      consensus: { strategy: 'judge', fellBack: true, fallback: 'majority_vote', judged },
      told: 'There is no answer of the judge: 2 cases were decided by majority vote instead.',
    },
  ])('is "$told"', ({ consensus, told }) => expect(fallbackOf(consensus)).toBe(told));
});

it.each([
  {
    conclusion: 'findings' as const,
    exhausted: 'the budget of $0.50 is spent',
    told: 'The budget of $0.50 is spent: every hunk was reviewed, and not every finding explained.',
  },
  { conclusion: 'incomplete' as const, exhausted: 'the budget of $0.50 is spent', told: null },
  { conclusion: 'passed' as const, exhausted: null, told: null },
])('what a $conclusion review did without when $exhausted: $told', ({ conclusion, exhausted, told }) => {
  expect(doneWithoutOf({ conclusion, spending: { usd: 0.5, tokens: 1, exhausted } })).toBe(told);
});
