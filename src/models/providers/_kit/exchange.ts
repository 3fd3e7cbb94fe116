import { ProviderError } from '#ports/provider-error.ts';
import { describeNetwork } from './describe-network.ts';
import { StatusFault } from './status-fault.ts';
import type { Target } from './target.ts';

/** A server is a stranger, too: a longer answer is not read into memory. */
const LONGEST_BODY = 16 * 1024 * 1024;

/** Vendors' packages add headers of their own: what machine this is, and keys and headers found in the environment. */
const SENT_HEADERS: ReadonlySet<string> = new Set(['accept', 'content-type', 'user-agent']);

/**
 * One exchange with a model server through a vendor's package. `send` is handed the only `fetch` that it may use: it
 * carries our authorization and nobody else's, follows no redirect, ends with `signal`, and lets the package see
 * nothing but a JSON body of status 2xx. Everything else is thrown from here, whatever the package makes of it: a
 * `ProviderError`, or a `StatusFault` where the server refused.
 */
export async function exchange<T>(target: Target, signal: AbortSignal, send: (fetch: typeof globalThis.fetch) => Promise<T>): Promise<T> {
  let fault: ProviderError | StatusFault | null = null;
  const guarded: typeof globalThis.fetch = async (input, init) => {
    try {
      return await fetchJson(target, signal, input, init);
    } catch (error) {
      fault = error instanceof StatusFault || error instanceof ProviderError ? error : describeNetwork(error, target, signal);
      throw fault;
    }
  };
  try {
    return await send(guarded);
  } catch {
    throw fault ?? strangeAnswer(target, 'an answer of another form than expected');
  }
}

/** The error for an answer that is none: not JSON, or without the fields that make one. */
export function strangeAnswer(target: Target, what: string): ProviderError {
  return new ProviderError('protocol', `${target.url} sent ${what} for ${target.model}`, {
    hint: 'Check that base_url names a model server.',
  });
}

async function fetchJson(
  target: Target,
  signal: AbortSignal,
  input: Parameters<typeof globalThis.fetch>[0],
  init: RequestInit = {},
): Promise<Response> {
  const headers = new Headers([...new Headers(init.headers)].filter(([name]) => SENT_HEADERS.has(name)));
  if (target.authorization !== null) headers.set('authorization', target.authorization);
  const response = await target.fetch(input, { ...init, headers, redirect: 'manual', signal });
  const body = await readBody(response, target);
  if (!response.ok) throw new StatusFault(response.status, body, response.headers);
  try {
    JSON.parse(body);
  } catch {
    throw strangeAnswer(target, body.trimStart().startsWith('<') ? 'a web page' : body.trim() === '' ? 'an empty answer' : 'no JSON');
  }
  return new Response(body, { status: response.status, headers: { 'content-type': 'application/json' } });
}

async function readBody(response: Response, target: Target): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > LONGEST_BODY) throw strangeAnswer(target, 'more than 16 MB');
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}
