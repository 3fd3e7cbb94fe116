import { z } from 'zod';
import type { ModelEntry } from '#model/model-entry.ts';
import { entryFromDefinition, type KnownParser, type ModelDefinition } from '#models/registry/make-entry.ts';
import type { EntryDefaults, Provider } from '#ports/provider.ts';

function provider(
  type: string,
  settings: Provider['settings'],
  defaults: Partial<EntryDefaults>,
  models: readonly string[] | null,
): Provider {
  return {
    ...{ type, summary: `A ${type} for tests.`, models, settings, concurrency: 1, runsCode: false },
    reads: () => (models === null ? 'prompt' : 'chunk'),
    defaults: (modelName) => ({
      ...{ roles: ['deep_scan'], parserId: 'json_findings', parserConfig: {}, covers: 'all', timeoutMs: 120_000 },
      family: modelName.split(/[-:]/)[0] ?? type,
      ...defaults,
    }),
    cost: () => 'unknown',
    endpoint: () => null,
    connect: () => {
      throw new TypeError('a registry connects nothing');
    },
  };
}

const server = {
  base_url: z
    .string()
    .regex(/^https?:\/\//, 'must be an http:// or https:// address')
    .optional(),
  api_key: z
    .string()
    .regex(/^(env|secret):\w+$/, 'must name where the key is, as env:NAME')
    .optional(),
};

/** Parts that a registry knows in tests: a built-in detector, a local server, a cloud and a classifier; two parsers. */
export const REGISTRY_PARTS: { readonly providers: readonly Provider[]; readonly parsers: readonly KnownParser[] } = {
  providers: [
    provider('builtin', z.strictObject({}), { covers: { languages: ['python', 'go'] }, family: 'aegis' }, ['patterns']),
    provider('ollama_local', z.strictObject({ ...server, num_ctx: z.number().int().positive().optional() }), {}, null),
    provider(
      'openai_compatible',
      z.strictObject({
        ...server,
        temperature: z.number().min(0).max(2).default(0),
        rate_limit: z.strictObject({ requests_per_minute: z.number().positive().optional() }).optional(),
        stop: z.array(z.string()).optional(),
      }),
      {},
      null,
    ),
    provider(
      'hf_local',
      z.strictObject({ path: z.string().optional() }),
      { roles: ['triage'], parserId: 'hf_classification', parserConfig: { threshold: 0.5 } },
      null,
    ),
  ],
  parsers: [
    { id: 'json_findings', aliases: ['json_schema'], config: z.strictObject({}) },
    {
      id: 'hf_classification',
      aliases: [],
      config: z.strictObject({ threshold: z.number().min(0).max(1).default(0.5), positive: z.array(z.string()).default(['LABEL_1']) }),
    },
  ],
};

/** An entry as a definition makes it, with nothing unusual about it but what is said. */
export function modelEntry(id: string, definition: Partial<ModelDefinition> = {}): ModelEntry {
  return entryFromDefinition(
    { id, provider: 'ollama_local', model: 'qwen3:8b', ...definition },
    REGISTRY_PARTS.providers,
    REGISTRY_PARTS.parsers,
  );
}
