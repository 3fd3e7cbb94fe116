import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '#lib/canonical-json.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ModelRequest, Provider } from '#ports/provider.ts';
import { entryFor, providerEnv, requestOf } from '../../../../test/fakes/provider-env.ts';
import { ollamaLocal } from '../../providers/ollama-local.ts';
import { answerKey } from './answer-key.ts';

const file = { path: 'a.ts', language: null, hunks: [], surroundings: [], text: 'const one = 1;' };
const chunk = { id: 'c1', files: [file], tokens: 10, risk: 1 };
const request = requestOf('review this', { chunk });
const entry = entryFor(ollamaLocal, { model: 'm', base_url: 'http://127.0.0.1:1', settings: { temperature: 0.5 } });
const provider = {
  type: ollamaLocal.type,
  reads: () => 'prompt' as const,
  endpoint: ({ settings }: Pick<ModelEntry, 'settings'>) => new URL(String(settings['base_url'] ?? 'http://127.0.0.1:11434')).origin,
};

interface Asked {
  readonly provider: Pick<Provider, 'type' | 'reads' | 'endpoint'>;
  readonly entry: ModelEntry;
  readonly env: Readonly<Record<string, string>>;
  readonly request: ModelRequest;
  readonly identity: string | undefined;
}
const asked: Asked = { provider, entry, env: {}, request, identity: 'sha256:1' };
const keyOf = (changes: Partial<Asked> = {}) => {
  const { env, ...all } = { ...asked, ...changes };
  return answerKey({ provider: all.provider, entry: all.entry, env: providerEnv(env) })(all.request, all.identity);
};
const withSettings = (settings: Record<string, unknown>): ModelEntry => ({ ...entry, settings: { ...entry.settings, ...settings } });
const readsChunk = { ...provider, reads: () => 'chunk' as const };

describe('the key of an answer', () => {
  it('is a SHA-256 in hexadecimal, the same each time', () => {
    expect(keyOf()).toMatch(/^[0-9a-f]{64}$/);
    expect(keyOf()).toBe(keyOf());
  });

  it.each<{ name: string; changes: Partial<Asked> }>([
    { name: 'the provider', changes: { provider: { ...provider, type: 'openai_compatible' } } },
    { name: 'the model', changes: { entry: { ...entry, model_name: 'n' } } },
    { name: 'the server', changes: { entry: withSettings({ base_url: 'http://127.0.0.1:2' }) } },
    { name: 'the path on the server', changes: { entry: withSettings({ base_url: 'http://127.0.0.1:1/v1' }) } },
    { name: 'a setting', changes: { entry: withSettings({ temperature: 0.6 }) } },
    { name: 'a setting that was not there', changes: { entry: withSettings({ num_ctx: 4096 }) } },
    { name: 'the weights', changes: { identity: 'sha256:2' } },
    { name: 'that there is something to say of the weights', changes: { identity: undefined } },
    { name: 'the role', changes: { request: { ...request, role: 'judge' } } },
    { name: 'the prompt', changes: { request: requestOf('review that', { chunk }) } },
    {
      name: 'who says what',
      changes: { request: { ...request, messages: request.messages.map(({ content }) => ({ role: 'user', content })) } },
    },
    { name: 'the schema', changes: { request: { ...request, schema: null } } },
    { name: 'the room for the answer', changes: { request: { ...request, maxTokens: 2 } } },
  ])('is another one when $name changes', ({ changes }) => {
    expect(keyOf(changes)).not.toBe(keyOf());
  });

  it.each<{ name: string; changes: Partial<Asked> }>([
    { name: 'the key', changes: { entry: withSettings({ api_key: 'env:OTHER' }) } },
    { name: 'the limits of the endpoint', changes: { entry: withSettings({ concurrency: 3, rate_limit: { requests_per_minute: 3 } }) } },
    { name: 'the price', changes: { entry: withSettings({ price: { input_per_million: 1, output_per_million: 2 } }) } },
    { name: 'who pays for a repetition', changes: { request: { ...request, mayRepeat: async () => false } } },
    { name: 'the time limit', changes: { entry: { ...entry, timeout_ms: 1 } } },
    { name: 'the name in the registry', changes: { entry: { ...entry, model_id: 'x', display_name: 'X', weight: 7, roles: ['triage'] } } },
    {
      name: 'the order of the settings',
      changes: { entry: { ...entry, settings: Object.fromEntries(Object.entries(entry.settings).reverse()) } },
    },
    { name: 'an address that is not this one', changes: { env: { OPENAI_BASE_URL: 'http://x' } } },
    { name: 'a chunk that is shown by the prompt alone', changes: { request: { ...request, chunk: { ...chunk, id: 'c2' } } } },
  ])('is the same one when $name changes', ({ changes }) => {
    expect(keyOf(changes)).toBe(keyOf());
  });

  it('covers the path of an address that the environment gives', () => {
    const bare = { ...entry, settings: {} };
    const at = (path: string) => keyOf({ entry: bare, env: { OLLAMA_HOST: `http://127.0.0.1:11434/${path}` } });
    expect(at('a')).not.toBe(at('b'));
  });

  it.each([
    { name: 'the text of a file', files: [{ ...file, text: 'const two = 2;' }] },
    { name: 'the path of a file', files: [{ ...file, path: 'b.ts' }] },
    { name: 'the lines around', files: [{ ...file, surroundings: [{ line: 1, text: 'x' }] }] },
  ])('covers $name where the model reads the chunk', ({ files }) => {
    const key = (what: ModelRequest['chunk']) => keyOf({ provider: readsChunk, request: { ...request, messages: [], chunk: what } });
    expect(key({ ...chunk, files })).not.toBe(key(chunk));
    expect(key({ ...chunk, files: [{ ...file }] })).toBe(key(chunk));
  });
});

describe('canonical JSON', () => {
  it('is the same whatever the order of the keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(turned(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
  it('keeps the order of lists, and a key that means something to JavaScript', () => {
    expect(canonicalJson([2, 1])).toBe('[2,1]');
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"z":1,"a":2}}'))).toBe('{"__proto__":{"a":2,"z":1},"b":1}');
  });
});

/** The same value with its keys in the opposite order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, turned(part)]),
  );
}
