import { describe, expect, it } from 'vitest';
import type { ConsensusRules, ConsensusStep, Plan } from '#model/plan.ts';
import { makePlan, makeSeat } from '../../test/fixtures/panel.ts';
import { replayRules } from './replay-rules.ts';

const STRATEGIES = ['union', 'majority_vote', 'weighted_vote'];
const known = {
  strategies: STRATEGIES,
  pipelines: [{ name: 'strict', description: '', steps: [{ vote: 'weighted_vote' }, { judge: {} }] }],
};

/** A plan of so many models under these rules. */
function plan(models: number, consensus: Partial<ConsensusRules> = {}): Plan {
  return makePlan(
    ['a', 'b', 'c', 'd'].slice(0, models).map((id) => makeSeat(id)),
    { consensus },
  );
}
const named = (made: Plan): Plan => ({ ...made, stages: { ...made.stages, judge: { seats: ['judge:j'], named: true } } });
const vote = (strategy: string, threshold = 0.5): ConsensusStep => ({ kind: 'vote', strategy, threshold });
const judge = (when: 'always' | 'disagreement'): ConsensusStep => ({ kind: 'judge', when });

describe('the rules of a replay', () => {
  it('are those of the record where nothing else is wished', () => {
    const recorded = plan(2, { strategy: 'steps', steps: [vote('union'), judge('always'), { kind: 'cap', findings: 3 }], minVotes: 2 });
    expect(replayRules(recorded, {}, known)).toEqual(recorded.consensus);
  });

  it.each<{ name: string; recorded: Plan; wish: Parameters<typeof replayRules>[1]; steps: ConsensusStep[] }>([
    { name: 'a vote takes the place of a vote', recorded: plan(2), wish: { strategy: 'majority_vote' }, steps: [vote('majority_vote')] },
    {
      name: 'a judge stays beside another vote',
      recorded: plan(2, { steps: [vote('union'), judge('disagreement')] }),
      wish: { strategy: 'majority_vote' },
      steps: [vote('majority_vote'), judge('disagreement')],
    },
    {
      name: 'a judge that was the strategy goes with it',
      recorded: plan(2, { strategy: 'judge', steps: [vote('union'), judge('always')] }),
      wish: { strategy: 'union' },
      steps: [vote('union')],
    },
    {
      name: 'a judge that was the strategy and that the pipeline names hears what the votes disagree about',
      recorded: named(plan(2, { strategy: 'judge', steps: [vote('union'), judge('always')] })),
      wish: { strategy: 'union' },
      steps: [vote('union'), judge('disagreement')],
    },
    {
      name: 'filters and caps of the record are steps of its own',
      recorded: plan(2, { strategy: 'steps', steps: [vote('union'), { kind: 'cap', findings: 1 }] }),
      wish: { strategy: 'union' },
      steps: [vote('union')],
    },
    { name: 'judge over two models', recorded: plan(2), wish: { strategy: 'judge' }, steps: [vote('union'), judge('always')] },
    { name: 'judge over a panel', recorded: plan(3), wish: { strategy: 'judge' }, steps: [vote('majority_vote'), judge('always')] },
    {
      name: 'judge over two models and one of a custom role beside them, as a review by it has it',
      recorded: makePlan([makeSeat('a'), makeSeat('b'), makeSeat('c', { role: 'secrets' })]),
      wish: { strategy: 'judge' },
      steps: [vote('union'), judge('always')],
    },
    {
      name: 'a stored pipeline, its vote without a share of its own',
      recorded: plan(2, { threshold: 0.6 }),
      wish: { strategy: 'strict' },
      steps: [vote('weighted_vote', 0.6), judge('disagreement')],
    },
    { name: 'a share for every vote', recorded: plan(2), wish: { threshold: 0.9 }, steps: [vote('union', 0.9)] },
    { name: 'a share of nothing', recorded: plan(2), wish: { strategy: 'weighted_vote', threshold: 0 }, steps: [vote('weighted_vote', 0)] },
  ])('$name', ({ recorded, wish, steps }) => {
    const rules = replayRules(recorded, wish, known);
    expect(rules.steps).toEqual(steps);
    expect(rules.strategy).toBe(wish.strategy ?? recorded.consensus.strategy);
    expect(rules.threshold).toBe(wish.threshold ?? recorded.consensus.threshold);
    const { fallback, minVotes, weights, independence } = recorded.consensus;
    expect(rules).toMatchObject({ fallback, minVotes, weights, independence });
  });

  it('names the strategies where there is none of that name', () => {
    expect(() => replayRules(plan(2), { strategy: 'median' }, known)).toThrow('there is no strategy median');
  });
});
