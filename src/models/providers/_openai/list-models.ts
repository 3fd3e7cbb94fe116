import { z } from 'zod';
import type { DiscoveredModel } from '#ports/provider.ts';
import { exchange } from '../_kit/exchange.ts';
import { familyOf } from '../_kit/family.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import { ask, type ChatServer } from './client.ts';

const tokens = z.number().int().positive().nullish().catch(null);

/** A listed model, with what each server tells beside its name. */
const listedSchema = z.object({
  id: z.string(),
  owned_by: z.string().nullish().catch(null),
  max_model_len: tokens,
  context_length: tokens,
  context_window: tokens,
  max_context_length: tokens,
  /** llama.cpp */
  meta: z.object({ n_ctx_train: tokens, size: tokens, n_params: tokens }).nullish().catch(null),
});
const listSchema = z.object({ data: z.array(listedSchema) });

/** LM Studio: https://lmstudio.ai/docs/developer/rest/endpoints */
const lmStudioSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      type: z.string().nullish(),
      arch: z.string().nullish(),
      quantization: z.string().nullish(),
      state: z.string().nullish(),
      max_context_length: tokens,
    }),
  ),
});

/** The names that a server lists. Throws a `StatusFault` or a `ProviderError`. */
export async function listNames(server: ChatServer, signal: AbortSignal): Promise<readonly string[]> {
  return (await list(server, signal)).map(({ id }) => id);
}

/** What a server tells of its models. Throws a `StatusFault` or a `ProviderError`. */
export async function discoverModels(server: ChatServer, signal: AbortSignal): Promise<readonly DiscoveredModel[]> {
  const listed = await list(server, signal);
  // LM Studio tells no more than names here, under this owner, and the rest at an address of its own.
  const told = listed.some(({ owned_by }) => owned_by === 'organization_owner')
    ? await askLmStudio(server, signal)
    : new Map<string, never>();
  return listed.map((model): DiscoveredModel => {
    const more = told.get(model.id);
    return {
      name: model.id,
      sizeBytes: model.meta?.size ?? null,
      parameters: model.meta?.n_params == null ? null : wordCount(model.meta.n_params),
      quantisation: more?.quantization ?? null,
      contextLength:
        model.max_model_len ??
        model.context_length ??
        model.context_window ??
        model.max_context_length ??
        model.meta?.n_ctx_train ??
        more?.max_context_length ??
        null,
      family: more?.arch ?? familyOf(model.id),
      digest: null,
      loaded: more?.state == null ? null : more.state === 'loaded',
    };
  });
}

async function list(server: ChatServer, signal: AbortSignal): Promise<z.infer<typeof listSchema>['data']> {
  const body = await ask(server, signal, async (client) => await client.get('/models'));
  // Together sends the list alone.
  const read = listSchema.safeParse(Array.isArray(body) ? { data: body } : body);
  if (!read.success) throw strangeAnswer(server.target, 'something else than a list of models');
  return read.data.data;
}

async function askLmStudio({ target }: ChatServer, signal: AbortSignal) {
  const url = new URL('/api/v0/models', target.url).href;
  const body: unknown = await exchange(target, signal, async (fetch) => await (await fetch(url)).json()).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return null;
  });
  return new Map((lmStudioSchema.safeParse(body).data?.data ?? []).map((model) => [model.id, model]));
}

/** 7615616512 → `7.6B`, as model cards write it. */
function wordCount(parameters: number): string {
  return parameters >= 1e9 ? `${Number((parameters / 1e9).toFixed(1))}B` : `${Math.round(parameters / 1e6)}M`;
}
