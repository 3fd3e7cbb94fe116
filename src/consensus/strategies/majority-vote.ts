import type { Strategy } from '#ports/strategy.ts';

export const majorityVote: Strategy = {
  id: 'majority_vote',
  summary: 'Keeps what more than half of the models reported, of those that answered.',
  keep: ({ votesFor, electorate }) => votesFor.length * 2 > electorate.length,
};
