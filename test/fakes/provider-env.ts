import type { ModelEntry } from '#model/model-entry.ts';
import { patientFetch } from '#models/patient-fetch.ts';
import { entryFromDefinition, type ModelDefinition } from '#models/registry.ts';
import type { ModelRequest, Provider, ProviderEnv } from '#ports/provider.ts';

/** What a provider is handed in tests: real network on the loopback, and no more of the environment than is named. */
export function providerEnv(variables: Readonly<Record<string, string>> = {}): ProviderEnv {
  return { addresses: variables, secret: (reference) => variables[reference.replace(/^env:/, '')], fetch: patientFetch };
}

/** A model entry of a provider, with the defaults of its kind. */
export function entryFor(provider: Provider, definition: Partial<ModelDefinition> & { readonly model: string }): ModelEntry {
  return entryFromDefinition(
    { id: 'tested', provider: provider.type, ...definition },
    [provider],
    [{ id: provider.defaults.parserId, aliases: [] }],
  );
}

/** A request of `deep_scan` with a prompt. */
export function requestOf(prompt: string, changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    role: 'deep_scan',
    chunk: { id: 'c1', files: [], tokens: 0, risk: 0 },
    messages: [
      { role: 'system', content: 'Answer in JSON.' },
      { role: 'user', content: prompt },
    ],
    schema: { type: 'object', properties: { findings: { type: 'array' } } },
    maxTokens: 1024,
    ...changes,
  };
}

export const never = (): AbortSignal => new AbortController().signal;
