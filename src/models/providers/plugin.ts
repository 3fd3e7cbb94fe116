import { z } from 'zod';
import { explainFault } from '#lib/explain-fault.ts';
import { loadExport } from '#lib/load-export.ts';
import { AegisError, InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ConnectedModel, Health, ModelRequest, Provider, ProviderEnv, Reply } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { readSettings, serverSettings } from './_kit/settings.ts';
import { isPluginConnector, isPluginModel, readAnswer } from './_plugin/plugin-model.ts';
import { quoteProgram } from './_process/quote-program.ts';

const settingsSchema = z.strictObject({
  reads: z
    .enum(['prompt', 'chunk'])
    .optional()
    .meta({ description: 'What the plug-in works on: the prompt that a language model is shown, or the changed lines as data.' }),
  options: z.record(z.string(), z.unknown()).optional().meta({ description: 'Settings of the plug-in’s own.' }),
  api_key: serverSettings.api_key,
  max_tokens: serverSettings.max_tokens,
  price: serverSettings.price,
  concurrency: serverSettings.concurrency,
});

/** A model in a module of the user's own. */
export const plugin: Provider = {
  type: 'plugin',
  summary: 'A model in a module of your own: `package#export` or `./file.mjs#export`.',
  models: null,
  reads: ({ settings }) => (settings['reads'] === 'chunk' ? 'chunk' : 'prompt'),
  defaults: (modelName) => ({
    roles: ['deep_scan'],
    parserId: 'json_findings',
    parserConfig: {},
    covers: 'all',
    timeoutMs: 300_000,
    family: modelName,
  }),
  concurrency: 4,
  settings: settingsSchema,
  cost: () => 'unknown',
  runsCode: true,
  endpoint: () => null,
  connect(entry, env) {
    if (!/^[^#\s][^#]*#[A-Za-z_$][\w$]*$/.test(entry.model_name)) {
      throw new InputError(`The plug-in ${entry.model_name} of the model ${entry.model_id} names no export of a module`, {
        hint: 'Write module#export, as in ./plugin.mjs#scanner.',
      });
    }
    const load = loadOnce(entry, env);
    const { api_key } = readSettings(settingsSchema, entry);
    const keys = [api_key === undefined ? '' : (env.secret(api_key) ?? '')].filter((key) => key !== '');
    return {
      call: async (request, signal, heard) => {
        const shown = [...request.messages.map(({ content }) => content), ...linesOf(request)];
        return await guarded(entry, signal, { shown, keys }, async () =>
          readReply(entry, await (await load()).call(request, signal, heard)),
        );
      },
      health: (signal) => checkHealth(entry, signal, keys, load),
      warmUp: (signal) => guarded(entry, signal, { shown: [], keys }, async () => await (await load()).warmUp?.(signal)),
      // A plug-in that does not say what decides its answers may be changed at any time.
      identity: (signal) => guarded(entry, signal, { shown: [], keys }, async () => (await (await load()).identity?.(signal)) ?? null),
      unload: async () => {
        if (load.begun()) await (await load()).unload?.();
      },
    };
  },
};

type Loaded = Partial<ConnectedModel> & { readonly call: (...args: Parameters<ConnectedModel['call']>) => unknown };

interface Load {
  (): Promise<Loaded>;
  begun(): boolean;
}

/** The plug-in, loaded when it is first needed. One that could not be loaded is tried again: Node keeps modules itself. */
function loadOnce(entry: ModelEntry, env: ProviderEnv): Load {
  let loaded: Promise<Loaded> | null = null;
  const load = () => {
    loaded ??= loadPlugin(entry, env).catch((error: unknown) => {
      loaded = null;
      throw error;
    });
    return loaded;
  };
  return Object.assign(load, { begun: () => loaded !== null });
}

async function loadPlugin(entry: ModelEntry, env: ProviderEnv): Promise<Loaded> {
  const exported = await loadExport(entry.model_name, env.baseFolder);
  if (isPluginConnector(exported)) {
    const connected: unknown = await exported.connect(entry, env);
    if (isPluginModel(connected)) return connected as Loaded;
    throw wrongExport(entry, 'its `connect` answers no object with a function `call`');
  }
  if (isPluginModel(exported)) return exported as Loaded;
  throw wrongExport(entry, 'its export is no object with a function `call` or `connect`');
}

function wrongExport({ model_name }: ModelEntry, why: string): InputError {
  return new InputError(`The plug-in ${model_name} is no model: ${why}`, {
    hint: 'Export { call(request, signal) { … } }, which answers a text or { findings: [] }.',
  });
}

/** What no message may repeat: what the plug-in was shown, and its key. */
interface Untold {
  readonly shown: readonly string[];
  readonly keys: readonly string[];
}

/** The code that a plug-in is handed as data. */
function linesOf({ chunk }: ModelRequest): readonly string[] {
  return chunk.files.flatMap(({ text, hunks }) => [text ?? '', ...hunks.map(({ lines }) => lines.map((line) => line.text).join('\n'))]);
}

/**
 * Work of a plug-in: it ends with the signal also where the plug-in does not listen, and what it throws is told as its
 * failure, in its own words where they give nothing of the prompt away, and without its stack.
 */
async function guarded<T>({ model_name }: ModelEntry, signal: AbortSignal, { shown, keys }: Untold, work: () => Promise<T>): Promise<T> {
  const stopped = new ProviderError('cancelled', `The call of the plug-in ${model_name} was cancelled`, { hint: 'Run the review again.' });
  if (signal.aborted) throw stopped;
  let stop: () => void = () => undefined;
  const stopping = new Promise<never>((_, reject) => {
    stop = () => reject(stopped);
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work(), stopping]);
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    if (signal.aborted) throw stopped;
    // A module that is not there or is no model: the same call will fail the same way.
    if (error instanceof AegisError) throw new ProviderError('bad-request', `${error.message}`, { hint: error.hint });
    const said = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
    throw new ProviderError('server', `The plug-in ${model_name} failed${quoteProgram(said, shown, keys)}`, {
      hint: 'Look into the plug-in.',
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function readReply({ model_name }: ModelEntry, answer: unknown): Reply {
  const reply = readAnswer(answer);
  if (reply !== null) return reply;
  throw new ProviderError('protocol', `The plug-in ${model_name} answered in none of the forms of an answer`, {
    hint: 'Let its `call` answer a text, { findings: [] }, or { text, finish, reason, tokensIn, tokensOut }.',
  });
}

async function checkHealth(entry: ModelEntry, signal: AbortSignal, keys: readonly string[], load: Load): Promise<Health> {
  try {
    const health = await guarded(entry, signal, { shown: [], keys }, async () => {
      const loaded = await load();
      return loaded.health === undefined
        ? { available: true, detail: `The plug-in ${entry.model_name} is loaded.` }
        : await loaded.health(signal);
    });
    const read = z.object({ available: z.boolean(), detail: z.string() }).safeParse(health);
    return read.data ?? { available: false, detail: `The plug-in ${entry.model_name} says nothing readable of its health.` };
  } catch (error) {
    return { available: false, detail: explainFault(error) };
  }
}
