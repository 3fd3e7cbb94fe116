import { describe, expect, it } from 'vitest';
import type { Usage } from '#model/outcome.ts';
import { sumUsage } from './sum-usage.ts';

const usage: Usage = { tokensIn: 10, tokensOut: 1, costUsd: 0.5, latencyMs: 3, cached: false };

describe('sumUsage', () => {
  it('adds up what is known, and does not know a cost of which one part is not known', () => {
    const other = { ...usage, tokensOut: null, costUsd: null, calls: 3 };
    expect(sumUsage([usage, other])).toEqual({ tokensIn: 20, tokensOut: 1, costUsd: null, latencyMs: 6, cached: false, calls: 4 });
  });

  it('is cached only where every call was', () => {
    expect(sumUsage([{ ...usage, cached: true }, usage]).cached).toBe(false);
    expect(
      sumUsage([
        { ...usage, cached: true },
        { ...usage, cached: true },
      ]).cached,
    ).toBe(true);
  });

  it('of no call is nothing', () => {
    expect(sumUsage([])).toEqual({ tokensIn: null, tokensOut: null, costUsd: 0, latencyMs: 0, cached: false, calls: 0 });
  });
});
