import type { Strategy } from '#ports/strategy.ts';

/** Sums of decimal weights are inexact (0.1 + 0.2 > 0.3): an exact tie must stay a tie. */
const ROUNDING = 1e-9;

export const weightedVote: Strategy = {
  id: 'weighted_vote',
  summary: 'Keeps what models with more than the threshold of the weight reported, of those that answered.',
  keep: ({ votesFor, electorate, weights, threshold }) => {
    const sum = (models: readonly string[]) => models.reduce((total, model) => total + (weights[model] ?? 0), 0);
    const all = sum(electorate);
    return sum(votesFor) > threshold * all + ROUNDING * all;
  },
};
