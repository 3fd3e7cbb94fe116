import { z } from 'zod';
import { readServerAddress } from '#lib/server-address.ts';
import { InputError } from '#model/errors.ts';
import { explainHubFault } from './explain-hub-fault.ts';

/** A model of the hub, as far as it matters for choosing one. Names and tasks come from strangers. */
export interface HubModel {
  /** `owner/name`. */
  readonly name: string;
  /** `text-generation`, `text-classification`…; null where its page does not say. */
  readonly task: string | null;
  readonly downloads: number | null;
  readonly likes: number | null;
  /** True where its files are given out only to accounts that were let in. */
  readonly gated: boolean;
  /** True where there are files for `hf_local`. */
  readonly hasOnnx: boolean;
  /** True where there are files for `llama_cpp`. */
  readonly hasGguf: boolean;
  /** ISO 8601; null where the hub does not say. */
  readonly updatedAt: string | null;
}

interface HubSearch {
  /** Only models of this task. */
  readonly task?: string;
  /** How many models at most; no more than 100 are ever given. */
  readonly limit: number;
  readonly fetch: typeof globalThis.fetch;
  /** Another address than the hub's own: `HF_ENDPOINT`. The token goes there, too. */
  readonly endpoint?: string;
  readonly token?: string;
}

const HUB = 'https://huggingface.co';
const MOST = 100;
const LONGEST_QUERY = 200;
/** A search that takes longer is not waited for, milliseconds. */
const PATIENCE = 20_000;
/** A page of 100 models with their tags is some 200 kB. */
const LONGEST_BODY = 8 * 1024 * 1024;

/** Only what is read, and leniently. */
const foundSchema = z.object({
  name: z.string().min(1),
  task: z.string().nullish().catch(null),
  downloads: z.number().nullish().catch(null),
  likes: z.number().nullish().catch(null),
  gated: z.unknown(),
  tags: z.array(z.string()).nullish().catch(null),
  updatedAt: z.date().nullish().catch(null),
});

/**
 * Searches the Hugging Face hub by words, most downloaded first. Throws `UnavailableError` with one sentence where the
 * hub cannot be asked, and `InputError` where the query, the endpoint or the token cannot be used.
 */
export async function searchHub(query: string, search: HubSearch, signal: AbortSignal): Promise<readonly HubModel[]> {
  const { hub, limit } = checkSearch(query, search);
  const asked = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  const found: HubModel[] = [];
  try {
    const { listModels } = await import('@huggingface/hub');
    const pages = listModels({
      hubUrl: hub,
      limit,
      sort: 'downloads',
      additionalFields: ['tags'],
      search: { query, ...(search.task === undefined ? {} : { task: search.task as 'text-generation' }) },
      fetch: askOnce(search, asked),
    });
    for await (const entry of pages) {
      const model = readModel(entry);
      if (model !== null) found.push(model);
    }
  } catch (error) {
    throw explainHubFault(error, hub, signal);
  }
  return found;
}

function checkSearch(query: string, { limit, endpoint, task, token }: HubSearch): { readonly hub: string; readonly limit: number } {
  if (query.trim() === '' || query.length > LONGEST_QUERY)
    throw new InputError(`A search of the hub needs 1 to ${LONGEST_QUERY} characters`, {
      hint: 'Search by words of the name, such as codebert.',
    });
  if (task !== undefined && !/^[a-z0-9-]{1,60}$/.test(task))
    throw new InputError(`${JSON.stringify(task)} is no task of the hub`, { hint: 'Write it as text-classification or text-generation.' });
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    throw new InputError('HF_TOKEN holds characters that no token has', { hint: 'Set HF_TOKEN to the token alone.' });
  const address = readServerAddress(endpoint ?? HUB);
  if (address === null || address.authorization !== null)
    throw new InputError('HF_ENDPOINT is no address of a hub', { hint: `Write it as ${HUB}, without user name and password.` });
  return { hub: address.url, limit: Math.max(1, Math.min(MOST, Math.floor(limit))) };
}

/** The package asks for further pages wherever the answer says that they are; one page is all there is to ask for. */
function askOnce({ fetch, token }: HubSearch, signal: AbortSignal): typeof globalThis.fetch {
  let asked = false;
  return async (input) => {
    if (asked) return Response.json([]);
    asked = true;
    const headers = { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
    const response = await fetch(input, { headers, redirect: 'manual', signal });
    if (!response.ok) return new Response(null, { status: response.status });
    return Response.json(parseList(await readBody(response)));
  };
}

async function readBody(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of response.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text.length > LONGEST_BODY) return '';
  }
  return text + decoder.decode();
}

/** An answer without a list is none: the package would go through the letters of a string. */
function parseList(text: string): readonly unknown[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new SyntaxError('no list');
  return list.filter((entry) => typeof entry === 'object' && entry !== null);
}

function readModel(entry: unknown): HubModel | null {
  const read = foundSchema.safeParse(entry);
  if (!read.success) return null;
  const { name, task, downloads, likes, gated, tags, updatedAt } = read.data;
  return {
    name,
    task: task ?? null,
    downloads: downloads ?? null,
    likes: likes ?? null,
    gated: gated === true || gated === 'auto' || gated === 'manual',
    hasOnnx: tags?.includes('onnx') ?? false,
    hasGguf: tags?.includes('gguf') ?? false,
    updatedAt: updatedAt?.toISOString() ?? null,
  };
}
