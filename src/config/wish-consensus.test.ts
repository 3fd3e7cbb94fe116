import { describe, expect, it } from 'vitest';
import { InputError } from '#model/errors.ts';
import type { ConsensusStep } from '#model/plan.ts';
import { entry } from '../../test/fakes/known-parts.ts';
import { problemsOf, resolveText } from '../../test/fakes/resolve-text.ts';

const REGISTERED = [entry('a'), entry('b'), entry('j', { roles: ['judge'] })];
const STORED = [
  {
    name: 'strict',
    description: '',
    steps: [{ filter: { min_severity: 'high' } }, { vote: 'majority_vote' }, { judge: { when: 'always' } }],
  },
  { name: 'broken', description: '', steps: [{ vote: 'majorty_vote' }, { cap: {} }] },
];
const source = { registered: REGISTERED, pipelines: STORED };
const without = { registered: REGISTERED.slice(0, 2), pipelines: STORED };

const tell = (step: ConsensusStep) => {
  switch (step.kind) {
    case 'vote':
      return `${step.strategy}${step.threshold === 0.5 ? '' : `@${step.threshold}`}`;
    case 'judge':
      return `judge ${step.when}`;
    case 'cap':
      return `cap ${step.findings}`;
    case 'filter':
      return `filter ${step.minSeverity ?? ''}`;
  }
};
const stepsOf = ({ plan: { consensus } }: ReturnType<typeof resolveText>) =>
  `${consensus.strategy}: ${consensus.steps.map(tell).join(', ')}`;

describe('steps of the consensus', () => {
  it.each([
    { text: '', steps: 'union: union, judge disagreement' },
    { text: 'models: [a, b]', steps: 'union: union' },
    { text: 'consensus: { min_votes: 1 }', steps: 'union: union, judge disagreement' },
    { text: 'consensus: { strategy: weighted_vote, threshold: 0.6 }', steps: 'weighted_vote: weighted_vote@0.6' },
    { text: 'pipeline: { deep_scan: {} }', steps: 'union: union' },
    { text: 'pipeline: { deep_scan: {}, judge: { when: always } }', steps: 'union: union, judge always' },
    {
      text: 'pipeline: { deep_scan: {}, judge: {} }\nconsensus: { strategy: majority_vote }',
      steps: 'majority_vote: majority_vote, judge disagreement',
    },
    { text: 'pipeline: { deep_scan: {}, judge: { when: never } }', steps: 'union: union' },
    { text: 'consensus: { strategy: judge }', steps: 'judge: union, judge always' },
    { text: 'pipeline: { deep_scan: {} }\nconsensus: { strategy: judge }', steps: 'judge: union, judge always' },
    {
      text: 'consensus: { threshold: 0.7, steps: [{ filter: { min_severity: low } }, { vote: weighted_vote }, { cap: { findings: 3 } }] }',
      steps: 'steps: filter low, weighted_vote@0.7, cap 3',
    },
    { text: 'consensus: { steps: [{ vote: union }, { judge: { when: always } }] }', steps: 'steps: union, judge always' },
    { text: 'pipeline: { deep_scan: {} }\nconsensus: { steps: [{ judge: {} }] }', steps: 'steps: judge disagreement' },
    { text: 'consensus: { pipeline: strict }', steps: 'strict: filter high, majority_vote, judge always' },
  ])('$text', ({ text, steps }) => expect(stepsOf(resolveText(text, source))).toBe(steps));

  it('asks a majority from three deep_scan models on, whatever else has a seat', () => {
    const registered = [...REGISTERED, entry('c')];
    expect(stepsOf(resolveText('', { registered }))).toBe('majority_vote: majority_vote, judge disagreement');
    expect(stepsOf(resolveText('consensus: { strategy: judge }', { registered }))).toBe('judge: majority_vote, judge always');
  });

  it.each([
    { strategy: 'majority_vote', text: '', steps: 'majority_vote: majority_vote, judge disagreement' },
    {
      strategy: 'union',
      text: 'consensus: { steps: [{ vote: majority_vote }, { judge: { when: always } }] }',
      steps: 'union: union',
    },
    { strategy: 'union', text: 'consensus: { pipeline: strict }', steps: 'union: union' },
    { strategy: 'union', text: 'consensus: { strategy: weighted_vote }', steps: 'union: union' },
    { strategy: 'majority_vote', text: 'consensus: { strategy: judge }', steps: 'majority_vote: majority_vote' },
    {
      strategy: 'majority_vote',
      text: 'pipeline: { deep_scan: {}, judge: {} }\nconsensus: { strategy: judge }',
      steps: 'majority_vote: majority_vote, judge disagreement',
    },
    { strategy: 'union', text: 'pipeline: { deep_scan: {}, judge: { when: always } }', steps: 'union: union, judge always' },
    { strategy: 'judge', text: 'consensus: { steps: [{ vote: majority_vote }] }', steps: 'judge: union, judge always' },
    { strategy: 'judge', text: 'pipeline: { deep_scan: {}, judge: { when: never } }', steps: 'judge: union, judge always' },
  ])('--strategy $strategy over $text', ({ strategy, text, steps }) =>
    expect(stepsOf(resolveText(text, source, { strategy }))).toBe(steps),
  );

  it('takes fallback, weights, votes and independence from the file', () => {
    const text = 'consensus: { fallback: majority_vote, weights: { a: 2 }, min_votes: 2, independence: family }';
    expect(resolveText(text, source).plan.consensus).toMatchObject({
      fallback: 'majority_vote',
      weights: { a: 2 },
      learned: false,
      minVotes: 2,
      independence: 'family',
    });
    expect(resolveText('consensus: { weights: auto }', source).plan.consensus).toMatchObject({ weights: {}, learned: true });
  });
});

describe('a consensus that cannot be', () => {
  it.each([
    {
      text: 'consensus: { strategy: union, steps: [{ vote: union }] }',
      told: '1:31 consensus.steps: stands beside `strategy`; give one of them',
    },
    {
      text: 'consensus: { pipeline: strict, strategy: union }',
      told: '1:14 consensus.pipeline: stands beside `strategy`; give one of them',
    },
    {
      text: 'consensus: { pipeline: strct }',
      told: '1:24 consensus.pipeline: there is no consensus pipeline `strct`; did you mean `strict`?',
    },
    {
      text: 'consensus: { pipeline: mine }',
      told: '1:24 consensus.pipeline: there is no consensus pipeline `mine`; known here: `strict`, `broken`',
    },
    {
      text: 'consensus: { pipeline: mine }',
      pipelines: [],
      told: '1:24 consensus.pipeline: there is no consensus pipeline `mine`; none is stored here',
    },
    {
      text: 'consensus: { pipeline: broken }',
      told: '1:24 consensus.pipeline: the consensus pipeline `broken` cannot be used: steps[0].vote must be `union`, `majority_vote`, `weighted_vote` or a mapping of keys, but is `majorty_vote`; did you mean `majority_vote`?; steps[1].cap.findings is missing',
    },
    {
      text: 'models: [a]\nconsensus: { strategy: judge }',
      told: '2:24 consensus.strategy: asks a judge, and no model has the role `judge`; add it to the `roles` of one',
    },
    {
      text: 'models: [a]\nconsensus: { steps: [{ vote: union }, { judge: {} }] }',
      told: '2:48 consensus.steps[1].judge: asks a judge, and no model has the role `judge`; add it to the `roles` of one',
    },
    {
      text: 'models: [a]\nconsensus: { pipeline: strict }',
      told: '2:24 consensus.pipeline: asks a judge, and no model has the role `judge`; add it to the `roles` of one',
    },
    {
      text: 'pipeline: { deep_scan: {}, judge: { when: never } }\nconsensus: { strategy: judge }',
      told: '2:24 consensus.strategy: asks a judge, and `pipeline.judge.when` is `never`; change one of them',
    },
    {
      text: 'pipeline: { deep_scan: {}, judge: { when: never } }\nconsensus: { steps: [{ judge: {} }] }',
      told: '2:31 consensus.steps[0].judge: asks a judge, and `pipeline.judge.when` is `never`; change one of them',
    },
    {
      text: 'consensus: { steps: [{ judge: {} }, { judge: {} }] }',
      told: '1:46 consensus.steps[1].judge: is a second judge; one is the most',
    },
    { text: 'consensus: { steps: [{ vot: union }] }', told: '1:24 consensus.steps[0].vot: unknown key `vot`; did you mean `vote`?' },
  ])('$text', ({ text, told, pipelines = STORED }) => expect(problemsOf(text, { ...source, pipelines })).toEqual([`.aegis.yml:${told}`]));

  it.each([
    { text: 'consensus: { steps: [{ vote: union }, { judge: { when: never } }] }', steps: 'steps: union' },
    { text: 'consensus: { min_votes: 1 }', steps: 'union: union' },
  ])('is none where no judge is needed: $text', ({ text, steps }) => expect(stepsOf(resolveText(text, without))).toBe(steps));

  it.each([
    { strategy: 'judge', models: ['a', 'b'], told: /--strategy judge needs a model with the role judge/ },
    { strategy: 'judge', models: undefined, told: /--strategy judge needs a model with the role judge/ },
    { strategy: 'majorty_vote', models: undefined, told: /there is no strategy majorty_vote/ },
  ])('--strategy $strategy with --models $models', ({ strategy, models, told }) => {
    const run = () => resolveText('', without, { strategy, ...(models && { models }) });
    expect(run).toThrow(InputError);
    expect(run).toThrow(told);
  });
});

describe('what people are told', () => {
  it.each([
    {
      text: 'pipeline: { deep_scan: {}, judge: { when: disagreement } }\nconsensus: { strategy: judge }',
      told: ['1:37 pipeline.judge.when: does not hold: `consensus` asks the judge with `when: always`'],
    },
    {
      text: 'pipeline: { deep_scan: {}, judge: { when: always } }\nconsensus: { steps: [{ judge: {} }] }',
      told: ['1:37 pipeline.judge.when: does not hold: `consensus` asks the judge with `when: disagreement`'],
    },
    {
      text: 'pipeline: { deep_scan: {}, judge: {} }\nconsensus: { steps: [{ vote: union }] }',
      told: ['2:14 consensus.steps: no step asks a judge, so that of `pipeline` does not run'],
    },
    {
      text: 'consensus: { steps: [{ filter: { min_severity: high } }] }',
      told: ['1:14 consensus.steps: no step is a `vote` or a `judge`, so every claim that the others leave is kept'],
    },
    { text: 'consensus: { strategy: judge }', told: [] },
  ])('$text', ({ text, told }) => expect(resolveText(text, source).warnings).toEqual(told.map((one) => `.aegis.yml:${one}`)));

  it('the vote decides alone where --models names no judge that the file asks for', () => {
    const resolved = resolveText('consensus: { strategy: judge }', source, { models: ['a'] });
    expect(stepsOf(resolved)).toBe('union: union');
    expect(resolved.warnings).toEqual([
      '.aegis.yml:1:14 consensus.strategy: asks a judge, and --models names none with the role `judge`: the vote decides alone',
    ]);
  });
});

it.each([
  { name: 'the default', text: '', operator: null, budget: { usd: 0.5, tokens: 400_000, minutes: 15, monthlyUsd: null } },
  {
    name: 'what the file says',
    text: 'budget: { usd: 0, tokens: 1, minutes: 2.5, monthly_usd: 20 }',
    operator: null,
    budget: { usd: 0, tokens: 1, minutes: 2.5, monthlyUsd: 20 },
  },
  { name: 'the lower month: the operator', text: 'budget: { monthly_usd: 20 }', operator: 5, budget: { monthlyUsd: 5 } },
  { name: 'the lower month: the file', text: 'budget: { monthly_usd: 0 }', operator: 5, budget: { monthlyUsd: 0 } },
  { name: 'the operator alone', text: '', operator: 5, budget: { monthlyUsd: 5 } },
])('the budget is $name', ({ text, operator, budget }) =>
  expect(resolveText(text, { monthlyUsd: operator }).plan.budget).toMatchObject(budget),
);
