import { describe, expect, it } from 'vitest';
import { cachedCallsOf, totalCostOf } from './wording.ts';

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
