import pLimit from 'p-limit';
import { z } from 'zod';
import type { DiscoveredModel } from '#ports/provider.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import type { Target } from '../_kit/target.ts';
import { ask } from './client.ts';

const listSchema = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      size: z.number().nullish(),
      digest: z.string().nullish(),
      details: z
        .object({ family: z.string().nullish(), parameter_size: z.string().nullish(), quantization_level: z.string().nullish() })
        .nullish(),
    }),
  ),
});
type Pulled = z.infer<typeof listSchema>['models'][number];

/** Models that are asked about at once: each question reads a file's head. */
const AT_ONCE = 4;

/** The models that a server has pulled. Throws a `StatusFault` or a `ProviderError`. */
export async function listPulled(target: Target, signal: AbortSignal): Promise<readonly Pulled[]> {
  const listed = listSchema.safeParse(await ask(target, signal, (client) => client.list()));
  if (!listed.success) throw strangeAnswer(target, 'something else than a list of models');
  return listed.data.models;
}

/** Whether the name of a pulled model is the one that is meant; `latest` need not be written. */
export function isNamed(pulled: string, name: string): boolean {
  return pulled === name || pulled === `${name}:latest`;
}

/** What a server tells of its models. Throws a `StatusFault` or a `ProviderError`. */
export async function discoverPulled(target: Target, signal: AbortSignal): Promise<readonly DiscoveredModel[]> {
  const pulled = await listPulled(target, signal);
  const loaded = await listLoaded(target, signal);
  const limit = pLimit(AT_ONCE);
  return await Promise.all(
    pulled.map(({ name, size, digest, details }) =>
      limit(async (): Promise<DiscoveredModel> => {
        return {
          name,
          sizeBytes: size ?? null,
          parameters: details?.parameter_size || null,
          quantisation: details?.quantization_level || null,
          contextLength: await askLimit({ ...target, model: name }, signal).catch((error: unknown) => nothingOf(error, signal)),
          family: details?.family || null,
          digest: digest || null,
          loaded: loaded?.has(name) ?? null,
        };
      }),
    ),
  );
}

/** The names of the models in memory; null where the server is older than the question (0.1.33). */
async function listLoaded(target: Target, signal: AbortSignal): Promise<ReadonlySet<string> | null> {
  const body = await ask(target, signal, (client) => client.ps()).catch((error: unknown) => nothingOf(error, signal));
  const read = z.object({ models: z.array(z.object({ name: z.string() })) }).safeParse(body);
  return read.success ? new Set(read.data.models.map(({ name }) => name)) : null;
}

/** The window that a model was made with, tokens; null where the server does not tell. Throws as `listPulled` does. */
export async function askLimit(target: Target, signal: AbortSignal): Promise<number | null> {
  const shown = await ask(target, signal, (client) => client.show({ model: target.model }));
  const info = z.object({ model_info: z.record(z.string(), z.unknown()).nullish() }).safeParse(shown).data?.model_info ?? {};
  const length = Object.entries(info).find(([name]) => name.endsWith('.context_length'))?.[1];
  return typeof length === 'number' && length >= 512 ? length : null;
}

/** What a server does not tell is left out; a cancellation is none of that. */
function nothingOf(error: unknown, signal: AbortSignal): null {
  if (signal.aborted) throw error;
  return null;
}
