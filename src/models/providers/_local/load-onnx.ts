import type { HostOptions } from './host-messages.ts';
import type { LoadedOnnx, Model, OnnxPackage, Tokenizer } from './onnx-package.ts';

/** The level at which the package prints nothing: what is wrong is thrown, too. */
const SILENT = 50;

/** Where neither model nor tokenizer says how much it takes: the window of BERT. */
const USUAL_WINDOW = 512;

/** Loads tokenizer and model on the first device that works. Nothing is fetched unless `fetch` says so. */
export async function loadOnnx(options: HostOptions): Promise<LoadedOnnx> {
  const onnx = (await import(options.packageUrl)) as OnnxPackage;
  onnx.env.logLevel = SILENT;
  const { fetch } = options;
  if (fetch === null) {
    onnx.env.allowRemoteModels = false;
    // The package asks the hub for the sizes of files, whatever it was told about remote models.
    onnx.env.fetch = () => Promise.reject(new Error('the network is not used for a local model'));
  }
  if (fetch?.from != null) onnx.env.remoteHost = fetch.from;
  const source = fetch === null ? { local_files_only: true } : { cache_dir: fetch.into };
  const tokenizer = await onnx.AutoTokenizer.from_pretrained(options.source, source);
  const loaded = await loadOnDevice(options.devices, (device) =>
    classOf(onnx, options).from_pretrained(options.source, {
      ...source,
      device,
      dtype: options.dtype,
      subfolder: options.subfolder,
      session_options: { intraOpNumThreads: options.threads, interOpNumThreads: 1 },
    }),
  );
  return { tokenizer, ...loaded, window: options.contextLength ?? windowOf(tokenizer, loaded.model) };
}

function classOf(onnx: OnnxPackage, { task }: HostOptions) {
  if (task === 'text-classification') return onnx.AutoModelForSequenceClassification;
  return task === 'token-classification' ? onnx.AutoModelForTokenClassification : onnx.AutoModelForCausalLM;
}

/** The last device is the processor: what is wrong there is wrong with the model. */
async function loadOnDevice(
  devices: readonly string[],
  load: (device: string) => Promise<Model>,
): Promise<Omit<LoadedOnnx, 'tokenizer' | 'window'>> {
  const refused: string[] = [];
  for (const device of devices.slice(0, -1)) {
    try {
      return { model: await load(device), device, note: note(refused) };
    } catch {
      refused.push(device);
    }
  }
  const last = devices.at(-1) ?? 'cpu';
  return { model: await load(last), device: last, note: note(refused) };
}

const note = (refused: readonly string[]) => (refused.length === 0 ? null : `${refused.join(' and ')} could not be used`);

/** The smaller of what the tokenizer and the model say. */
function windowOf(tokenizer: Tokenizer, { config }: Model): number {
  const positions = config['max_position_embeddings'] ?? config['n_positions'] ?? config['max_sequence_length'];
  const stated = [tokenizer.model_max_length, typeof positions === 'number' ? positions - reserved(config) : null];
  // A tokenizer without a limit says 10^30.
  const known = stated.filter((length): length is number => typeof length === 'number' && length > 0 && length < 1e7);
  return known.length === 0 ? USUAL_WINDOW : Math.min(...known);
}

/** RoBERTa counts positions from behind the padding: https://github.com/huggingface/transformers/issues/1363 */
function reserved({ model_type, pad_token_id }: Readonly<Record<string, unknown>>): number {
  return /roberta|camembert|mpnet|longformer/.test(String(model_type)) ? (typeof pad_token_id === 'number' ? pad_token_id : 1) + 1 : 0;
}
