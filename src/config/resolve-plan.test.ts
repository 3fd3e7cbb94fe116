import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { codeTokens, smallestWindow } from '#lib/prompt-room.ts';
import { ConfigError, InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import { BUILTIN, entry } from '../../test/fakes/known-parts.ts';
import { problemsOf, resolveText as resolve } from '../../test/fakes/resolve-text.ts';

const seatsOf = ({ plan }: ReturnType<typeof resolve>) =>
  plan.seats.filter(({ role }) => role === 'deep_scan').map(({ model }) => model.model_id);
const inline = (id: string, more = '') => `{ id: ${id}, provider: openai_compatible, model: ${id}${more} }`;
const repository = {
  kind: 'repository' as const,
  inlineModels: true,
  checkAddress: (url: string) => (url.includes('allowed') ? null : 'this server does not call it'),
  checkSecret: (name: string, { model_id }: ModelEntry) =>
    name === 'SHARED' && model_id === 'x' ? null : `the stored key ${name} is not for this model`,
  runsCode: (type: string) => type === 'plugin',
};

describe('resolvePlan', () => {
  const three = [BUILTIN, entry('a'), entry('b'), entry('j', { roles: ['judge'] }), entry('off', { status: 'disabled' })];

  it('takes the built-in detector where nothing is said and nothing is registered', () => {
    const { plan, settings, warnings } = resolve('');
    expect(plan.seats).toEqual([{ id: 'deep_scan:builtin/patterns', role: 'deep_scan', model: BUILTIN }]);
    expect(plan.stages).toEqual({
      triage: null,
      deepScan: { tiers: [['deep_scan:builtin/patterns']] },
      judge: null,
      annotate: null,
      explain: null,
    });
    expect(plan.consensus).toEqual({
      strategy: 'union',
      steps: [{ kind: 'vote', strategy: 'union', threshold: 0.5 }],
      fallback: 'union',
      threshold: 0.5,
      minVotes: 1,
      weights: {},
      learned: false,
      independence: 'model',
    });
    expect(plan.budget).toEqual({ usd: 0.5, tokens: 400_000, minutes: 15, monthlyUsd: null });
    expect(settings).toEqual({
      failRule: { severity: 'high', paths: [] },
      requestChanges: false,
      check: { enabled: true, name: 'Aegis', onIncomplete: 'fail' },
      sarif: { enabled: 'auto', category: 'aegis' },
      maxComments: 20,
      suggestions: true,
      summary: true,
    });
    expect(warnings).toEqual([]);
  });

  it.each([
    {
      name: 'every registered and enabled model with the role',
      text: '',
      seats: ['builtin/patterns', 'a', 'b'],
      strategy: 'majority_vote',
    },
    { name: 'what `models` lists, in its order', text: 'models: [b, a]', seats: ['b', 'a'], strategy: 'union' },
    { name: 'an inline model beside a registered one', text: `models: [a, ${inline('x')}]`, seats: ['a', 'x'], strategy: 'union' },
    {
      name: 'TYPE:NAME as a shorthand',
      text: 'models: ["openai_compatible:gpt-5-mini"]',
      seats: ['openai_compatible:gpt-5-mini'],
      strategy: 'union',
    },
    {
      name: 'what the pipeline names',
      text: `models: [a, ${inline('x')}]\npipeline: { deep_scan: { models: [x] } }`,
      seats: ['x'],
      strategy: 'union',
    },
    {
      name: 'registered ids under `pipeline` that `models` does not list',
      text: 'models: [a]\npipeline: { deep_scan: { models: [b] } }',
      seats: ['b'],
      strategy: 'union',
    },
    {
      name: 'all of `models` where deep_scan names none',
      text: 'models: [a, b]\npipeline: { deep_scan: {} }',
      seats: ['a', 'b'],
      strategy: 'union',
    },
    {
      name: 'the strategy that is asked for',
      text: 'models: [a, b]\nconsensus: { strategy: weighted_vote }',
      seats: ['a', 'b'],
      strategy: 'weighted_vote',
    },
    {
      name: 'the usual strategy where `consensus` names none',
      text: 'consensus: { min_votes: 2 }',
      seats: ['builtin/patterns', 'a', 'b'],
      strategy: 'majority_vote',
    },
  ])('seats $name', ({ text, seats, strategy }) => {
    const resolved = resolve(text, { registered: three });
    expect(seatsOf(resolved)).toEqual(seats);
    expect(resolved.plan.consensus.strategy).toBe(strategy);
  });

  it.each([
    { name: 'none where every model has a seat', text: 'models: [a, b]', reserves: [] },
    { name: 'none without `models` and `pipeline`', text: '', reserves: [] },
    {
      name: 'those of `models` that the pipeline does not name',
      text: `models: [a, b, ${inline('x')}, j]\npipeline: { deep_scan: { models: [b] } }`,
      reserves: ['a', 'x'],
    },
    { name: 'nothing that is only registered', text: 'pipeline: { deep_scan: { models: [b] } }', reserves: [] },
    {
      name: 'what `models` lists beside a registered model that it does not list',
      text: 'models: [a]\npipeline: { deep_scan: { models: [b] } }',
      reserves: ['a'],
    },
    {
      name: 'the weightiest first',
      text: `models: [a, ${inline('x', ', weight: 2')}, ${inline('y', ', weight: 0.5')}, b]\npipeline: { deep_scan: { models: [a] } }`,
      reserves: ['x', 'b', 'y'],
    },
    {
      name: 'by the weight that the consensus gives',
      text: `models: [a, b, ${inline('x')}]\npipeline: { deep_scan: { models: [a] } }\nconsensus: { weights: { x: 3 } }`,
      reserves: ['x', 'b'],
    },
  ])('keeps in reserve $name', ({ text, reserves }) => {
    const { plan, warnings } = resolve(text, { registered: three });
    expect(plan.reserves.map(({ model, role, id }) => [model.model_id, role, id])).toEqual(
      reserves.map((id) => [id, 'deep_scan', `deep_scan:${id}`]),
    );
    expect(warnings.filter((warning) => !/the model j takes no part/.test(warning))).toEqual([]);
  });

  it('keeps nothing in reserve behind --models', () => {
    expect(resolve('models: [a, b]', { registered: three }, { models: ['a'] }).plan.reserves).toEqual([]);
  });

  it('lets the command line win', () => {
    const overrides = { models: ['x', 'b', 'b', 'openai_compatible:y'], strategy: 'union', scope: 'file' as const };
    const { plan } = resolve(`models: [a, ${inline('x')}]\nreview: { scope: added }`, { registered: three }, overrides);
    expect(plan.seats.map(({ model }) => model.model_id)).toEqual(['x', 'b', 'openai_compatible:y']);
    expect(plan.consensus.strategy).toBe('union');
    expect(plan.review.scope).toBe('file');
  });

  it.each([
    { models: ['nope'], message: /There is no model nope/ },
    { models: [], message: /names no model/ },
    { models: ['j'], message: /the model j has not the role deep_scan/ },
    { models: ['j', 'j'], message: /no model of --models has the role deep_scan/ },
    { models: ['off'], message: /is disabled/ },
  ])('refuses --models $models in one sentence', ({ models, message }) => {
    expect(() => resolve('', { registered: three }, { models })).toThrow(InputError);
    expect(() => resolve('', { registered: three }, { models })).toThrow(message);
  });

  it.each([
    { text: 'models: [builtin/pattern]', told: '1:10 models[0]: there is no model `builtin/pattern`; did you mean `builtin/patterns`?' },
    {
      text: `models: [${inline('gpt')}]\npipeline: { deep_scan: { models: [gtp] } }`,
      told: '2:35 pipeline.deep_scan.models[0]: there is no model `gtp`; did you mean `gpt`?',
    },
    {
      text: 'pipeline: { deep_scan: {}, judge: { model: zzz } }',
      told: '1:44 pipeline.judge.model: there is no model `zzz`; known here: `builtin/patterns`',
    },
    {
      text: 'models: [builtin/paterns, gpt-5-mini, gpt]',
      told: [
        '1:10 models[0]: there is no model `builtin/paterns`; did you mean `builtin/patterns`?',
        '1:27 models[1]: there is no model `gpt-5-mini`; did you mean `gpt-5-nano` or `gpt-5`?',
        '1:39 models[2]: there is no model `gpt`; did you mean `gpt-5-nano`, `gpt-5-pro` or `gpt-5`?',
      ],
      registered: [BUILTIN, entry('gpt-5-nano'), entry('gpt-5-pro'), entry('gpt-5')],
    },
    {
      text: 'models: [zzz]',
      told: [
        `1:10 models[0]: there is no model \`zzz\`; known here: ${Array.from({ length: 10 }, (_, at) => `\`m${at}\``).join(', ')} and 4 more`,
      ],
      registered: Array.from({ length: 14 }, (_, at) => entry(`m${at}`)),
    },
    {
      text: 'models: [off, a]',
      told: ['1:10 models[0]: the model `off` is disabled'],
      registered: three,
    },
    {
      text: 'consensus: { weights: { zzz: 2 } }',
      told: '1:30 consensus.weights.zzz: there is no model `zzz`; known here: `builtin/patterns`',
    },
    { text: 'models: ["openai:gpt"]', told: '1:10 models[0]: There is no model openai:gpt: name another.' },
    { text: 'models: [builtin/patterns, builtin/patterns]', told: '1:28 models[1]: the model `builtin/patterns` is listed twice' },
    { text: `models: [gpt, ${inline('gpt')}]`, told: '1:10 models[0]: the model `gpt` is listed twice' },
    {
      text: `models: [${inline('builtin/patterns')}]`,
      told: '1:16 models[0].id: a registered model has the name `builtin/patterns`; give this one another, or write `- builtin/patterns` for the registered one',
    },
    {
      text: `models: [${inline('gpt', ', roles: [judge]')}]`,
      told: '1:1 models: no model with the role `deep_scan` is left to look for weaknesses',
    },
    {
      text: 'pipeline: { explain: { max: 3 } }',
      registered: [entry('e', { roles: ['deep_scan', 'explain'] })],
      told: '1:1 pipeline: names no `deep_scan`, so no model would look for weaknesses; add `deep_scan: {}` for all that can',
    },
    {
      text: `models: [${inline('g', ', settings: { num_ctx: 2048 }')}]`,
      told: `1:68 models[0].settings: a window of 2048 tokens leaves no room for code: take at least ${smallestWindow({ settings: {} })}, or a smaller \`max_tokens\``,
    },
    { text: 'consensus: { weights: { builtin/patterns: 0 } }', told: '1:23 consensus.weights: gives no model any weight' },
  ])('refuses $text', ({ text, told, registered = [BUILTIN] }) =>
    expect(problemsOf(text, { registered })).toEqual([told].flat().map((one) => `.aegis.yml:${one}`)),
  );

  it('takes no disabled model under its other name TYPE:NAME', () => {
    const off = entry('openai_compatible/x', { status: 'disabled' });
    expect(problemsOf('models: ["openai_compatible:x"]', { registered: [BUILTIN, off], fromReference: () => off })).toEqual([
      '.aegis.yml:1:10 models[0]: the model `openai_compatible/x` is disabled',
    ]);
  });

  it('tells the problems of shape and of meaning together, in the order of the file', () => {
    const told = problemsOf(`models: [zzz]\nreveiw: {}\nconsensus: { weights: { yyy: 1 } }\n`);
    expect(told.map((line) => line.split(' ')[0])).toEqual(['.aegis.yml:1:10', '.aegis.yml:2:1', '.aegis.yml:3:30']);
  });

  it('does not blame the one who names a model whose definition is wrong', () => {
    const text = `models: [{ id: gpt, provider: openai_compatible, modle: x }]\npipeline: { deep_scan: { models: [gpt] } }`;
    expect(problemsOf(text)).toEqual([
      '.aegis.yml:1:10 models[0].model: is missing',
      '.aegis.yml:1:50 models[0].modle: unknown key `modle`; did you mean `model`?',
    ]);
  });

  it('tells a wrong setting once, at its key', () => {
    const fromDefinition = () => {
      throw new InputError('The model x has wrong settings', { hint: 'Mend its definition.' });
    };
    const text = `models: [${inline('x', ', settings: { temprature: 0 }')}]\npipeline: { deep_scan: { models: [x] } }`;
    expect(problemsOf(text, { fromDefinition })).toEqual([
      '.aegis.yml:1:70 models[0].settings.temprature: unknown key `temprature`; did you mean `temperature`?',
    ]);
    expect(problemsOf(`models: [${inline('x')}]`, { fromDefinition })).toEqual([
      '.aegis.yml:1:10 models[0]: The model x has wrong settings: mend its definition.',
    ]);
  });

  it('tells at most fifty problems, and how many there are', () => {
    const told = problemsOf(`models:\n${'- 3\n'.repeat(80)}`);
    expect(told).toHaveLength(51);
    expect(told.at(-1)).toMatch(/and 30 more problems/);
  });

  it('warns of a model without a part and of a panel that can never be large enough', () => {
    const { warnings } = resolve(
      `models: [builtin/patterns, ${inline('j', ', roles: [judge]')}]\nconsensus: { strategy: union, min_votes: 3 }`,
    );
    expect(warnings).toEqual([
      '.aegis.yml:1:28 models[1]: the model j takes no part: the consensus asks no judge',
      '.aegis.yml:2:31 consensus.min_votes: 3 votes are asked for, more than there are models (1): every review will be incomplete',
    ]);
  });

  it.each([
    {
      name: 'an inline model without permission',
      text: `models: [${inline('x')}]`,
      trust: { ...repository, inlineModels: false },
      told: /this server takes registered models only/,
    },
    {
      name: 'TYPE:NAME without permission',
      text: 'models: ["openai_compatible:x"]',
      trust: { ...repository, inlineModels: false },
      told: /this server takes registered models only/,
    },
    {
      name: 'a key of the environment',
      text: `models: [${inline('x', ', api_key: "env:AWS_SECRET"')}]`,
      trust: repository,
      told: /models\[0\]\.api_key: a repository cannot use a key/,
    },
    {
      name: 'a key of the environment in the settings',
      text: `models: [${inline('x', ', settings: { api_key: "env:AWS_SECRET" }')}]`,
      trust: repository,
      told: /settings\.api_key: a repository cannot use a key/,
    },
    {
      name: 'a stored key of others',
      text: `models: [${inline('x', ', api_key: "secret:X"')}]`,
      trust: repository,
      told: /models\[0\]\.api_key: the stored key X is not for this model/,
    },
    {
      name: 'a stored key for another model',
      text: `models: [${inline('y', ', api_key: "secret:SHARED"')}]`,
      trust: repository,
      told: /models\[0\]\.api_key: the stored key SHARED is not for this model/,
    },
    {
      name: 'a program',
      text: 'models: [{ id: x, provider: plugin, model: "./evil.js#x" }]',
      trust: repository,
      told: /models\[0\]\.provider: a repository cannot make this server run a program; its operator can register this one/,
    },
    {
      name: 'a program as TYPE:NAME',
      text: 'models: ["plugin:./evil.js#x"]',
      trust: repository,
      told: /models\[0\]: a repository cannot make this server run a program/,
    },
    {
      name: 'a parser of its own',
      text: `models: [${inline('x', ', parser: "./evil.js#parse"')}]`,
      trust: repository,
      told: /models\[0\]\.parser: a repository cannot make this server load a module/,
    },
    {
      name: 'an address off the list',
      text: `models: [${inline('x', ', base_url: "http://169.254.169.254/"')}]`,
      trust: repository,
      told: /base_url: this server does not call it/,
    },
    {
      name: 'an address in the settings',
      text: `models: [${inline('x', ', settings: { base_url: "HTTP://10.0.0.1" }')}]`,
      trust: repository,
      told: /settings\.base_url: this server does not call it/,
    },
  ])('refuses $name of a repository', ({ text, trust, told }) => {
    expect(problemsOf(text)).toEqual([]);
    expect(problemsOf(text, { trust }).join('\n')).toMatch(told);
    expect(problemsOf(text, { trust }).join('\n')).not.toContain('AWS_SECRET');
  });

  it('lets a repository name registered models, whatever they are, allowed addresses and keys that are its own', () => {
    const text = `models: [builtin/patterns, tool, ${inline('x', ', base_url: "https://allowed.example/v1", api_key: "secret:SHARED"')}]`;
    const registered = [BUILTIN, entry('tool', { model_type: 'plugin', parser_id: './own.js#parse' })];
    expect(seatsOf(resolve(text, { registered, trust: repository }))).toEqual(['builtin/patterns', 'tool', 'x']);
  });

  it.each([
    { name: 'no language model has no window', text: '', tokens: 50_000 },
    { name: 'a language model takes the usual size', text: `models: [${inline('x')}]`, tokens: 6000 },
    {
      name: 'the smallest window decides',
      text: `models: [${inline('x', ', settings: { num_ctx: 8192 }')}, ${inline('y')}]`,
      tokens: codeTokens({ settings: { num_ctx: 8192 } }),
    },
    { name: 'a large window changes nothing', text: `models: [${inline('x', ', settings: { num_ctx: 131072 }')}]`, tokens: 6000 },
    {
      name: 'a longer answer leaves less',
      text: `models: [${inline('x', ', settings: { num_ctx: 8192, max_tokens: 4096 }')}]`,
      tokens: codeTokens({ settings: { num_ctx: 8192, max_tokens: 4096 } }),
    },
  ])('sizes chunks: $name', ({ text, tokens }) => expect(resolve(text).plan.chunkTokens).toBe(tokens));

  it('hands over what the file says of review, paths and suppression', () => {
    const { plan, settings } =
      resolve(`review: { min_severity: medium, min_confidence: 0.3, max_comments: 5, summary: false, uncovered: note }
check: { name: Security, fail_on: none, on_incomplete: action_required }
sarif: { enabled: false }
paths: { include: ["src/**"], exclude: ["src/gen/**"] }
suppress: [{ cwe: CWE-798, reason: fixtures, until: 2027-01-01 }, { paths: ["test/**"], reason: tests }]
`);
    expect(plan.review).toEqual({ minSeverity: 'medium', minConfidence: 0.3, scope: 'hunks', uncovered: 'note' });
    expect(plan.paths).toEqual({ include: ['src/**'], exclude: ['src/gen/**'] });
    expect(plan.suppress).toEqual([
      { cwe: 'CWE-798', paths: ['**'], reason: 'fixtures', until: '2027-01-01' },
      { cwe: null, paths: ['test/**'], reason: 'tests', until: null },
    ]);
    expect(settings).toMatchObject({
      failRule: { severity: 'none' },
      check: { name: 'Security', onIncomplete: 'action_required' },
      sarif: { enabled: false },
      maxComments: 5,
      summary: false,
    });
  });
});

/** A file of the right keys with any values: what the panel takes, and what nobody would write. */
const anyFile = fc.letrec((tie) => ({
  word: fc.constantFrom(
    'a',
    'b',
    'j',
    't',
    'zzz',
    'judge',
    'union',
    'weighted_vote',
    'always',
    'never',
    'auto',
    'constructor',
    '__proto__',
    '',
  ),
  value: fc.oneof(
    { maxDepth: 3 },
    tie('word'),
    fc.constantFrom(0, 1, 0.5, -1, null, true),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('mapping'),
  ),
  mapping: fc.dictionary(
    fc.constantFrom(
      'models',
      'model',
      'tiers',
      'when',
      'max',
      'filter',
      'vote',
      'judge',
      'cap',
      'findings',
      'strategy',
      'deep_scan',
      'triage',
      'prompt',
      'schema',
      'on',
    ),
    tie('value'),
    { maxKeys: 4 },
  ),
  file: fc.record(
    {
      models: fc.oneof(fc.subarray(['a', 'b', 'j', 't']), tie('value')),
      pipeline: fc.oneof(
        fc.record(
          { deep_scan: fc.oneof(tie('mapping'), fc.constant({})), judge: tie('mapping'), triage: tie('mapping') },
          { requiredKeys: ['deep_scan'] },
        ),
        tie('value'),
      ),
      consensus: fc.oneof(
        fc.record(
          { strategy: tie('word'), steps: fc.array(tie('mapping')), pipeline: tie('word'), weights: tie('value') },
          { requiredKeys: [] },
        ),
        tie('value'),
      ),
      roles: fc.oneof(fc.dictionary(fc.constantFrom('keys', 'constructor', 'judge'), tie('mapping'), { maxKeys: 2 }), tie('value')),
      budget: tie('value'),
    },
    { requiredKeys: [] },
  ),
})).file;

/** Files that people would write. */
const sensibleFile = fc.record(
  {
    models: fc.subarray(['a', 'b', 'j', 't'], { minLength: 1 }),
    pipeline: fc.record(
      {
        deep_scan: fc.constantFrom({}, { models: ['a'] }, { tiers: [['a'], ['b']] }, { models: ['b', 'a'], tiers: [['a']] }),
        triage: fc.constantFrom({}, { models: ['t'], votes: true }),
        judge: fc.constantFrom({}, { when: 'never' }, { model: 'j', when: 'always' }),
        explain: fc.constant({ max: 2 }),
      },
      { requiredKeys: ['deep_scan'] },
    ),
    consensus: fc.constantFrom<object[]>(
      {},
      { strategy: 'judge' },
      { strategy: 'union' },
      { steps: [{ judge: {} }] },
      { steps: [{ vote: 'union' }] },
    ),
    roles: fc.constant({ keys: { prompt: 'Look.', schema: {} } }),
  },
  { requiredKeys: [] },
);

it('whatever the file says, it makes a whole plan or problems with their places, and no fault', () => {
  const registered = [
    BUILTIN,
    entry('a'),
    entry('b'),
    entry('j', { roles: ['judge', 'explain'] }),
    entry('t', { roles: ['triage', 'keys'] }),
  ];
  let plans = 0;
  fc.assert(
    fc.property(fc.oneof(anyFile, sensibleFile), fc.option(fc.subarray(['a', 'b', 'j', 't'], { minLength: 1 })), (file, models) => {
      try {
        const { plan } = resolve(stringify(file), { registered }, models === null ? {} : { models: ['a', ...models] });
        plans += 1;
        const { triage, deepScan, judge, annotate, explain } = plan.stages;
        const placed = [triage, judge, annotate, explain].flatMap((stage) => stage?.seats ?? []).concat(deepScan.tiers.flat());
        expect(placed.toSorted()).toEqual(plan.seats.map(({ id }) => id).toSorted());
        expect(new Set(placed).size).toBe(placed.length);
        expect(deepScan.tiers.flat().length).toBeGreaterThan(0);
        if (plan.consensus.steps.some(({ kind }) => kind === 'judge')) expect(judge).not.toBeNull();
        expect(plan.reserves.filter(({ id }) => placed.includes(id))).toEqual([]);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        expect(error.problems.every(({ line, column, message }) => line > 0 && column > 0 && message !== '')).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
  expect(plans).toBeGreaterThan(10);
});
