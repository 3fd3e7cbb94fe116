import type { Strategy } from '#ports/strategy.ts';

export const union: Strategy = {
  id: 'union',
  summary: 'Keeps what any model reported: the most findings, and the most noise.',
  keep: ({ votesFor }) => votesFor.length > 0,
};
