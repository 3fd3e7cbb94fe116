import type { Chat, Llama, LlamaModel, LlamaPackage, Sequence } from './llama-package.ts';

export interface LlamaOptions {
  readonly modelPath: string;
  readonly gpu: 'auto' | 'cuda' | 'metal' | 'vulkan' | false;
  readonly gpuLayers: number | 'auto' | 'max';
  readonly lora: readonly { readonly filePath: string; readonly scale: number }[];
  /** Tokens; null for what the model was trained on, `LARGEST_WINDOW` at most. */
  readonly contextLength: number | null;
  readonly batchSize: number;
  readonly threads: number;
}

export interface LoadedLlama {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly chat: Chat;
  readonly sequence: Sequence;
  /** Tokens. */
  readonly contextSize: number;
}

/** The memory of a context grows with it: a larger one has to be asked for. */
const LARGEST_WINDOW = 8192;

/** Instances of llama.cpp by what they were started with: a start takes a second, because each tries its binary first. */
const started = new Map<string, Promise<Llama>>();

/** Loads a GGUF file with its adapters, and one context. Nothing is built and nothing is fetched. */
export async function loadLlama(llamaPackage: LlamaPackage, options: LlamaOptions): Promise<LoadedLlama> {
  const { threads } = options;
  const llama = await startLlama(llamaPackage, options);
  const model = await llama.loadModel({ modelPath: options.modelPath, gpuLayers: llama.gpu === false ? 0 : options.gpuLayers });
  try {
    const context = await model.createContext({
      contextSize: options.contextLength ?? Math.min(model.trainContextSize, LARGEST_WINDOW),
      batchSize: options.batchSize,
      threads,
      sequences: 1,
      ...(options.lora.length === 0 ? {} : { lora: { adapters: options.lora } }),
    });
    const sequence = context.getSequence();
    const chat = new llamaPackage.LlamaChat({ contextSequence: sequence });
    return { llama, model, chat, sequence, contextSize: context.contextSize };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

async function startLlama({ getLlama }: LlamaPackage, { gpu, threads }: LlamaOptions): Promise<Llama> {
  const key = `${gpu} ${threads}`;
  const start = (device: LlamaOptions['gpu']) =>
    getLlama({ gpu: device, build: 'never', skipDownload: true, progressLogs: false, logLevel: 'disabled', maxThreads: threads });
  // Where there is no such card, or nothing that speaks to it, the processor computes.
  const starting =
    started.get(key) ??
    start(gpu).catch(async (error: unknown) => {
      if (gpu === false) throw error;
      return await start(false);
    });
  started.set(key, starting);
  try {
    return await starting;
  } catch (error) {
    started.delete(key);
    throw error;
  }
}
