import { z } from 'zod';
import { explainFault } from '#lib/explain-fault.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ConnectedModel, EntryDefaults, ModelRequest, Provider, ProviderEnv, Reply } from '#ports/provider.ts';
import { familyOf } from './_kit/family.ts';
import { readSettings } from './_kit/settings.ts';
import { cancelled, endWith } from './_local/end-with.ts';
import { DTYPES, type HostCall, type HostOptions, TASKS, type Task } from './_local/host-messages.ts';
import { type Kept, keepLoaded } from './_local/keep-loaded.ts';
import { endOfClassifying, listSegments } from './_local/list-segments.ts';
import { idleMsOf, localSettings, machineThreads } from './_local/local-settings.ts';
import { findModelFiles, fingerprintFiles } from './_local/model-files.ts';
import { type Host, openHost } from './_local/open-host.ts';
import { filesMissing, type ModelPlace, placeModel } from './_local/place-model.ts';
import { locateRuntime } from './_local/runtime-packages.ts';

const settingsSchema = z.strictObject({
  ...localSettings,
  task: z
    .enum(TASKS)
    .default('text-classification')
    .meta({ description: 'What the model does: text-classification (default), token-classification, text-generation.' }),
  path: localSettings.path.meta({ description: 'Folder of the model, with its ONNX file, configuration and tokenizer.' }),
  cache_folder: z.string().min(1).default('.aegis/models').meta({ description: 'Where models of the hub are kept, by their names.' }),
  allow_download: z.boolean().default(false).meta({ description: 'Fetch the model from the Hugging Face hub where it is not there yet.' }),
  dtype: z.enum(DTYPES).optional().meta({ description: 'Form of the weights; by default the most exact that is there.' }),
  device: z
    .enum(['auto', 'cpu', 'cuda', 'webgpu'])
    .default('auto')
    .meta({ description: 'What computes. Where a graphics card cannot be used, the processor is.' }),
  threads: localSettings.threads.meta({ description: 'Threads of the processor; by default those of the machine, 8 at most.' }),
  batch_size: z.number().int().min(1).max(256).default(8).meta({ description: 'Pieces of code that a classifier is shown at once.' }),
  window_overlap: z
    .number()
    .int()
    .min(0)
    .default(64)
    .meta({ description: 'Tokens that a piece repeats of the one before, where the code is longer than the window.' }),
});
type Settings = z.infer<typeof settingsSchema>;

const PACKAGE = '@huggingface/transformers';

/** Models by what they are loaded with: connections of one model share it. */
const loadedModels = new Map<string, Kept<LoadedHost>>();

/** With what its files were when it was loaded: that is what answers, whatever they are now. */
type LoadedHost = Host & { readonly identity: string | null };

export const hfLocal: Provider = {
  type: 'hf_local',
  summary: 'An ONNX model of Hugging Face on this machine: a classifier of code or of tokens, or a small language model.',
  models: null,
  reads: ({ settings }) => (taskOf(settings) === 'text-generation' ? 'prompt' : 'chunk'),
  defaults: (modelName, settings) => ({ ...DEFAULTS[taskOf(settings)], covers: 'all', family: familyOf(modelName) }),
  // Calls that come together share a forward pass.
  concurrency: 16,
  settings: settingsSchema,
  cost: () => 'nothing',
  // A path of this machine, whose files a native library reads.
  runsCode: true,
  endpoint: () => null,
  connect(entry, env): ConnectedModel {
    const settings = readSettings(settingsSchema, entry);
    const place = placeModel(entry, settings, env.baseFolder);
    const kept = keep(entry, settings, place, env);
    const ask = async (call: HostCall, signal: AbortSignal, heard?: (text: string) => void) => {
      if (signal.aborted) throw cancelled(entry.model_id, signal);
      const stillHeard = (text: string) => void (signal.aborted || heard?.(text));
      return await endWith(
        signal,
        entry.model_id,
        kept.use((host) => host.ask(call, signal, stillHeard)),
      );
    };
    return {
      async call(request, signal, heard) {
        const reply = readReply(await ask(wordCall(request, settings, heard !== undefined), signal, heard));
        return settings.task === 'text-generation' ? reply : { ...reply, ...endOfClassifying(request.chunk) };
      },
      health: () => checkHealth(entry, settings, place, kept, env),
      warmUp: (signal) =>
        endWith(
          signal,
          entry.model_id,
          kept.use(async () => undefined),
        ),
      identity: async () => (kept.current === null ? await identify(settings, place) : kept.current.identity),
      unload: () => kept.unload(),
    };
  },
};

const DEFAULTS: Readonly<Record<Task, Omit<EntryDefaults, 'covers' | 'family'>>> = {
  'text-classification': { roles: ['triage'], parserId: 'hf_classification', parserConfig: {}, timeoutMs: 300_000 },
  'token-classification': { roles: ['triage'], parserId: 'hf_token_classification', parserConfig: {}, timeoutMs: 300_000 },
  'text-generation': { roles: ['deep_scan'], parserId: 'json_findings', parserConfig: {}, timeoutMs: 600_000 },
};

function taskOf(settings: Readonly<Record<string, unknown>>): Task {
  return TASKS.find((task) => task === settings['task']) ?? 'text-classification';
}

function keep(entry: ModelEntry, settings: Settings, place: ModelPlace, env: ProviderEnv): Kept<LoadedHost> {
  const { temperature: _, top_p: __, max_tokens: ___, concurrency: ____, ...decisive } = settings;
  const key = JSON.stringify([place, decisive]);
  const known = loadedModels.get(key);
  if (known !== undefined) return known;
  const kept = keepLoaded<LoadedHost>({
    load: async () => {
      const options = await wordOptions(entry, settings, place, env);
      const identity = await identify(settings, place);
      return { ...(await openHost(entry.model_id, options, env.childVariables)), identity };
    },
    free: (host) => host.close(),
    isLost: (host) => host.ended(),
    idleMs: idleMsOf(settings.idle_unload),
  });
  loadedModels.set(key, kept);
  return kept;
}

async function identify({ dtype, task, context_length, window_overlap }: Settings, { folder }: ModelPlace): Promise<string | null> {
  const files = await findModelFiles(folder, dtype);
  return files.kind === 'missing' ? null : await fingerprintFiles(files.paths, { task, context_length, window_overlap });
}

async function wordOptions(entry: ModelEntry, settings: Settings, place: ModelPlace, env: ProviderEnv): Promise<HostOptions> {
  const files = await findModelFiles(place.folder, settings.dtype);
  const fetched = files.kind === 'missing' ? place.fetched : null;
  if (files.kind === 'missing' && fetched === null) throw filesMissing(entry, place, files);
  return {
    packageUrl: locateRuntime(env, PACKAGE, entry.model_id),
    task: settings.task,
    source: fetched ?? place.folder,
    subfolder: files.kind === 'there' ? files.subfolder : 'onnx',
    fetch: fetched === null ? null : { into: place.cacheFolder, from: env.addresses['HF_ENDPOINT'] ?? null },
    dtype: files.kind === 'there' ? files.dtype : (settings.dtype ?? 'fp32'),
    devices: devicesFor(settings.device),
    threads: settings.threads ?? machineThreads(),
    batchSize: settings.batch_size,
    overlap: settings.window_overlap,
    contextLength: settings.context_length ?? null,
  };
}

/**
 * What is tried, in this order; the processor always comes last. Where nobody says otherwise, only what the package
 * brings for this platform is tried: https://huggingface.co/docs/transformers.js/guides/webgpu
 */
function devicesFor(device: Settings['device']): readonly string[] {
  if (device === 'cpu') return ['cpu'];
  if (device !== 'auto') return [device, 'cpu'];
  return process.platform === 'linux' ? (process.arch === 'x64' ? ['cuda', 'cpu'] : ['cpu']) : ['webgpu', 'cpu'];
}

function wordCall({ chunk, messages, maxTokens }: ModelRequest, settings: Settings, streamed: boolean): HostCall {
  if (settings.task !== 'text-generation') return { kind: 'classify', segments: listSegments(chunk) };
  const { temperature = 0, top_p = null, max_tokens = maxTokens } = settings;
  return { kind: 'write', messages, maxTokens: max_tokens, temperature, topP: top_p, streamed };
}

function readReply({ text, finish, tokensIn, tokensOut }: Awaited<ReturnType<Host['ask']>>): Reply {
  return { text, finish, reason: finish === 'length' ? 'the answer was cut by its token limit' : null, tokensIn, tokensOut };
}

async function checkHealth(entry: ModelEntry, settings: Settings, place: ModelPlace, kept: Kept<LoadedHost>, env: ProviderEnv) {
  try {
    locateRuntime(env, PACKAGE, entry.model_id);
    const files = await findModelFiles(place.folder, settings.dtype);
    if (files.kind === 'missing') {
      if (place.fetched === null) throw filesMissing(entry, place, files);
      return { available: true, detail: `${place.fetched} is fetched from the Hugging Face hub by the first call.` };
    }
    const host = kept.current;
    if (host === null) return { available: true, detail: `${place.shown} is loaded by the first call (${files.dtype}).` };
    const note = host.note === null ? '' : `; ${host.note}`;
    return { available: true, detail: `${place.shown} is loaded on ${host.device} (${files.dtype}${note}).` };
  } catch (error) {
    return { available: false, detail: explainFault(error) };
  }
}
