import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AegisError } from '#model/errors.ts';
import type { Provider } from '#ports/provider.ts';
import { ollamaLocal } from '../providers/ollama-local.ts';
import { openaiCompatible } from '../providers/openai-compatible.ts';
import { builtInEntries, entryFromDefinition, entryFromReference } from './make-entry.ts';

const builtin: Provider = {
  ...ollamaLocal,
  type: 'builtin',
  models: ['patterns'],
  reads: () => 'chunk',
  defaults: () => ({
    roles: ['deep_scan'],
    parserId: 'json_findings',
    parserConfig: {},
    covers: { languages: ['python'] },
    timeoutMs: 60_000,
    family: 'aegis',
  }),
  settings: z.strictObject({}),
};
const PROVIDERS = [builtin, ollamaLocal, openaiCompatible];
const PARSERS = [{ id: 'json_findings', aliases: ['json_schema'], config: z.strictObject({}) }];
const REGISTERED = builtInEntries(PROVIDERS);

const told = (act: () => unknown): string => {
  try {
    act();
    return 'nothing';
  } catch (error) {
    return `${(error as AegisError).message}. ${(error as AegisError).hint}`;
  }
};

describe('builtInEntries', () => {
  it('has the detector with the defaults of its provider', () => {
    expect(REGISTERED).toMatchObject([
      {
        model_id: 'builtin/patterns',
        model_type: 'builtin',
        model_name: 'patterns',
        roles: ['deep_scan'],
        family: 'aegis',
        covers: { languages: ['python'] },
        weight: 1,
        status: 'registered',
      },
    ]);
  });
  it('has nothing without that provider', () => expect(builtInEntries([ollamaLocal])).toEqual([]));
});

describe('entryFromReference', () => {
  it.each([
    { ref: 'builtin/patterns', id: 'builtin/patterns', name: 'patterns' },
    { ref: 'builtin:patterns', id: 'builtin/patterns', name: 'patterns' },
    { ref: 'ollama_local:qwen2.5-coder:7b', id: 'ollama_local:qwen2.5-coder:7b', name: 'qwen2.5-coder:7b' },
    { ref: ' openai_compatible:gpt-5-mini ', id: 'openai_compatible:gpt-5-mini', name: 'gpt-5-mini' },
    { ref: 'ollama_local:hf.co/org/model:Q4_K_M', id: 'ollama_local:hf.co/org/model:Q4_K_M', name: 'hf.co/org/model:Q4_K_M' },
  ])('reads $ref', ({ ref, id, name }) => {
    expect(entryFromReference(ref, PROVIDERS, REGISTERED)).toMatchObject({ model_id: id, model_name: name, display_name: name });
  });

  it('gives a model the defaults of its type', () => {
    expect(entryFromReference('ollama_local:qwen3:8b', PROVIDERS, REGISTERED)).toEqual({
      model_id: 'ollama_local:qwen3:8b',
      model_type: 'ollama_local',
      provider_id: 'ollama_local',
      model_name: 'qwen3:8b',
      display_name: 'qwen3:8b',
      roles: ['deep_scan'],
      parser_id: 'json_findings',
      parser_config: {},
      settings: {},
      weight: 1,
      family: 'qwen',
      status: 'registered',
      covers: 'all',
      timeout_ms: 300_000,
    });
  });

  it.each([
    { ref: 'ollama:qwen3:8b', says: 'There is no model ollama:qwen3:8b: ollama is no type of model. Did you mean ollama_local:qwen3:8b?' },
    { ref: 'openai:gpt', says: 'There is no model openai:gpt: openai is no type of model. Did you mean openai_compatible:gpt?' },
    { ref: 'magic:x', says: 'Types are ollama_local, openai_compatible; registered models are builtin/patterns.' },
    { ref: 'builtin/pattern', says: 'There is no registered model builtin/pattern. Did you mean builtin/patterns?' },
    { ref: 'builtin:other', says: 'There is no model builtin:other' },
    { ref: 'qwen3', says: 'Write TYPE:NAME, as in ollama_local:qwen3, or one of builtin/patterns.' },
    { ref: 'ollama_local:', says: 'There is no registered model ollama_local:.' },
    { ref: '', says: 'There is no registered model "".' },
  ])('refuses $ref', ({ ref, says }) => expect(told(() => entryFromReference(ref, PROVIDERS, REGISTERED))).toContain(says));
});

describe('entryFromDefinition', () => {
  it('reads everything that a definition can say', () => {
    const entry = entryFromDefinition(
      {
        id: 'gpt',
        provider: 'openai_compatible',
        model: 'gpt-5-mini',
        base_url: 'https://api.openai.com/v1',
        api_key: 'env:OPENAI_API_KEY',
        roles: ['deep_scan', 'judge'],
        parser: 'json_schema',
        weight: 2,
        timeout: 60_000,
        family: 'openai',
        covers: { languages: ['go'] },
        settings: { temperature: 0, max_tokens: 2048 },
      },
      PROVIDERS,
      PARSERS,
    );
    expect(entry).toEqual({
      model_id: 'gpt',
      model_type: 'openai_compatible',
      provider_id: 'https://api.openai.com/v1',
      model_name: 'gpt-5-mini',
      display_name: 'gpt',
      roles: ['deep_scan', 'judge'],
      parser_id: 'json_findings',
      parser_config: {},
      settings: { temperature: 0, max_tokens: 2048, base_url: 'https://api.openai.com/v1', api_key: 'env:OPENAI_API_KEY' },
      weight: 2,
      family: 'openai',
      status: 'registered',
      covers: { languages: ['go'] },
      timeout_ms: 60_000,
    });
  });

  it.each([
    { change: { provider: 'ollama' }, says: 'The provider ollama of the model m does not exist. Did you mean ollama_local?' },
    { change: { parser: 'json_finding' }, says: 'The parser json_finding of the model m does not exist. Did you mean json_findings?' },
    {
      change: { settings: { num_ctxx: 1 } },
      says: 'The model m has wrong settings: settings.num_ctxx: unknown key `num_ctxx`; did you mean `num_ctx`?',
    },
    { change: { settings: { temperature: 9, seed: 0.5 } }, says: 'settings.temperature: ' },
    { change: { settings: { temperature: 9, seed: 0.5 } }, says: 'settings.seed: ' },
    { change: { base_url: 'ftp://x' }, says: 'base_url: must be an http:// or https:// address' },
    { change: { base_url: 'http://me:pw@x' }, says: 'base_url: must be an http:// or https:// address without user name and password' },
    { change: { api_key: 'sk-12345' }, says: 'api_key: must name where the key is, as env:NAME' },
  ])('refuses $change', ({ change, says }) => {
    const definition = { id: 'm', provider: 'ollama_local', model: 'x', ...change };
    expect(told(() => entryFromDefinition(definition, PROVIDERS, PARSERS))).toContain(says);
  });
});
