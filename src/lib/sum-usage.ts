import type { Usage } from '#model/outcome.ts';

/**
 * What several calls cost together. Tokens are those that were told of; a cost is unknown where one of its parts is.
 * Cached only where every call was; nothing, where there was none.
 */
export function sumUsage(usages: readonly Usage[]): Usage {
  const costs = usages.map(({ costUsd }) => costUsd);
  return {
    tokensIn: sumKnown(usages.map(({ tokensIn }) => tokensIn)),
    tokensOut: sumKnown(usages.map(({ tokensOut }) => tokensOut)),
    costUsd: costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
    latencyMs: usages.reduce((sum, { latencyMs }) => sum + latencyMs, 0),
    cached: usages.length > 0 && usages.every(({ cached }) => cached),
    calls: usages.reduce((sum, { calls }) => sum + (calls ?? 1), 0),
  };
}

/** The sum of the numbers that are known; null where none is. */
export function sumKnown(numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((number) => number !== null);
  return known.length === 0 ? null : known.reduce((sum, number) => sum + number, 0);
}
