import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { explainFault } from '#lib/explain-fault.ts';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ConnectedModel, Health, ModelRequest, Provider, ProviderEnv, Reply } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { familyOf } from './_kit/family.ts';
import { readSettings, STEADY } from './_kit/settings.ts';
import { answerByLlama } from './_local/answer-by-llama.ts';
import { deviceTurns } from './_local/device-turns.ts';
import { cancelled, endWith } from './_local/end-with.ts';
import { type Kept, keepLoaded } from './_local/keep-loaded.ts';
import type { LlamaPackage } from './_local/llama-package.ts';
import { type LlamaOptions, type LoadedLlama, loadLlama } from './_local/load-llama.ts';
import { idleMsOf, localSettings, pathFrom } from './_local/local-settings.ts';
import { fingerprintFiles, isFile } from './_local/model-files.ts';
import { importRuntime, locateRuntime } from './_local/runtime-packages.ts';

const settingsSchema = z.strictObject({
  ...localSettings,
  path: localSettings.path.meta({ description: 'The GGUF file; by default the model’s name is its path.' }),
  gpu: z
    .union([z.enum(['auto', 'cuda', 'metal', 'vulkan']), z.literal(false)])
    .default('auto')
    .meta({ description: 'What computes: auto, cuda, metal, vulkan, or false for the processor. It is split over all cards of its kind.' }),
  gpu_layers: z
    .union([z.number().int().min(0), z.enum(['auto', 'max'])])
    .default('auto')
    .meta({ description: 'Layers on the graphics cards: auto (as many as fit), max, or a number.' }),
  lora: z
    .array(z.strictObject({ path: z.string().min(1), scale: z.number().default(1) }))
    .default([])
    .meta({ description: 'LoRA adapters in GGUF that are put on the model, each with its scale.' }),
  batch: z.number().int().min(1).max(8192).default(512).meta({ description: 'Tokens of the prompt that are computed at once.' }),
  threads: localSettings.threads.meta({ description: 'Threads of the processor; by default half of those of the machine, 8 at most.' }),
  seed: z.number().int().optional().meta({ description: 'Seed of the sampling, so that the same chunk gets the same answer.' }),
});
type Settings = z.infer<typeof settingsSchema>;

const PACKAGE = 'node-llama-cpp';

/** Models by what they are loaded with: connections of one model share it. */
const loadedModels = new Map<string, Kept<Loaded>>();

/** With what its files were when it was loaded: that is what answers, whatever they are now. */
type Loaded = LoadedLlama & { readonly identity: string | null };

export const llamaCpp: Provider = {
  type: 'llama_cpp',
  summary: 'A GGUF model in this process, by llama.cpp, with LoRA adapters and on several graphics cards where they are there.',
  models: null,
  reads: () => 'prompt',
  defaults: (modelName) => ({
    roles: ['deep_scan'],
    parserId: 'json_findings',
    parserConfig: {},
    covers: 'all',
    timeoutMs: 600_000,
    family: familyOf(modelName),
  }),
  concurrency: 1,
  settings: settingsSchema,
  cost: () => 'nothing',
  // A path of this machine, whose file a native library reads.
  runsCode: true,
  endpoint: () => null,
  connect(entry, env): ConnectedModel {
    const settings = readSettings(settingsSchema, entry);
    const options = wordOptions(entry, settings, env);
    const files = filesOf(options);
    const kept = keep(entry, settings, options, env);
    return {
      async call(request, signal, heard) {
        if (signal.aborted) throw cancelled(entry.model_id, signal);
        const stillHeard = heard === undefined ? undefined : (text: string) => void (signal.aborted || heard(text));
        return await endWith(
          signal,
          entry.model_id,
          kept.use((loaded) => takeTurn(loaded, entry, settings, request, signal, stillHeard)),
        );
      },
      health: () => checkHealth(entry, options, files, kept, env),
      warmUp: (signal) =>
        endWith(
          signal,
          entry.model_id,
          kept.use(async () => undefined),
        ),
      identity: async () => (kept.current === null ? await identify(options, files) : kept.current.identity),
      unload: () => kept.unload(),
    };
  },
};

/** One call at a time computes on a device; one that was stopped while it waited does not. */
async function takeTurn(
  loaded: LoadedLlama,
  entry: ModelEntry,
  settings: Settings,
  request: ModelRequest,
  signal: AbortSignal,
  heard: ((text: string) => void) | undefined,
): Promise<Reply> {
  const { temperature = STEADY.temperature, seed = STEADY.seed, top_p, max_tokens = request.maxTokens } = settings;
  const sampling = { temperature, seed, topP: top_p, maxTokens: max_tokens };
  return await deviceTurns[loaded.llama.gpu === false ? 'cpu' : 'gpu'](async () => {
    if (signal.aborted) throw cancelled(entry.model_id, signal);
    try {
      return await answerByLlama(loaded, entry.model_id, request, sampling, signal, heard);
    } catch (error) {
      if (error instanceof ProviderError) throw error;
      throw new ProviderError('server', `${entry.model_id} could not compute an answer: ${firstLine(error)}`, {
        hint: 'Lower context_length or gpu_layers in its settings; it may have run out of memory.',
        cause: error,
      });
    }
  });
}

function wordOptions(entry: ModelEntry, settings: Settings, env: ProviderEnv): LlamaOptions {
  const path = settings.path ?? (entry.model_name.endsWith('.gguf') ? entry.model_name : undefined);
  if (path === undefined) {
    throw new InputError(`The model ${entry.model_id} does not say where its file is`, {
      hint: 'Set path in its settings to a GGUF file; docs/guides/gguf-adapter.md shows how one is had.',
    });
  }
  return {
    modelPath: pathFrom(env.baseFolder, path),
    gpu: settings.gpu,
    gpuLayers: settings.gpu_layers,
    lora: settings.lora.map((adapter) => ({ filePath: pathFrom(env.baseFolder, adapter.path), scale: adapter.scale })),
    contextLength: settings.context_length ?? null,
    batchSize: settings.batch,
    threads: settings.threads ?? usualThreads(),
  };
}

/**
 * Threads of llama.cpp wait for each other in a loop: with more of them than free cores a token takes seconds, not
 * milliseconds. Half of what the machine has leaves room for its other work.
 */
function usualThreads(): number {
  return Math.max(1, Math.min(8, Math.floor(availableParallelism() / 2)));
}

function keep(entry: ModelEntry, settings: Settings, options: LlamaOptions, env: ProviderEnv): Kept<Loaded> {
  const key = JSON.stringify([options, settings.idle_unload]);
  const known = loadedModels.get(key);
  if (known !== undefined) return known;
  const kept = keepLoaded<Loaded>({
    load: async () => {
      await findFiles(entry, filesOf(options));
      const identity = await identify(options, filesOf(options));
      const llama = await importRuntime<LlamaPackage>(env, PACKAGE, entry.model_id);
      const loaded = await loadLlama(llama, options).catch((error: unknown) => {
        throw notLoaded(entry, error);
      });
      return { ...loaded, identity };
    },
    free: ({ model }) => model.dispose(),
    idleMs: idleMsOf(settings.idle_unload),
  });
  loadedModels.set(key, kept);
  return kept;
}

const filesOf = ({ modelPath, lora }: LlamaOptions) => [modelPath, ...lora.map(({ filePath }) => filePath)];

async function identify(options: LlamaOptions, files: readonly string[]): Promise<string | null> {
  const { modelPath, threads: _, ...use } = options;
  return (await isFile(modelPath)) ? await fingerprintFiles(files, use) : null;
}

async function checkHealth(
  entry: ModelEntry,
  options: LlamaOptions,
  files: readonly string[],
  kept: Kept<Loaded>,
  env: ProviderEnv,
): Promise<Health> {
  try {
    locateRuntime(env, PACKAGE, entry.model_id);
    await findFiles(entry, files);
    const loaded = kept.current;
    if (loaded === null) return { available: true, detail: `${options.modelPath} is loaded by the first call.` };
    const device = loaded.llama.gpu === false ? 'the processor' : `${loaded.llama.gpu} with ${loaded.model.gpuLayers} layers`;
    const note = loaded.llama.gpu === false && options.gpu !== false && options.gpu !== 'auto' ? `; ${options.gpu} could not be used` : '';
    return {
      available: true,
      detail: `${options.modelPath} is loaded on ${device} with a context of ${loaded.contextSize} tokens${note}.`,
    };
  } catch (error) {
    return { available: false, detail: explainFault(error) };
  }
}

async function findFiles(entry: ModelEntry, files: readonly string[]): Promise<void> {
  for (const file of files) {
    if (await isFile(file)) continue;
    throw new ProviderError('not-found', `The file ${file} of ${entry.model_id} is not there`, {
      hint: 'Mend path or lora in its settings; docs/guides/gguf-adapter.md shows how such files are made.',
    });
  }
}

function notLoaded(entry: ModelEntry, error: unknown): ProviderError {
  return new ProviderError('bad-request', `${entry.model_id} could not be loaded: ${firstLine(error)}`, {
    hint: 'Check its file and adapters, and lower context_length or gpu_layers where memory is short.',
    cause: error,
  });
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.slice(0, 300);
}
