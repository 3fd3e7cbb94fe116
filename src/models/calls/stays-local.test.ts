import { describe, expect, it } from 'vitest';
import { providerEnv } from '../../../test/fakes/provider-env.ts';
import { registry } from '../../registry.ts';
import { staysLocal } from './stays-local.ts';

/** An entry of a type, as far as its place is asked for. */
function isLocal(model_type: string, over: { model_name?: string; settings?: Record<string, unknown>; env?: Record<string, string> } = {}) {
  const provider = registry.providers.find(({ type }) => type === model_type);
  if (provider === undefined) throw new TypeError(`no provider ${model_type}`);
  const { model_name = 'a-model', settings = {}, env = {} } = over;
  const entry = {
    ...{
      model_id: 'm',
      model_type,
      provider_id: model_type,
      model_name,
      display_name: 'm',
      roles: ['deep_scan'],
      parser_id: 'json_findings',
    },
    ...{ parser_config: {}, settings, weight: 1, family: 'm', status: 'registered' as const, covers: 'all' as const, timeout_ms: 1_000 },
  };
  return staysLocal({ provider, entry, env: { ...providerEnv(), addresses: env } });
}

describe('staysLocal', () => {
  it.each([
    { type: 'builtin', local: true },
    { type: 'tool', local: true },
    { type: 'hf_local', local: true },
    { type: 'llama_cpp', local: true },
    { type: 'agent', local: false },
    { type: 'plugin', local: false },
    { type: 'anthropic', local: false },
    { type: 'google', local: false },
    { type: 'replicate', local: false },
    { type: 'hf_inference', local: false },
    { type: 'openai_compatible', local: false },
  ])('$type, by itself: $local', ({ type, local }) => expect(isLocal(type)).toBe(local));

  it.each([
    { name: 'a server here', type: 'openai_compatible', settings: { base_url: 'http://localhost:8080/v1' }, local: true },
    { name: 'a server in the own network', type: 'openai_compatible', settings: { base_url: 'http://10.0.0.7/v1' }, local: true },
    { name: 'an address that the operator set', type: 'openai_compatible', env: { OPENAI_BASE_URL: 'http://vllm:8000/v1' }, local: true },
    { name: 'a server elsewhere', type: 'openai_compatible', settings: { base_url: 'https://vllm.example.com/v1' }, local: false },
    { name: 'Ollama here', type: 'ollama_local', local: true },
    { name: 'Ollama elsewhere', type: 'ollama_local', env: { OLLAMA_HOST: 'https://ollama.com' }, local: false },
    { name: "a model of Ollama's cloud", type: 'ollama_local', model_name: 'gpt-oss:120b-cloud', local: false },
    { name: 'one in capitals, which Ollama takes, too', type: 'ollama_local', model_name: 'gpt-oss:120B-Cloud', local: false },
    {
      name: 'the same through its other API',
      type: 'openai_compatible',
      model_name: 'glm-4.6:cloud',
      settings: { base_url: 'http://localhost:11434/v1' },
      local: false,
    },
  ])('$name: $local', ({ type, local, ...over }) => expect(isLocal(type, over)).toBe(local));

  it('every provider is one or the other, without a key', () => {
    for (const { type } of registry.providers) expect(typeof isLocal(type)).toBe('boolean');
  });
});
