import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DTYPES, type Dtype } from './host-messages.ts';

/** File names of the numbers' forms: https://huggingface.co/docs/transformers.js/guides/dtypes */
const FILES: Readonly<Record<Dtype, string>> = {
  fp32: 'model.onnx',
  fp16: 'model_fp16.onnx',
  q8: 'model_quantized.onnx',
  q4: 'model_q4.onnx',
};

/** What stands beside the weights. */
const BESIDE = ['config.json', 'tokenizer.json', 'tokenizer_config.json'] as const;

export type ModelFiles =
  | { readonly kind: 'there'; readonly dtype: Dtype; readonly subfolder: string; readonly paths: readonly string[] }
  | { readonly kind: 'missing'; readonly names: readonly string[] };

/**
 * Looks for an ONNX model in a folder: in `onnx/`, as on the hub, or beside its configuration, as `optimum-cli` writes it.
 * Without `dtype` the first that is there is taken, the most exact first.
 */
export async function findModelFiles(folder: string, dtype: Dtype | undefined): Promise<ModelFiles> {
  const beside = await Promise.all(BESIDE.map(async (name) => ({ name, there: await isFile(join(folder, name)) })));
  const missing = beside.filter(({ there }) => !there).map(({ name }) => name);
  for (const candidate of dtype === undefined ? DTYPES : [dtype]) {
    for (const subfolder of ['onnx', '']) {
      const weights = join(folder, subfolder, FILES[candidate]);
      if (!(await isFile(weights))) continue;
      if (missing.length > 0) return { kind: 'missing', names: missing };
      const paths = [weights, `${weights}_data`, ...BESIDE.map((name) => join(folder, name))];
      return { kind: 'there', dtype: candidate, subfolder, paths };
    }
  }
  return { kind: 'missing', names: [...missing, `onnx/${FILES[dtype ?? 'fp32']}`] };
}

export async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * What tells one state of files from another: their sizes and times, and how they are used. Weights are gigabytes, and
 * reading them all to know them would cost more than it saves. What is not there is part of it.
 */
export async function fingerprintFiles(paths: readonly string[], use: Readonly<Record<string, unknown>>): Promise<string> {
  const states = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ size, mtimeMs }) => [size, mtimeMs],
        () => null,
      ),
    ),
  );
  return createHash('sha256')
    .update(JSON.stringify([states, use]))
    .digest('hex');
}
