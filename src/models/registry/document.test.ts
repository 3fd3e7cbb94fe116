import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelDefinition } from '#lib/model-definition.ts';
import { readYaml } from '#lib/read-yaml.ts';
import { ConfigError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import { modelEntry, REGISTRY_PARTS } from '../../../test/fakes/registry-parts.ts';
import { builtInEntries } from './make-entry.ts';
import { createMemoryRecords } from './memory-records.ts';
import { createModelRegistry } from './model-registry.ts';
import { readDocument } from './read-document.ts';

const registry = () => createModelRegistry(createMemoryRecords(), { ...REGISTRY_PARTS, now: () => '2026-01-01T00:00:00.000Z' });

const text = (longest: number) =>
  fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: longest }),
      fc.constantFrom('null', 'yes', '1', '- a', '# x', 'a: b', "it's", '"', '*x', '~', ' a '),
    )
    .filter((one) => one.length <= longest && !/[\p{Cc}\p{Cs}]/u.test(one));
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('multi\nline\n', '\t', ' \n ', '---', '\ufeff', '\0'),
);
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto')) as unknown);

const entries: fc.Arbitrary<ModelEntry> = fc
  .record({
    id: text(200),
    kind: fc.constantFrom('ollama_local', 'openai_compatible', 'hf_local'),
    model: text(300),
    roles: fc.uniqueArray(fc.constantFrom('triage', 'deep_scan', 'judge', 'explain', 'own_role_2'), { minLength: 1 }),
    weight: fc.double({ min: 0, max: 1000, noNaN: true }).map((value) => value + 0),
    timeout: fc.integer({ min: 1, max: 3_600_000 }),
    family: text(100),
    covers: fc.oneof(fc.constant('all' as const), fc.record({ languages: fc.array(text(20), { minLength: 1 }) })),
    status: fc.constantFrom('registered', 'disabled', 'unavailable'),
    address: fc.option(fc.constantFrom('http://gpu:11434', 'https://llm.example/v1?x=#y')),
    key: fc.option(fc.constantFrom('env:KEY', 'secret:KEY')),
    temperature: fc.double({ min: 0, max: 2, noNaN: true }).map((value) => value + 0),
    stop: fc.array(anything, { maxLength: 10 }),
    custom: fc.option(
      fc.dictionary(
        fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
        json,
        { maxKeys: 4 },
      ),
    ),
    account: fc.option(text(300)),
    display: fc.option(text(200)),
  })
  .map(({ kind, address, key, temperature, stop, custom, account, display, ...said }) =>
    modelEntry(said.id, {
      ...said,
      provider: kind,
      ...(custom === null ? {} : { parser: './my parser.mjs#read'.replace(' ', '-'), parser_config: custom }),
      ...(kind === 'hf_local' ? {} : { base_url: address ?? undefined, api_key: key ?? undefined }),
      ...(kind === 'openai_compatible' ? { settings: { temperature, stop } } : {}),
      provider_id: account ?? undefined,
      display_name: display ?? undefined,
    }),
  );

describe('export and import', () => {
  it('give the same registry, whatever stands in its entries', async () => {
    const several = fc.uniqueArray(entries, { maxLength: 4, selector: ({ model_id }) => model_id });
    await fc.assert(
      fc.asyncProperty(several, async (all) => {
        const [one, other] = [registry(), registry()];
        await one.registerAll(all);
        const exported = await one.export();
        await other.import(exported, 'export');
        expect(await other.list()).toEqual(await one.list());
        expect(
          (await other.list()).slice(1).map(({ availability: _, availability_checked_at: __, version: ___, ...entry }) => entry),
        ).toEqual(all);
        expect(await other.export()).toBe(exported);
      }),
      { numRuns: 150 },
    );
  });

  it('are in the words of .aegis.yml, so that a model can be copied there', async () => {
    const models = registry();
    await models.register(
      modelEntry('gpt', {
        ...{ provider: 'openai_compatible', model: 'gpt-5-mini', base_url: 'https://api.openai.com/v1', api_key: 'env:OPENAI_API_KEY' },
        ...{ roles: ['deep_scan', 'judge'], weight: 2, timeout: 90_000, settings: { temperature: 0, stop: ['```'] } },
      }),
    );
    const exported = await models.export();
    expect(exported).toBe(`# Models of Aegis, as \`aegis models export\` and \`import\` take them. It holds references to keys, never keys.

version: 1
models:
  - id: builtin/patterns
    provider: builtin
    model: patterns
    weight: 1
    status: registered
  - id: gpt
    provider: openai_compatible
    model: gpt-5-mini
    base_url: https://api.openai.com/v1
    api_key: env:OPENAI_API_KEY
    roles: [deep_scan, judge]
    parser: json_findings
    weight: 2
    timeout: 90s
    family: gpt
    covers: all
    settings:
      temperature: 0
      stop: ["\`\`\`"]
    status: registered
`);
    const { status: _, ...copied } = (readYaml(exported).value as { models: Record<string, unknown>[] }).models[1] ?? {};
    expect(modelDefinition(REGISTRY_PARTS).parse(copied)).toMatchObject({ id: 'gpt', timeout: 90_000 });
  });
});

describe('readDocument', () => {
  const problemsOf = (document: string) => {
    try {
      readDocument(document, 'team.yml', REGISTRY_PARTS);
      return [];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return error.problems.map(({ line, column, key, message }) => `${line}:${column} ${key} ${message}`);
    }
  };

  it.each(['', '# nothing yet\n', 'version: 1\n', 'models: []\n'])('takes %j for a document without models', (document) => {
    expect(readDocument(document, 'x', REGISTRY_PARTS)).toEqual({ models: [], history: [] });
  });

  it('completes what a person leaves out, as .aegis.yml does', () => {
    const [model] = readDocument('models:\n  - { id: c, provider: hf_local, model: codebert }\n', 'x', REGISTRY_PARTS).models;
    expect(model).toMatchObject({
      status: null,
      entry: { model_id: 'c', roles: ['triage'], parser_config: { threshold: 0.5, positive: ['LABEL_1'] }, weight: 1, timeout_ms: 120_000 },
    });
  });

  it('tells every problem at once, each with its place', () => {
    const problems = problemsOf(`version: 1
models:
  - id: a
    provider: ollama_locale
    model: x
    wieght: 2
  - { id: b, provider: openai_compatible, model: x, base_url: http://x, settings: { temperature: 9, rate_limit: { per_hour: 1 } } }
  - { id: c, provider: hf_local, model: x, parser_config: { threshold: 2 } }
  - { id: d, provider: ollama_local }
  - just a name
  - { id: e, provider: ollama_local, model: x, timeout: soon, status: off, parser: json_finding }
  - { id: f, provider: ollama_local, model: x }
  - { id: f, provider: ollama_local, model: y }
  - { id: g, provider: ollama_local, model: x, api_key: sk-0123456789 }
  - { id: "h\\u0000", provider: ollama_local, model: x }
histroy: []
`);
    for (const expected of [
      /^4:15 models\[0\]\.provider must be .*did you mean `ollama_local`\?$/,
      /^6:5 models\[0\]\.wieght unknown key `wieght`; did you mean `weight`\?$/,
      /^7:98 models\[1\]\.settings\.temperature must be at most 2, but is `9`$/,
      /^7:115 models\[1\]\.settings\.rate_limit\.per_hour unknown key `per_hour`/,
      /^8:\d+ models\[2\]\.parser_config\.threshold must be at most 1, but is `2`$/,
      /^9:5 models\[3\]\.model is missing$/,
      /^10:5 models\[4\] must be a mapping of keys, but is the text `just a name`$/,
      /^11:\d+ models\[5\]\.timeout must be a time/,
      /^11:\d+ models\[5\]\.status must be/,
      /^11:\d+ models\[5\]\.parser .*did you mean `json_findings`\?$/,
      /^13:11 models\[7\]\.id the model `f` stands here twice$/,
      /^14:\d+ models\[8\]\.api_key must name where the key is kept/,
      /^15:11 models\[9\]\.id must be one line of plain text$/,
      /^16:1 histroy unknown key `histroy`; did you mean `history`\?$/,
    ])
      expect(problems).toContainEqual(expect.stringMatching(expected));
    expect(problems).toHaveLength(14);
    expect(problems[0]).toMatch(/^4:15/);
    expect(problems.join()).not.toContain('sk-0123456789');
  });

  it.each([
    { name: 'a bracket that stays open', document: 'models: {\n', says: /^\d:\d+ {2}is not valid YAML/ },
    { name: 'a list on top', document: '- a\n', says: /^1:1 {2}must be a mapping of keys/ },
    { name: 'models that are no list', document: 'models: { a: 1 }\n', says: /^1:9 models must be a list/ },
    { name: 'a later version', document: 'version: 2\n', says: /^1:10 version must be `1`/ },
    { name: 'a tag', document: 'models: !!js/function "x"\n', says: /tags are not allowed/ },
    { name: 'history that is none', document: 'history:\n  - { model_id: a }\n', says: /^2:5 history\[0\]/ },
  ])('refuses $name', ({ document, says }) => expect(problemsOf(document)).toContainEqual(expect.stringMatching(says)));

  it('knows the built-in detector', () => {
    expect(builtInEntries(REGISTRY_PARTS.providers).map(({ model_id }) => model_id)).toEqual(['builtin/patterns']);
    const document = 'models:\n  - { id: builtin/patterns, provider: builtin, model: patterns, weight: 3 }\n';
    expect(readDocument(document, 'x', REGISTRY_PARTS).models[0]?.entry).toMatchObject({ weight: 3 });
  });
});
