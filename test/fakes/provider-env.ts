import { resolve } from 'import-meta-resolve';
import { z } from 'zod';
import type { ModelEntry } from '#model/model-entry.ts';
import { patientFetch } from '#models/calls/patient-fetch.ts';
import { entryFromDefinition, type ModelDefinition } from '#models/registry/make-entry.ts';
import type { Parser } from '#ports/parser.ts';
import type { LearnedQuirk, ModelRequest, Provider, ProviderEnv, QuirkMemory } from '#ports/provider.ts';

/** What a provider is handed in tests: real network on the loopback, and no more of the environment than is named. */
export function providerEnv(variables: Readonly<Record<string, string>> = {}): ProviderEnv {
  return {
    addresses: variables,
    secret: (reference) => variables[reference.replace(/^env:/, '')],
    fetch: patientFetch,
    importPackage: async (name) => await import(locatePackage(name)),
    locatePackage,
    childVariables: { PATH: process.env['PATH'] ?? '' },
    baseFolder: process.cwd(),
    quirks: forgetful,
  };
}

/** The heavy runtimes are installed in a folder of their own, as `AEGIS_RUNTIMES_DIR` would name it. */
const RUNTIMES = new URL('../local-runtimes/package.json', import.meta.url).href;

/** Where an optional package begins. Throws where it is not installed. */
export const locatePackage = (name: string): string => resolve(name, RUNTIMES);

/** Remembers nothing between connections. */
export const forgetful: QuirkMemory = { recall: async () => [], learn: async () => undefined };

/** Remembers as long as the test runs. */
export function remembering(): QuirkMemory & { readonly learned: ReadonlyMap<string, readonly LearnedQuirk[]> } {
  const learned = new Map<string, readonly LearnedQuirk[]>();
  return {
    learned,
    recall: async (key) => learned.get(key) ?? [],
    learn: async (key, quirks) => void learned.set(key, quirks),
  };
}

/** A parser by this name that takes any configuration. */
export const anyParser = (id: string): Pick<Parser, 'id' | 'aliases' | 'config'> => ({
  id,
  aliases: [],
  config: z.record(z.string(), z.unknown()),
});

/** A model entry of a provider, with the defaults of its kind. */
export function entryFor(provider: Provider, definition: Partial<ModelDefinition> & { readonly model: string }): ModelEntry {
  return entryFromDefinition(
    { id: 'tested', provider: provider.type, ...definition },
    [provider],
    [anyParser(definition.parser ?? provider.defaults(definition.model, definition.settings ?? {}).parserId)],
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
