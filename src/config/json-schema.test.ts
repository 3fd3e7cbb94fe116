import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { readYaml } from '#lib/read-yaml.ts';
import { registry } from '#registry.ts';
import { configJsonSchema, type JsonSchema } from './json-schema.ts';

const known = { ...registry, strategies: registry.strategies.map(({ id }) => id) };
const schema = configJsonSchema(known);
// `format: date` is a note to people: the pattern beside it decides.
const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);

const holds = (text: string) => validate(readYaml(text).value);

/** The example of the contract, with its further keys. */
const WHOLE = `$schema: aegis.schema.json
version: 1
preset: quiet
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
  triage: { models: [codebert], threshold: 0.5, votes: true }
  deep_scan: { tiers: [[qwen-coder], [gpt]] }
  judge: { model: gpt, when: disagreement }
  explain: { model: qwen-coder, max: 10 }
consensus: { strategy: weighted_vote, threshold: 0.5, weights: { gpt: 2 }, min_votes: 1, independence: model, fallback: union }
review: { min_severity: low, min_confidence: 0, scope: hunks, max_comments: 20, drafts: false, bots: true, forks: true, suggestions: true, summary: true, request_changes: false, uncovered: incomplete }
check: { enabled: true, name: Aegis, fail_on: high, on_incomplete: fail }
sarif: { enabled: auto, category: aegis }
paths: { include: ["**"], exclude: ["docs/**"] }
budget: { usd: 0.50, tokens: 400000, minutes: 15, monthly_usd: 20 }
suppress:
  - { cwe: CWE-798, paths: ["test/**"], reason: "fixtures", until: 2027-01-01 }
skip: { branches: ["wip/*"], labels: [skip], authors: ["renovate[bot]"], titles: ["WIP*"] }
roles: { crypto_review: { prompt: "Look at keys.", schema: { type: object }, on: findings } }
overrides: [{ paths: ["infra/**"], min_severity: high, models: [gpt], fail_on: none }]
instructions: [{ paths: ["src/**"], text: "Express, with helmet." }]
privacy: { local_only: false, mask_secrets: true }
`;

describe('the published schema', () => {
  it.each([
    { name: 'the whole contract', text: WHOLE },
    { name: 'an empty map', text: '{}' },
    { name: 'weights by what people judged', text: 'consensus: { weights: auto }' },
    { name: 'a timeout in seconds', text: 'models: [{ id: a, provider: ollama_local, model: b, timeout: 90 }]' },
  ])('takes $name', ({ text }) => {
    holds(text);
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each([
    'reveiw: {}',
    'version: 2',
    'preset: loud',
    'models: qwen',
    'models: [{ id: a, model: b }]',
    'models: [{ id: a, provider: ollama_local, model: b, settings: { temprature: 0 } }]',
    'models: [{ id: a, provider: openai_compatible, model: b, api_key: sk-live-1 }]',
    'review: { min_severity: severe }',
    'review: { max_comments: 1.5 }',
    'review: { drafts: "yes" }',
    'check: { fail_on: error }',
    'sarif: { enabled: sometimes }',
    'paths: { include: [] }',
    'budget: { minutes: 0 }',
    'suppress: [{ reason: all of it }]',
    'overrides: [{ paths: [a] }]',
    'instructions: [{ paths: [a] }]',
    'skip: { labels: wip }',
    'privacy: { local_only: 1 }',
    'pipeline: { deep_scan: { tiers: [] } }',
    'consensus: { fallback: judge }',
    '- a list',
  ])('refuses %s', (text) => expect(holds(text)).toBe(false));

  it('says of every key what it is for', () => {
    expect(undescribed(schema, '')).toEqual([]);
  });
});

/** Keys without a sentence. */
function undescribed(at: JsonSchema, path: string): string[] {
  const inner = Object.entries(at.properties ?? {}).flatMap(([key, child]) => [
    ...(child.description === undefined ? [`${path}${key}`] : []),
    ...undescribed(child, `${path}${key}.`),
  ]);
  const others = [...(at.anyOf ?? []), ...(at.items === undefined ? [] : [at.items])];
  return [...inner, ...others.flatMap((one) => undescribed(one, path))];
}
