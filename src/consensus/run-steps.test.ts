import { describe, expect, it } from 'vitest';
import type { Candidate } from '#model/candidate.ts';
import type { ConsensusRules, ConsensusStep } from '#model/plan.ts';
import type { Verdict } from '#model/verdict.ts';
import { makeChunk, makeClaim, makeExecution, makePlan, makeSeat } from '../../test/fixtures/panel.ts';
import { openDocket } from './docket.ts';
import { casesToJudge, type HeardVerdict, runSteps, type StrategyOf } from './run-steps.ts';
import { majorityVote } from './strategies/majority-vote.ts';
import { union } from './strategies/union.ts';
import { weightedVote } from './strategies/weighted-vote.ts';
import type { StepContext } from './take-step.ts';

const strategyOf: StrategyOf = (id) => {
  const found = [union, majorityVote, weightedVote].find((strategy) => strategy.id === id);
  if (found === undefined) throw new TypeError(`no strategy ${id}`);
  return found;
};

/** Three models; cases are named by their titles: what all say, what two, what one, and an attempt to steer. */
const LINES = { all: 41, two: 44, one: 47, steer: 49 } as const;
type Name = keyof typeof LINES;
const claims = (name: Name, models: string[], over: Partial<Candidate> = {}) =>
  models.map((model) => makeClaim(model, { startLine: LINES[name], title: name, ...over }));
const CLAIMS = [
  ...claims('all', ['a', 'b', 'c'], { cwe: 'CWE-89', severity: 'medium', confidence: 0.9 }),
  ...claims('two', ['a', 'b'], { cwe: 'CWE-79', severity: 'low', confidence: null }),
  ...claims('one', ['a'], { cwe: 'CWE-564', severity: 'critical', confidence: 0.2 }),
  ...claims('steer', ['aegis/steering'], { role: 'steering', cwe: 'CWE-1427', severity: 'medium', confidence: null }),
];
const three = [makeSeat('a'), makeSeat('b'), makeSeat('c')];
const docket = openDocket({
  candidates: CLAIMS,
  executions: three.map(({ model }) => makeExecution(model.model_id)),
  chunks: [makeChunk('chunk-1')],
  plan: makePlan(three),
  records: [],
});
const caseOf = (name: string) => docket.find(({ merged }) => merged.title === name)!;
const rules = (steps: readonly ConsensusStep[], over: Partial<ConsensusRules> = {}): ConsensusRules => ({
  ...makePlan([]).consensus,
  steps,
  ...over,
});
const names = (cases: typeof docket) => cases.map(({ merged }) => merged.title);

const vote = (strategy: string, threshold = 0.5): ConsensusStep => ({ kind: 'vote', strategy, threshold });
const judge = (when: 'always' | 'disagreement' | 'never'): ConsensusStep => ({ kind: 'judge', when });
const cap = (findings: number): ConsensusStep => ({ kind: 'cap', findings });
const filter = (over: Partial<Extract<ConsensusStep, { kind: 'filter' }>>): ConsensusStep => ({
  kind: 'filter',
  minSeverity: null,
  minConfidence: null,
  cwes: null,
  ...over,
});

/** What a judge said of cases by their names; `unheard` where it failed. */
type Said = Readonly<Partial<Record<Name, Verdict['verdict'] | 'unheard'>>>;
const hear = (said: Said | null) => {
  if (said === null) return null;
  const entries = Object.entries(said);
  return {
    verdicts: entries.flatMap(([name, verdict]): HeardVerdict[] =>
      verdict === 'unheard' ? [] : [{ caseId: caseOf(name).id, modelId: 'j', verdict, confidence: 0.8, severity: null, reason: 'because' }],
    ),
    unheard: new Set(entries.filter(([, verdict]) => verdict === 'unheard').map(([name]) => caseOf(name).id)),
  };
};

describe('steps', () => {
  it.each<{ name: string; steps: ConsensusStep[]; said?: Said; fallback?: string; spared?: Name[]; kept: Name[] }>([
    { name: 'no step keeps everything', steps: [], kept: ['all', 'two', 'one', 'steer'] },
    { name: 'union', steps: [vote('union')], kept: ['all', 'two', 'one', 'steer'] },
    { name: 'majority', steps: [vote('majority_vote')], kept: ['all', 'two', 'steer'] },
    { name: 'a vote by its own threshold', steps: [vote('weighted_vote', 0.7)], kept: ['all', 'steer'] },
    { name: 'the last vote decides', steps: [vote('majority_vote'), vote('union')], kept: ['all', 'two', 'one', 'steer'] },

    { name: 'filter by severity', steps: [filter({ minSeverity: 'medium' }), vote('union')], kept: ['all', 'one', 'steer'] },
    {
      name: 'filter by confidence: one that was not stated passes',
      steps: [filter({ minConfidence: 0.5 })],
      kept: ['all', 'two', 'steer'],
    },
    { name: 'filter by weakness and its kinds', steps: [filter({ cwes: ['CWE-89'] })], kept: ['all', 'one', 'steer'] },
    { name: 'filter by several at once', steps: [filter({ cwes: ['CWE-943'], minConfidence: 0.5 })], kept: ['all', 'steer'] },
    { name: 'what was filtered no vote brings back', steps: [filter({ minSeverity: 'critical' }), vote('union')], kept: ['one', 'steer'] },
    {
      name: 'what is filtered no judge brings back, wherever the filter stands',
      steps: [vote('union'), judge('always'), filter({ minSeverity: 'medium' })],
      said: { two: 'confirmed' },
      kept: ['all', 'one', 'steer'],
    },

    {
      name: 'confirmed keeps what the vote dropped',
      steps: [vote('majority_vote'), judge('disagreement')],
      said: { one: 'confirmed' },
      kept: ['all', 'two', 'one', 'steer'],
    },
    {
      name: 'rejected drops what the vote kept',
      steps: [vote('majority_vote'), judge('always')],
      said: { all: 'rejected', two: 'confirmed', one: 'rejected' },
      kept: ['two', 'steer'],
    },
    {
      name: 'uncertain leaves what the vote said',
      steps: [vote('majority_vote'), judge('always')],
      said: { all: 'uncertain', one: 'uncertain' },
      kept: ['all', 'two', 'steer'],
    },
    {
      name: 'a missing verdict leaves what the vote said',
      steps: [vote('majority_vote'), judge('always')],
      said: {},
      kept: ['all', 'two', 'steer'],
    },
    {
      name: 'a verdict on a case that it was not asked about is not heard',
      steps: [vote('majority_vote'), judge('disagreement')],
      said: { all: 'rejected', two: 'rejected', one: 'confirmed' },
      kept: ['all', 'two', 'one', 'steer'],
    },
    {
      name: 'a judge that is never asked decides nothing',
      steps: [vote('majority_vote'), judge('never')],
      said: { all: 'rejected', one: 'confirmed' },
      kept: ['all', 'two', 'steer'],
    },
    {
      name: 'an attempt to steer is not voted on, judged, filtered or cut off',
      steps: [filter({ minSeverity: 'critical', cwes: ['CWE-564'] }), vote('majority_vote'), judge('always'), cap(1)],
      said: { steer: 'rejected', one: 'confirmed' },
      kept: ['one', 'steer'],
    },
    {
      name: 'what the judge decided no later vote changes; what it left open it does',
      steps: [judge('always'), vote('majority_vote')],
      said: { all: 'rejected', one: 'confirmed', two: 'uncertain' },
      kept: ['two', 'one', 'steer'],
    },
    {
      name: 'before any vote, what a judge leaves open is kept',
      steps: [judge('always')],
      said: { all: 'uncertain', two: 'rejected' },
      kept: ['all', 'one', 'steer'],
    },

    {
      name: 'where the judge failed, the fall-back decides: union keeps a single voice',
      steps: [vote('majority_vote'), judge('always')],
      said: { all: 'unheard', two: 'unheard', one: 'unheard' },
      kept: ['all', 'two', 'one', 'steer'],
    },
    {
      name: 'where the judge failed, the fall-back decides: majority drops what union kept',
      steps: [vote('union'), judge('always')],
      said: { all: 'unheard', one: 'unheard' },
      fallback: 'majority_vote',
      kept: ['all', 'two', 'steer'],
    },
    {
      name: 'no later vote changes what the fall-back decided',
      steps: [judge('always'), vote('majority_vote')],
      said: { one: 'unheard' },
      kept: ['all', 'two', 'one', 'steer'],
    },

    { name: 'cap keeps the worst of what is kept', steps: [vote('union'), cap(2)], kept: ['all', 'one', 'steer'] },
    { name: 'cap counts what is kept alone', steps: [vote('majority_vote'), cap(1)], kept: ['all', 'steer'] },
    { name: 'a cap of more changes nothing', steps: [vote('union'), cap(9)], kept: ['all', 'two', 'one', 'steer'] },
    { name: 'what was cut off no later vote brings back', steps: [cap(1), vote('union')], kept: ['one', 'steer'] },
    {
      name: 'what was cut off no judge brings back; what was voted down it does',
      steps: [vote('majority_vote'), cap(1), judge('always')],
      said: { two: 'confirmed', one: 'confirmed' },
      kept: ['all', 'one', 'steer'],
    },
    { name: 'what is shown as suppressed takes no place', steps: [cap(1)], spared: ['one'], kept: ['all', 'one', 'steer'] },
  ])('$name', ({ steps, said, fallback = 'union', spared = [], kept }) => {
    const takesPlace = (one: (typeof docket)[number]) => !spared.some((name) => name === one.merged.title);
    const decision = runSteps(docket, rules(steps, { fallback }), { strategyOf, hearing: hear(said ?? null), takesPlace });
    expect(names(decision.kept)).toEqual(kept);
  });

  it('a strategy that nobody knows is an error, not an empty result', () => {
    expect(() => runSteps(docket, rules([vote('nonsense')]), { strategyOf, hearing: null, takesPlace: () => true })).toThrow(TypeError);
  });
});

it.each<{ name: string; steps: ConsensusStep[]; asked: Name[] }>([
  { name: 'without a judge step nothing', steps: [vote('union')], asked: [] },
  { name: 'never: nothing', steps: [vote('union'), judge('never')], asked: [] },
  { name: 'disagreement: what has no majority, whatever the vote did', steps: [vote('union'), judge('disagreement')], asked: ['one'] },
  { name: 'always: everything but attempts to steer', steps: [judge('always')], asked: ['all', 'two', 'one'] },
  { name: 'nothing that is filtered', steps: [filter({ minSeverity: 'medium' }), judge('always')], asked: ['all', 'one'] },
  { name: 'nothing that will be filtered', steps: [judge('always'), filter({ minSeverity: 'medium' })], asked: ['all', 'one'] },
  { name: 'nothing that was cut off before', steps: [vote('union'), cap(1), judge('always')], asked: ['one'] },
  { name: 'what may be cut off later', steps: [vote('union'), judge('always'), cap(1)], asked: ['all', 'two', 'one'] },
])('a judge is asked: $name', ({ steps, asked }) =>
  expect(names(casesToJudge(docket, rules(steps), { strategyOf, takesPlace: () => true }))).toEqual(asked),
);

it('a judge is asked about all that a cap leaves: what is shown as suppressed takes no place here, too', () => {
  const [worst] = names(casesToJudge(docket, rules([vote('union'), cap(1), judge('always')]), { strategyOf, takesPlace: () => true }));
  const takesPlace: StepContext['takesPlace'] = (one) => names([one])[0] !== worst;
  const steps = rules([vote('union'), cap(1), judge('always')]);
  const asked = casesToJudge(docket, steps, { strategyOf, takesPlace });
  const { kept } = runSteps(docket, steps, { strategyOf, hearing: hear({}), takesPlace });
  expect(names(kept.filter(({ steering }) => !steering)).toSorted()).toEqual(names(asked).toSorted());
  expect(asked).toHaveLength(2);
});

describe('what a judge said', () => {
  const run = (said: Said | null, when: 'always' | 'disagreement' = 'always') =>
    runSteps(docket, rules([vote('union'), judge(when)]), { strategyOf, hearing: hear(said), takesPlace: () => true });

  it('is counted; a case that it passed over counts as uncertain', () => {
    expect(run({ all: 'confirmed', one: 'rejected' }).judged).toEqual({ confirmed: 1, rejected: 1, uncertain: 1, unheard: 0 });
    expect(run({ all: 'uncertain', two: 'unheard', one: 'unheard' }).judged).toEqual({
      confirmed: 0,
      rejected: 0,
      uncertain: 1,
      unheard: 2,
    });
    expect(run({ one: 'confirmed', all: 'rejected' }, 'disagreement').judged).toEqual({
      confirmed: 1,
      rejected: 0,
      uncertain: 0,
      unheard: 0,
    });
  });
  it('of a case that it was not asked about is not told', () => {
    expect([...run({ one: 'confirmed', all: 'rejected' }, 'disagreement').verdicts.keys()]).toEqual([caseOf('one').id]);
  });
  it('is null where none was asked, or about nothing', () => {
    expect(run(null).judged).toBeNull();
    const nothing = runSteps([caseOf('all')], rules([judge('disagreement')]), { strategyOf, hearing: hear({}), takesPlace: () => true });
    expect(nothing.judged).toBeNull();
  });
  it('counts where one judge failed and another answered', () => {
    const hearing = { ...hear({ one: 'rejected' })!, unheard: new Set([caseOf('one').id]) };
    const decision = runSteps(docket, rules([vote('union'), judge('disagreement')]), { strategyOf, hearing, takesPlace: () => true });
    expect(decision.judged).toMatchObject({ rejected: 1, unheard: 0 });
  });
  it.each([
    { name: 'twice the same is said once, by the more confident', verdicts: ['rejected', 'rejected'] as const, verdict: 'rejected' },
    { name: 'what contradicts itself is uncertain', verdicts: ['rejected', 'confirmed'] as const, verdict: 'uncertain' },
  ])('$name', ({ verdicts, verdict }) => {
    const said = verdicts.map((one, at) => ({ ...hear({ one })!.verdicts[0]!, confidence: at / 2, reason: `reason ${at}` }));
    for (const order of [said, said.toReversed()]) {
      const hearing = { verdicts: order, unheard: new Set<string>() };
      const decision = runSteps(docket, rules([vote('union'), judge('always')]), { strategyOf, hearing, takesPlace: () => true });
      expect(decision.verdicts.get(caseOf('one').id)).toMatchObject({ verdict, confidence: 0.5, reason: 'reason 1' });
    }
  });
});
