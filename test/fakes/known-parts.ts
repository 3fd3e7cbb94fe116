import { z } from 'zod';
import type { KnownParts } from '#config/known-parts.ts';
import type { PlanSource } from '#config/resolve-plan.ts';
import type { ModelDefinition } from '#lib/model-definition.ts';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';

/** Registered parts for tests of configuration: one detector, one language model behind a server. */
export const KNOWN: KnownParts = {
  providers: [
    { type: 'builtin', settings: z.strictObject({}) },
    { type: 'plugin', settings: z.strictObject({}) },
    {
      type: 'openai_compatible',
      settings: z.strictObject({
        base_url: z.string().optional(),
        api_key: z.string().optional(),
        temperature: z.number().min(0).max(2).optional(),
        max_tokens: z.number().int().positive().optional(),
        num_ctx: z.number().int().positive().optional(),
      }),
    },
  ],
  parsers: [
    { id: 'json_findings', aliases: ['json_schema'], config: z.strictObject({}) },
    {
      id: 'hf_classification',
      aliases: [],
      config: z.strictObject({ threshold: z.number().min(0).max(1).optional(), labels: z.array(z.string()).optional() }),
    },
  ],
  strategies: ['union', 'majority_vote', 'weighted_vote'],
};

/** A registry entry with nothing unusual about it. */
export function entry(id: string, overrides: Partial<ModelEntry> = {}): ModelEntry {
  return {
    model_id: id,
    model_type: 'openai_compatible',
    provider_id: 'openai_compatible',
    model_name: id,
    display_name: id,
    roles: ['deep_scan'],
    parser_id: 'json_findings',
    parser_config: {},
    settings: {},
    weight: 1,
    family: id,
    status: 'registered',
    covers: 'all',
    timeout_ms: 60_000,
    ...overrides,
  };
}

export const BUILTIN = entry('builtin/patterns', { model_type: 'builtin' });

/** A source of models that knows `builtin/patterns` and what else is given. `openai_compatible:NAME` and `plugin:NAME` make one. */
export function planSource(overrides: Partial<PlanSource> = {}): PlanSource {
  const registered = overrides.registered ?? [BUILTIN];
  return {
    registered,
    fromReference(reference) {
      const known = registered.find(({ model_id }) => model_id === reference);
      if (known !== undefined) return known;
      const [type = ''] = reference.split(':');
      if (['openai_compatible', 'plugin'].includes(type)) return entry(reference, { model_type: type });
      throw new InputError(`There is no model ${reference}`, { hint: 'Name another.' });
    },
    fromDefinition: ({ id, provider, roles, base_url, settings, weight }: ModelDefinition) =>
      entry(id, {
        model_type: provider,
        weight,
        settings: { ...settings, ...(base_url === undefined ? {} : { base_url }) },
        ...(roles === undefined ? {} : { roles }),
      }),
    readsPrompt: ({ model_type }) => model_type !== 'builtin',
    isLocal: ({ model_type, settings }) => model_type === 'builtin' || String(settings['base_url']).startsWith('http://localhost'),
    trust: { kind: 'owner' },
    strategies: KNOWN.strategies,
    pipelines: [],
    monthlyUsd: null,
    ...overrides,
  };
}
