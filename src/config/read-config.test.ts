import { describe, expect, it } from 'vitest';
import { KNOWN } from '../../test/fakes/known-parts.ts';
import { formatProblem, readConfig } from './read-config.ts';

function read(text: string) {
  const { config } = readConfig(text, '.aegis.yml', KNOWN);
  return { config, told: config.problems.map((problem) => formatProblem('.aegis.yml', problem)) };
}

/** The example of the reference, as a user would paste it. */
const WHOLE = `version: 1
models:
  - qwen-coder
  - id: gpt
    provider: openai_compatible
    model: gpt-5-mini
    base_url: https://api.openai.com/v1
    api_key: env:OPENAI_API_KEY
    roles: [deep_scan, judge]
    parser: json_findings
    weight: 2
    timeout: 60s
    settings: { temperature: 0, max_tokens: 2048 }
pipeline:
  triage: { models: [codebert], threshold: 0.5 }
  deep_scan: { models: [qwen-coder, gpt] }
  judge: { model: gpt, when: disagreement }
  explain: { model: qwen-coder, max: 10 }
consensus: { strategy: weighted_vote, threshold: 0.5, weights: { gpt: 2 }, min_votes: 1, independence: model }
review: { min_severity: low, min_confidence: 0, scope: hunks, max_comments: 20, drafts: false, bots: true, forks: true, suggestions: true, summary: true, request_changes: false, uncovered: incomplete }
check: { enabled: true, name: Aegis, fail_on: high, on_incomplete: fail }
sarif: { enabled: auto, category: aegis }
paths: { include: ["**"], exclude: ["docs/**"] }
budget: { usd: 0.50, tokens: 400000, minutes: 15 }
suppress:
  - { cwe: CWE-798, paths: ["test/**"], reason: "fixtures", until: 2027-01-01 }
`;

describe('readConfig', () => {
  it.each(['', '\n', '# nothing here\n', '---\n', '{}'])('takes %j as the defaults', (text) => {
    const { config, told } = read(text);
    expect(told).toEqual([]);
    expect(config.values).toMatchObject({
      version: 1,
      models: [],
      review: {
        min_severity: 'low',
        min_confidence: 0,
        scope: 'hunks',
        max_comments: 20,
        drafts: false,
        bots: true,
        forks: true,
        summary: true,
        uncovered: 'incomplete',
      },
      check: { enabled: true, name: 'Aegis', fail_on: 'high', on_incomplete: 'fail' },
      sarif: { enabled: 'auto', category: 'aegis' },
      paths: { include: ['**'], exclude: [] },
      budget: { usd: 0.5, tokens: 400_000, minutes: 15 },
      suppress: [],
    });
    expect(config.values.pipeline).toBeUndefined();
    expect(config.values.consensus).toBeUndefined();
  });

  it('takes every key of the contract', () => {
    const { config, told } = read(WHOLE);
    expect(told).toEqual([]);
    expect(config.models.map(({ model }) => (typeof model === 'string' ? model : [model.id, model.timeout]))).toEqual([
      'qwen-coder',
      ['gpt', 60_000],
    ]);
  });

  it('takes the further keys of the contract', () => {
    const text = `$schema: https://example.com/aegis.schema.json
preset: quiet
pipeline: { triage: { votes: true }, deep_scan: { tiers: [[a], [b]] } }
consensus: { weights: auto, fallback: union, pipeline: mine, steps: [{ vote: union }], independence: family }
roles: { crypto_review: { prompt: "Look at keys.", schema: {}, on: findings } }
overrides: [{ paths: ["infra/**"], min_severity: high, models: [a], fail_on: none }]
skip: { branches: ["wip/*"], labels: [skip], authors: [renovate], titles: ["WIP*"] }
instructions: [{ paths: ["src/**"], text: "Express, with helmet." }]
privacy: { local_only: true, mask_secrets: true }
`;
    expect(read(text).told).toEqual([]);
  });

  it('tells all problems at once, each with its place and the nearest valid word', () => {
    const { told, config } = read(`reveiw:
  scope: hunks
review: { min_severity: hgih, max_comments: 1.5 }
models:
  - builtin/patterns
  - id: gpt
    provider: openai_compatible
    model: gpt-5-mini
    tiemout: 60s
    settings: { temprature: 0 }
check: { fail_on: severe, name: Mine }
consensus: { strategy: majorty_vote }
`);
    expect(told.toSorted()).toEqual(
      [
        '.aegis.yml:1:1 reveiw: unknown key `reveiw`; did you mean `review`?',
        '.aegis.yml:3:25 review.min_severity: must be `critical`, `high`, `medium`, `low` or `info`, but is `hgih`; did you mean `high`?',
        '.aegis.yml:3:45 review.max_comments: must be a whole number, but is `1.5`',
        '.aegis.yml:9:5 models[1].tiemout: unknown key `tiemout`; did you mean `timeout`?',
        '.aegis.yml:10:17 models[1].settings.temprature: unknown key `temprature`; did you mean `temperature`?',
        '.aegis.yml:11:19 check.fail_on: must be `critical`, `high`, `medium`, `low`, `info` or `none`, but is `severe`',
        '.aegis.yml:12:24 consensus.strategy: must be `union`, `majority_vote`, `weighted_vote` or `judge`, but is `majorty_vote`; did you mean `majority_vote`?',
      ].toSorted(),
    );
    // What is right is read all the same.
    expect(config.values.check.name).toBe('Mine');
    expect(config.models).toEqual([{ path: ['models', 0], model: 'builtin/patterns' }]);
  });

  it.each([
    { text: '- a', told: /^\.aegis\.yml:1:1 must be a mapping of keys, but is a list$/ },
    { text: 'models: qwen', told: /:1:9 models: must be a list, but is the text `qwen`$/ },
    { text: 'models: [3]', told: /:1:10 models\[0\]: must be a text or a mapping of keys, but is `3`$/ },
    { text: 'models: [{ id: a, model: b }]', told: /:1:10 models\[0\]\.provider: is missing$/ },
    {
      text: 'models: [{ id: a, model: b, provider: opena }]',
      told: /provider: must be `builtin`, `plugin` or `openai_compatible`, but is `opena`/,
    },
    {
      text: 'models: [{ id: a, model: b, provider: builtin, roles: [deep_scna] }]',
      told: /:1:56 models\[0\]\.roles\[0\]: must be `triage`, `deep_scan`, `judge` or `explain`, but is `deep_scna`; did you mean `deep_scan`\?$/,
    },
    {
      text: 'models: [{ id: a, model: b, provider: builtin, parser: hf_clasification }]',
      told: /:1:56 models\[0\]\.parser: must be a known parser, or `module#export`; did you mean `hf_classification`\?$/,
    },
    { text: 'models: [{ id: a, model: b, provider: builtin, parser: "./own.js#" }]', told: /models\[0\]\.parser: / },
    {
      text: 'models: [{ id: a, model: b, provider: builtin, parser: hf_classification, parser_config: { treshold: 1 } }]',
      told: /:1:92 models\[0\]\.parser_config\.treshold: unknown key `treshold`; did you mean `threshold`\?$/,
    },
    {
      text: 'models: [{ id: a, model: b, provider: builtin, parser: hf_classification, parser_config: { threshold: 2 } }]',
      told: /:1:103 models\[0\]\.parser_config\.threshold: must be at most 1, but is `2`$/,
    },
    { text: 'review:', told: /:1:8 review: must be a mapping of keys, but is empty$/ },
    { text: 'review: { min_confidence: 2 }', told: /min_confidence: must be at most 1, but is `2`$/ },
    { text: 'review: { min_confidence: "0.5" }', told: /min_confidence: must be a number, but is the text `0.5`$/ },
    { text: 'review: { drafts: yes }', told: /drafts: must be `true` or `false`, but is the text `yes`$/ },
    { text: 'version: 2', told: /version: must be `1`, but is `2`$/ },
    { text: 'sarif: { enabled: sometimes }', told: /enabled: must be `auto`, `true` or `false`, but is `sometimes`$/ },
    { text: 'suppress: [{ cwe: 798, reason: x }]', told: /cwe: must be a text, but is `798`$/ },
    { text: 'suppress: [{ cwe: XSS, reason: x }]', told: /cwe: must be a CWE such as `CWE-798`$/ },
    { text: 'suppress: [{ cwe: CWE-1, reason: x, until: 2027-02-30 }]', told: /until: must be a day such as `2027-01-31`$/ },
    { text: 'suppress: [{ reason: x }]', told: /suppress\[0\]: must name a `cwe` or `paths`/ },
    { text: 'paths: { exclude: [a, "!a/b"] }', told: /exclude\[1\]: must not begin with `!`: no glob takes another back$/ },
    { text: 'paths: { include: [] }', told: /include: must not be an empty list$/ },
    { text: 'privacy: { local_only: always }', told: /local_only: must be `true` or `false`, but is the text `always`$/ },
    { text: 'preset: quite', told: /preset: must be `quiet`, `balanced` or `thorough`, but is `quite`; did you mean `quiet`\?$/ },
    {
      text: 'overrides: [{ paths: [a] }]',
      told: /overrides\[0\]: must give `min_severity`, `models` or `fail_on`: it would change nothing$/,
    },
    { text: 'overrides: [{ paths: [a], min_severty: low }]', told: /unknown key `min_severty`; did you mean `min_severity`\?$/ },
    { text: 'skip: { labels: wip }', told: /skip\.labels: must be a list, but is the text `wip`$/ },
    { text: 'review: { request_changes: 1 }', told: /request_changes: must be `true` or `false`, but is `1`$/ },
    { text: 'instructions: [{ paths: [a] }]', told: /instructions\[0\]\.text: is missing$/ },
    { text: 'version: 1\n---\nversion: 1\n', told: /is not valid YAML: only one document is allowed$/ },
    { text: 'review:\n\tscope: file\n', told: /^\.aegis\.yml:2:1 is not valid YAML: .*tab/i },
    { text: 'just words', told: /^\.aegis\.yml:1:1 must be a mapping of keys, but is the text `just words`$/ },
    { text: `paths: { include: [${'a, '.repeat(100_000)}b] }`, told: /is larger than 256 KB$|has more than 20,000 values$/ },
    { text: `# ${'x'.repeat(1_000_000)}`, told: /^\.aegis\.yml:1:1 is larger than 256 KB$/ },
    { text: `a: &a [x]\nb: [${'*a, '.repeat(200)}*a]`, told: /has more than 100 aliases$/ },
    { text: 'roles: { "Bad Name": { prompt: x, schema: {} } }', told: /must be lower-case letters/ },
    {
      text: 'roles: { judge: { prompt: x, schema: {} } }',
      told: /:1:17 roles\.judge: is a role that Aegis has itself; take another name$/,
    },
    {
      text: 'roles: { steering: { prompt: x, schema: {} } }',
      told: /:1:20 roles\.steering: is a role that Aegis has itself; take another name$/,
    },
    {
      text: 'roles: { keys: { prompt: x, schema: {}, on: finding } }',
      told: /on: must be `chunks` or `findings`.*did you mean `findings`\?$/,
    },
    {
      text: 'roles: { keys: { prompt: x, schema: { type: list } } }\nmodels: [{ id: a, model: b, provider: builtin, roles: [keys] }]',
      told: /:1:37 roles\.keys\.schema: must describe a mapping: `type: object`$/,
    },
    {
      text: 'roles: { keys: { prompt: x, schema: { properties: { a: { type: strnig } } } } }',
      told: /roles\.keys\.schema: is no JSON Schema that Aegis can hold an answer to \(Unsupported type: strnig\)$/,
    },
    { text: 'consensus: { fallback: judge }', told: /fallback: must be `union`, `majority_vote` or `weighted_vote`, but is `judge`$/ },
    { text: 'budget: { usd: -1 }', told: /:1:16 budget\.usd: must be at least 0, but is `-1`$/ },
    { text: 'budget: { monthly: 20 }', told: /:1:11 budget\.monthly: unknown key `monthly`; did you mean `monthly_usd`\?$/ },
    { text: 'budget: { minutes: 0 }', told: /budget\.minutes: must be more than 0, but is `0`$/ },
    { text: 'pipeline: { deep_scan: { tiers: [] } }', told: /tiers: must not be an empty list$/ },
    { text: 'pipeline: { deep_scan: { tiers: [a, [b]] } }', told: /tiers\[0\]: must be a list, but is the text `a`$/ },
  ])('$text is one problem', ({ text, told }) => {
    const problems = read(text).told;
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(told);
  });

  it.each([
    { name: 'a known parser with its settings', parser: 'hf_classification', config: { threshold: 0.7 } },
    { name: 'a parser by its alias', parser: 'json_schema', config: {} },
    { name: 'a parser of the user, whose settings are its own affair', parser: './parsers/own.js#parse', config: { anything: [1] } },
    { name: 'a parser of a package', parser: '@acme/parsers#default', config: {} },
  ])('takes $name', ({ parser, config }) => {
    const text = `models: [{ id: a, model: b, provider: builtin, parser: "${parser}", parser_config: ${JSON.stringify(config)} }]`;
    const { config: taken, told } = read(text);
    expect(told).toEqual([]);
    expect(taken.models[0]?.model).toMatchObject({ parser, parser_config: config });
  });

  it('takes a custom role that the file defines', () => {
    const text = 'models: [{ id: a, model: b, provider: builtin, roles: [keys] }]\nroles: { keys: { prompt: x, schema: {} } }';
    expect(read(text).told).toEqual([]);
  });

  it.each(['sk-live-abc123', 'OPENAI_API_KEY', 'env:'])('never repeats what stands where a key should be named: %s', (key) => {
    const { told } = read(`models: [{ id: a, model: b, provider: openai_compatible, api_key: "${key}" }]`);
    expect(told.length).toBeGreaterThan(0);
    expect(told.join()).toMatch(/api_key: must name where the key is kept, as `env:NAME`/);
    expect(told.join().replaceAll('`env:NAME`', '')).not.toContain(key);
  });

  it('shows a hostile key in one short line', () => {
    const { told } = read(`"${'x'.repeat(300)}\\n\\e[31m\`@everyone": 1`);
    expect(told[0]?.length).toBeLessThan(600);
    expect(told[0]).not.toMatch(/[\p{Cc}]/u);
  });

  it('keeps the places of a list of which one element is broken', () => {
    const { config } = read('models:\n  - 3\n  - good\n');
    expect(config.models).toEqual([{ path: ['models', 1], model: 'good' }]);
    expect(config.problem(['models', 1], 'x')).toMatchObject({ line: 3, column: 5 });
  });
});
