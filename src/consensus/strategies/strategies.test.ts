import { expect, it } from 'vitest';
import type { Strategy } from '#ports/strategy.ts';
import { majorityVote } from './majority-vote.ts';
import { union } from './union.ts';
import { weightedVote } from './weighted-vote.ts';

const ballot = (votesFor: string[], electorate: string[], weights: Record<string, number> = {}, threshold = 0.5) => ({
  claims: [],
  votesFor,
  electorate,
  weights: { a: 1, b: 1, c: 1, d: 1, ...weights },
  threshold,
});

it.each<{ name: string; strategy: Strategy; votes: ReturnType<typeof ballot>; kept: boolean }>([
  { name: 'union keeps a single voice', strategy: union, votes: ballot(['a'], ['a', 'b', 'c']), kept: true },
  { name: 'union keeps nothing that nobody said', strategy: union, votes: ballot([], ['a']), kept: false },
  { name: 'two of three are a majority', strategy: majorityVote, votes: ballot(['a', 'b'], ['a', 'b', 'c']), kept: true },
  { name: 'one of two is none', strategy: majorityVote, votes: ballot(['a'], ['a', 'b']), kept: false },
  { name: 'two of four are none', strategy: majorityVote, votes: ballot(['a', 'b'], ['a', 'b', 'c', 'd']), kept: false },
  { name: 'who is alone because the others abstain is a majority', strategy: majorityVote, votes: ballot(['a'], ['a']), kept: true },
  { name: 'a heavy model outweighs two light ones', strategy: weightedVote, votes: ballot(['a'], ['a', 'b', 'c'], { a: 3 }), kept: true },
  { name: 'exactly half is not enough', strategy: weightedVote, votes: ballot(['a'], ['a', 'b']), kept: false },
  {
    name: 'an exact half of decimal weights is not enough either',
    strategy: weightedVote,
    votes: ballot(['a', 'b'], ['a', 'b', 'c'], { a: 0.1, b: 0.2, c: 0.3 }),
    kept: false,
  },
  { name: 'a lower threshold asks for less', strategy: weightedVote, votes: ballot(['a'], ['a', 'b', 'c'], {}, 0.3), kept: true },
  { name: 'a model of weight 0 decides nothing', strategy: weightedVote, votes: ballot(['a'], ['a'], { a: 0 }), kept: false },
])('$strategy.id: $name', ({ strategy, votes, kept }) => expect(strategy.keep(votes)).toBe(kept));
