import type { ModelDesk, ModelsDeps } from './commands/models/desk.ts';
import { builtIn, planSource, providerOf, type Scanner } from './compose.ts';
import { createProviderEnv, openSecrets } from './compose-env.ts';
import type { KeptState } from './compose-state.ts';
import type { Environment } from './config/env.ts';
import { explainFault } from './lib/explain-fault.ts';
import { quirkKey } from './lib/quirk-key.ts';
import type { Chunk } from './model/chunk.ts';
import { InputError } from './model/errors.ts';
import type { ModelEntry } from './model/model-entry.ts';
import { createMemoryQuirks } from './models/calls/file-quirks.ts';
import { entryFromDefinition } from './models/registry/make-entry.ts';
import type { Catalogue, ProviderEnv } from './ports/provider.ts';
import type { SeatModel } from './ports/runner.ts';
import { registry as plugins } from './registry.ts';

/** Room for the answer to a question that is asked by hand, tokens. */
const TEST_TOKENS = 512;

const owners = () => ({ owned: true, repository: null });

/** The registry with the models behind it, for commands that work with one at a time. */
export function composeDesk(env: Environment, state: KeptState, scanner: Scanner): ModelDesk {
  const seatOf = async (entry: ModelEntry): Promise<SeatModel> => {
    const [model] = await scanner.connect([entry], { cache: false, caller: owners });
    if (model === undefined) throw new TypeError('one entry makes one model');
    return model;
  };
  const envFor = async (entry: ModelEntry): Promise<ProviderEnv> =>
    createProviderEnv(env, { secrets: await openSecrets([entry], state.secrets), quirks: state.quirks, caller: owners() });

  return {
    registry: state.registry,
    define: (definition) => entryFromDefinition(definition, plugins.providers, plugins.parsers),
    fromReference: (reference) => planSource(env, builtIn, { kind: 'owner' }).fromReference(reference),
    async health(entry, signal) {
      const startedAt = performance.now();
      // Where it cannot even be connected, a key is not set.
      const health = await seatOf(entry)
        .then((seat) => seat.health(signal))
        .catch((error: unknown) => ({ available: false, detail: explainFault(error) }));
      if (!signal.aborted) await state.noteHealth(entry.model_id, { ...health, latencyMs: performance.now() - startedAt });
      return health;
    },
    async lacks(entry, signal) {
      try {
        const seat = await seatOf(entry);
        if (providerOf(entry).endpoint(entry, keyless(env)) !== null) return null;
        const { available, detail } = await seat.health(signal);
        return available ? null : detail;
      } catch (error) {
        return explainFault(error);
      }
    },
    async ask(entry, prompt, signal, heard) {
      const request = {
        role: entry.roles[0] ?? 'deep_scan',
        chunk: asChunk(prompt),
        messages: [{ role: 'user', content: prompt }],
        schema: null,
        maxTokens: TEST_TOKENS,
      } as const;
      const asked = await (await seatOf(entry)).ask(request, signal, heard);
      if (!signal.aborted) await state.noteTest(entry.model_id, prompt, asked);
      return asked;
    },
    async learned(entry) {
      const provider = providerOf(entry);
      // Where it is needs no key: a model is shown also where its stored key cannot be read.
      const endpoint = provider.endpoint(entry, keyless(env));
      if (endpoint === null) return [];
      const learned = await state.quirks.recall(quirkKey(entry.model_type, endpoint, entry.model_name));
      return learned.map((quirk) => ({ ...quirk, sentence: provider.quirks?.find(({ id }) => id === quirk.id)?.sentence ?? quirk.id }));
    },
    async warmUp(entry, signal) {
      const model = providerOf(entry).connect(entry, await envFor(entry));
      // What is loaded into this process is gone with it.
      if (model.warmUp === undefined || providerOf(entry).endpoint(entry, keyless(env)) === null) return false;
      await model.warmUp(signal);
      return true;
    },
    async unload(entry) {
      const model = providerOf(entry).connect(entry, await envFor(entry));
      if (model.unload === undefined || providerOf(entry).endpoint(entry, keyless(env)) === null) return false;
      await model.unload();
      return true;
    },
    close: state.close,
  };
}

/** A question as a file of added lines, for models that read code and no prompt. */
function asChunk(text: string): Chunk {
  const lines = text.split('\n').map((line, at) => ({ mark: 'added' as const, text: line, oldLine: null, newLine: at + 1 }));
  const hunks = [{ hunkId: 'test', lines, whole: true }];
  return { id: 'test', files: [{ path: 'question', language: null, hunks, surroundings: [], text }], tokens: 0, risk: 0 };
}

const keyless = (env: Environment): ProviderEnv =>
  createProviderEnv(env, { secrets: new Map(), quirks: createMemoryQuirks(), caller: owners() });

/** What servers can be asked about their models, without any registry. `openState` is used for a stored key alone. */
export function composeCatalogues(
  env: Environment,
  openState: () => Promise<Pick<KeptState, 'secrets' | 'close'>>,
): Pick<ModelsDeps, 'providers' | 'discover' | 'pull'> {
  const envFor = async (apiKey: string | undefined): Promise<ProviderEnv> => {
    if (apiKey?.startsWith('secret:') !== true) return keyless(env);
    const state = await openState();
    try {
      const secrets = await openSecrets([{ settings: { api_key: apiKey } }], state.secrets);
      return createProviderEnv(env, { secrets, quirks: createMemoryQuirks(), caller: owners() });
    } finally {
      await state.close();
    }
  };
  const catalogueOf = (type: string): Catalogue => {
    const catalogue: Catalogue | undefined = plugins.providers.find((provider) => provider.type === type)?.catalogue;
    if (catalogue === undefined) throw new InputError(`models of the type ${type} cannot be listed`, { hint: 'Name another type.' });
    return catalogue;
  };
  return {
    providers: plugins.providers.map(({ type, catalogue }) => ({
      type,
      discovers: catalogue !== undefined,
      pulls: catalogue?.pull !== undefined,
    })),
    discover: async (type, options, signal) => await catalogueOf(type).discover(await envFor(options.apiKey), signal, options),
    async pull(type, name, signal, progress) {
      const { pull } = catalogueOf(type);
      if (pull === undefined) throw new InputError(`models of the type ${type} cannot be pulled`, { hint: 'Name another type.' });
      await pull(name, keyless(env), signal, progress);
    },
  };
}
