import { calcPrice } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '#model/language.ts';
import { registry } from '../../registry.ts';
import { entryFromDefinition } from '../registry/make-entry.ts';
import { definitionOfPreset, findPreset, listPresets } from './presets.ts';

const presets = listPresets();
const { providers, parsers } = registry;

describe('presets', () => {
  const placed = presets.flatMap((preset) =>
    [preset.definition.provider, ...Object.keys(preset.elsewhere)].map((provider) => ({
      name: `${preset.id} at ${provider}`,
      preset,
      provider,
    })),
  );
  it.each(placed)('make a valid entry: $name', ({ preset, provider }) => {
    const entry = entryFromDefinition(definitionOfPreset(preset, { provider }), providers, parsers);
    expect(entry).toMatchObject({ model_id: preset.id, model_type: provider, status: 'registered' });
    if (entry.covers !== 'all') expect(LANGUAGES).toEqual(expect.arrayContaining(entry.covers.languages ?? []));
  });

  it('have names that are nobody else’s', () => {
    const plain = (name: string) => name.toLowerCase().replaceAll('_', '-');
    const names = presets.flatMap(({ id, aliases, definition }) => [...new Set([id, ...aliases, definition.model].map(plain))]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('have a sentence each', () => {
    for (const { summary } of presets) expect(summary).toMatch(/^[A-Z].*\.$/);
  });

  const services = presets.filter(({ definition }) => definition.api_key !== undefined);
  it.each(services)('name a model of the service that has a price, and its window: $id', ({ definition }) => {
    const { provider, model, base_url = '', settings } = definition;
    const host = provider === 'openai_compatible' ? (/(openai|mistral|deepseek|openrouter)/.exec(base_url)?.[0] ?? '') : provider;
    const price = calcPrice({ input_tokens: 1e6, output_tokens: 1e6 }, model, { providerId: host });
    expect(price?.total_price).toBeGreaterThan(0);
    const stated = price?.model.context_window;
    if (stated !== undefined) expect(settings?.['context_length']).toBeLessThanOrEqual(stated);
  });
});

describe('findPreset', () => {
  it.each([
    { name: 'codebert_insecure', id: 'codebert_insecure' },
    { name: 'CodeBERT-Insecure', id: 'codebert_insecure' },
    { name: 'mrm8488/codebert-base-finetuned-detect-insecure-code', id: 'codebert_insecure' },
    { name: 'mahdin70/UnixCoder-Primevul-BigVul', id: 'unixcoder_primevul' },
    { name: 'codebert_primevul', id: 'codebert_primevul' },
    { name: 'claudios/vulberta-mlp-devign', id: 'vulberta_devign' },
    { name: ' rootxhacker/CodeAstra-7B ', id: 'codeastra_7b' },
    { name: 'qwen2.5-coder:7b', id: 'qwen2.5-coder-7b' },
    { name: 'gpt-5-mini', id: 'gpt-5-mini' },
  ])('knows $name', ({ name, id }) => expect(findPreset(name).id).toBe(id));

  it.each([
    { name: 'codebert_insecur', hint: 'Did you mean codebert_insecure?' },
    { name: 'nothing-like-it', hint: 'See `aegis models presets`.' },
    { name: '', hint: 'See `aegis models presets`.' },
  ])('refuses "$name"', ({ name, hint }) => {
    expect(() => findPreset(name)).toThrow(expect.objectContaining({ hint }) as Error);
  });
});

describe('definitionOfPreset', () => {
  const codebert = findPreset('codebert_insecure');

  it('is the preset where nothing is said', () => expect(definitionOfPreset(codebert)).toEqual(codebert.definition));

  it('merges settings in depth and leaves the preset as it was', () => {
    const before = JSON.stringify(codebert);
    const definition = definitionOfPreset(codebert, {
      id: 'mine',
      weight: 2,
      settings: { path: '/models/codebert' },
      parser_config: { threshold: 0.8, severity: { high: 0.9 } },
    });
    expect(definition).toMatchObject({ id: 'mine', weight: 2, provider: 'hf_local', roles: ['triage'] });
    expect(definition.settings).toEqual({ task: 'text-classification', path: '/models/codebert' });
    expect(definition.parser_config).toMatchObject({
      threshold: 0.8,
      severity: { high: 0.9 },
      positive_labels: expect.arrayContaining(['LABEL_1']),
    });
    expect(JSON.stringify(codebert)).toBe(before);
  });

  it('takes what the preset knows for another provider', () => {
    const definition = definitionOfPreset(codebert, { provider: 'hf_inference', base_url: 'https://mine.endpoints.example' });
    expect(definition).toMatchObject({
      provider: 'hf_inference',
      model: 'mrm8488/codebert-base-finetuned-detect-insecure-code',
      parser: 'hf_classification',
      base_url: 'https://mine.endpoints.example',
      settings: { task: 'text-classification' },
    });
    const llama = definitionOfPreset(findPreset('codeastra'), { provider: 'llama_cpp' });
    expect(llama).toMatchObject({ settings: { lora: [{ path: expect.stringContaining('lora') }] } });
    expect(llama.base_url).toBeUndefined();
  });

  it('takes no settings to a provider that the preset does not know', () => {
    const definition = definitionOfPreset(findPreset('gpt-5-mini'), { provider: 'replicate', model: 'openai/gpt-5-mini' });
    expect(definition).toMatchObject({ provider: 'replicate', model: 'openai/gpt-5-mini', settings: {} });
    expect([definition.api_key, definition.base_url]).toEqual([undefined, undefined]);
  });

  it('replaces lists, and drops the configuration of a parser that is not used', () => {
    expect(definitionOfPreset(codebert, { roles: ['deep_scan'] }).roles).toEqual(['deep_scan']);
    expect(definitionOfPreset(codebert, { parser: 'fallback' }).parser_config).toBeUndefined();
  });
});
