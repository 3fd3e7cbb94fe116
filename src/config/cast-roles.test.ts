import { describe, expect, it } from 'vitest';
import { InputError } from '#model/errors.ts';
import { BUILTIN, entry } from '../../test/fakes/known-parts.ts';
import { problemsOf, resolveText } from '../../test/fakes/resolve-text.ts';

const REGISTERED = [
  BUILTIN,
  entry('t', { roles: ['triage'] }),
  entry('a'),
  entry('b'),
  entry('j', { roles: ['judge'] }),
  entry('j2', { roles: ['judge', 'deep_scan'], weight: 3 }),
  entry('e', { roles: ['explain'] }),
  entry('k', { roles: ['keys', 'deep_scan'] }),
  entry('off', { roles: ['judge', 'triage'], status: 'disabled' }),
];
const source = { registered: REGISTERED };
const KEYS = 'roles: { keys: { prompt: "Look at keys.", schema: { type: object } } }';
const NOTES = 'roles: { keys: { prompt: "Note the owner.", schema: { type: object }, on: findings } }';

/** Seats of each stage, by ids of models, as one line. */
function cast(text: string, models?: readonly string[], registered = REGISTERED) {
  const { stages } = resolveText(text, { registered }, models === undefined ? {} : { models }).plan;
  const told = (seats: readonly string[] | undefined) => seats?.map((id) => id.replace('deep_scan:', '')).join(' ');
  return [
    stages.triage && told(stages.triage.seats),
    stages.deepScan.tiers.map(told).join(' > '),
    stages.judge && told(stages.judge.seats),
    stages.annotate && told(stages.annotate.seats),
    stages.explain && told(stages.explain.seats),
  ]
    .filter((part) => part !== null)
    .join(' | ');
}

describe('who sits where', () => {
  it.each([
    {
      name: 'every enabled model in each of its roles where nothing is said; the weightiest judge first',
      text: '',
      seats: 'triage:t | builtin/patterns a b j2 k | judge:j2 judge:j | explain:e',
    },
    {
      name: 'of `models` alone where it lists some',
      text: 'models: [a, j]',
      seats: 'a | judge:j',
    },
    { name: 'a stage that the pipeline does not name does not run', text: 'pipeline: { deep_scan: { models: [a] } }', seats: 'a' },
    {
      name: 'a named stage without models takes all of the pool with its role',
      text: 'pipeline: { triage: {}, deep_scan: {}, judge: {}, explain: {} }',
      seats: 'triage:t | builtin/patterns a b j2 k | judge:j2 judge:j | explain:e',
    },
    {
      name: 'a named stage takes registered models that `models` does not list',
      text: 'models: [a]\npipeline: { deep_scan: {}, triage: { models: [t] }, judge: { model: j }, explain: { model: e } }',
      seats: 'triage:t | a | judge:j | explain:e',
    },
    {
      name: 'a judge that is named sits alone',
      text: 'pipeline: { deep_scan: { models: [a] }, judge: { model: j } }',
      seats: 'a | judge:j',
    },
    { name: 'no judge where it is never asked', text: 'pipeline: { deep_scan: { models: [a] }, judge: { when: never } }', seats: 'a' },
    {
      name: 'the weight that the consensus gives decides who judges first',
      text: 'models: [a, j, j2]\nconsensus: { weights: { j: 5 } }',
      seats: 'a j2 | judge:j judge:j2',
    },
    {
      name: 'tiers in their order',
      text: 'pipeline: { deep_scan: { tiers: [[builtin/patterns, a], [b]] } }',
      seats: 'builtin/patterns a > b',
    },
    {
      name: 'a custom role that looks at chunks sits in the first tier, whatever the pipeline names',
      text: `${KEYS}\npipeline: { deep_scan: { tiers: [[a], [b]] } }`,
      seats: 'a keys:k > b',
    },
    {
      name: 'a custom role that looks at findings is a stage of its own',
      text: `${NOTES}\npipeline: { deep_scan: { models: [a] } }`,
      seats: 'a | keys:k',
    },
    { name: 'a role that no file defines has no seat', text: 'models: [k]', seats: 'k' },
  ])('$name', ({ text, seats }) => expect(cast(text)).toBe(seats));

  it.each([
    { name: 'all their roles', text: '', models: ['a', 'j', 't'], seats: 'triage:t | a | judge:j' },
    {
      name: 'all their roles, also where the pipeline names other stages, models and tiers',
      text: `${KEYS}\npipeline: { deep_scan: { tiers: [[a], [b]] }, triage: { models: [t] } }`,
      models: ['k', 'j', 'e'],
      seats: 'k keys:k | judge:j | explain:e',
    },
    {
      name: 'no role of a judge that is never asked',
      text: 'pipeline: { deep_scan: {}, judge: { when: never } }',
      models: ['a', 'j2'],
      seats: 'a j2',
    },
  ])('--models: the named ones take $name', ({ text, models, seats }) => expect(cast(text, models)).toBe(seats));

  it('takes thresholds, votes and limits of stages from the file', () => {
    const text = `pipeline: { triage: { threshold: 0.2, votes: true }, deep_scan: {}, explain: { max: 3 } }`;
    expect(resolveText(text, source).plan.stages).toMatchObject({ triage: { threshold: 0.2, votes: true }, explain: { max: 3 } });
    expect(resolveText('', source).plan.stages).toMatchObject({ triage: { threshold: 0.5, votes: false }, explain: { max: 10 } });
  });

  it('gives each seat the id of its role and model, once, in the order of the stages', () => {
    const { plan } = resolveText(KEYS, source);
    expect(plan.seats.map(({ id }) => id)).toEqual([
      'triage:t',
      ...['builtin/patterns', 'a', 'b', 'j2', 'k'].map((id) => `deep_scan:${id}`),
      'keys:k',
      'judge:j2',
      'judge:j',
      'explain:e',
    ]);
    expect(plan.seats.every(({ id, role, model }) => id === `${role}:${model.model_id}`)).toBe(true);
    expect(plan.roles).toEqual({ keys: { prompt: 'Look at keys.', schema: { type: 'object' }, on: 'chunks' } });
  });

  it.each([
    {
      text: 'pipeline: { deep_scan: {}, triage: { models: [a] } }',
      told: '1:47 pipeline.triage.models[0]: has not the role `triage`; its roles: deep_scan',
    },
    {
      text: 'pipeline: { deep_scan: {}, judge: { model: e } }',
      told: '1:44 pipeline.judge.model: has not the role `judge`; its roles: explain',
    },
    { text: 'pipeline: { deep_scan: {}, explain: { model: off } }', told: '1:46 pipeline.explain.model: the model `off` is disabled' },
    { text: 'pipeline: { deep_scan: { models: [a, a] } }', told: '1:38 pipeline.deep_scan.models[1]: is named twice' },
    {
      text: 'models: [a]\npipeline: { deep_scan: {}, judge: {} }',
      told: '2:28 pipeline.judge: no model has the role `judge`; add it to the `roles` of one',
    },
    {
      text: 'models: [a]\npipeline: { deep_scan: {}, triage: {} }',
      told: '2:28 pipeline.triage: no model has the role `triage`; add it to the `roles` of one',
    },
    {
      text: 'pipeline: { judge: {} }',
      told: '1:1 pipeline: names no `deep_scan`, so no model would look for weaknesses; add `deep_scan: {}` for all that can',
    },
    {
      text: 'pipeline: { deep_scan: { tiers: [[a], [t]] } }',
      told: '1:40 pipeline.deep_scan.tiers[1][0]: has not the role `deep_scan`; its roles: triage',
    },
    {
      text: 'pipeline: { deep_scan: { tiers: [[a], [b, a]] } }',
      told: '1:43 pipeline.deep_scan.tiers[1][1]: the model `a` stands in a tier already',
    },
    {
      text: 'pipeline: { deep_scan: { models: [a], tiers: [[a], [b]] } }',
      told: '1:53 pipeline.deep_scan.tiers[1][0]: the model `b` is not one of `pipeline.deep_scan.models`; add it there too',
    },
    {
      text: 'pipeline: { deep_scan: { tiers: [[a], [builtin/pattern]] } }',
      told: '1:40 pipeline.deep_scan.tiers[1][0]: there is no model `builtin/pattern`; did you mean `builtin/patterns`?',
    },
  ])('refuses $text', ({ text, told }) => expect(problemsOf(text, source)).toEqual([`.aegis.yml:${told}`]));

  it('does not blame a stage for a model that could not be made', () => {
    expect(problemsOf('models: [a, zzz]\npipeline: { deep_scan: {}, judge: {} }', source)).toHaveLength(1);
  });

  it.each([
    { models: ['t', 'j'], told: /no model of --models has the role deep_scan/ },
    { models: ['e'], told: /the model e has not the role deep_scan/ },
  ])('refuses --models $models', ({ models, told }) => {
    expect(() => cast('', models)).toThrow(InputError);
    expect(() => cast('', models)).toThrow(told);
  });
});

describe('who stands in reserve', () => {
  it.each([
    {
      name: 'what `models` lists for a role that is asked, and has no seat in it',
      text: 'models: [a, b, t, j, j2, e]\npipeline: { deep_scan: { models: [a] }, judge: { model: j } }',
      reserves: ['deep_scan:j2', 'deep_scan:b', 'judge:j2'],
    },
    { name: 'nothing for a stage that does not run', text: 'models: [a, t, e]\npipeline: { deep_scan: {} }', reserves: [] },
    {
      name: 'what deep_scan.models names and no tier holds',
      text: 'pipeline: { deep_scan: { models: [a, b, k], tiers: [[a], [b]] } }',
      reserves: ['deep_scan:k'],
    },
    {
      name: 'a custom role has none that has a seat',
      text: `models: [a, k]\n${KEYS}`,
      reserves: [],
    },
  ])('$name', ({ text, reserves }) => expect(resolveText(text, source).plan.reserves.map(({ id }) => id)).toEqual(reserves));
});

describe('what people are told', () => {
  it.each([
    {
      text: 'models: [a, t, e]\npipeline: { deep_scan: {} }',
      told: [
        '1:13 models[1]: the model t takes no part: `pipeline` does not name `triage`',
        '1:16 models[2]: the model e takes no part: `pipeline` does not name `explain`',
      ],
    },
    {
      text: 'models: [a, j]\npipeline: { deep_scan: {}, judge: { when: never } }',
      told: ['1:13 models[1]: the model j takes no part: `pipeline.judge.when` is `never`'],
    },
    {
      text: 'models: [a, j]\nconsensus: { strategy: union }',
      told: ['1:13 models[1]: the model j takes no part: the consensus asks no judge'],
    },
    { text: `models: [a]\n${KEYS}`, told: ['2:10 roles.keys: no model has this role, so it does not run'] },
    {
      text: 'pipeline: { deep_scan: { tiers: [[a], [b]] } }\nconsensus: { min_votes: 2 }',
      told: [
        '2:14 consensus.min_votes: 2 votes are asked for, more than there are models in the first tier of deep_scan (1): every review will be incomplete',
      ],
    },
    { text: 'models: [a, k, j]\nconsensus: { min_votes: 2 }', told: [] },
  ])('$text', ({ text, told }) => expect(resolveText(text, source).warnings).toEqual(told.map((one) => `.aegis.yml:${one}`)));

  it('a model of --models without a part is named', () => {
    const registered = [...REGISTERED, entry('x', { roles: ['unheard_of'] })];
    const { warnings } = resolveText('', { registered }, { models: ['a', 'x'] });
    expect(warnings).toEqual(['--models: the model x takes no part: `roles` does not define `unheard_of`']);
  });
});

it.each([
  { name: 'the smallest window of those that see chunks', roles: ['triage'], smaller: true },
  { name: 'a judge sees chunks, too', roles: ['judge'], smaller: true },
  { name: 'an explainer sees findings', roles: ['explain'], smaller: false },
])('sizes chunks: $name', ({ roles, smaller }) => {
  const small = entry('small', { roles, settings: { num_ctx: 8192 } });
  const sizeOf = (registered: typeof REGISTERED) => resolveText('', { registered }).plan.chunkTokens;
  expect(sizeOf([entry('a'), small]) < sizeOf([entry('a')])).toBe(smaller);
});
