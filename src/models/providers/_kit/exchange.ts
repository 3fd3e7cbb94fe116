import { ProviderError } from '#ports/provider-error.ts';
import { describeNetwork } from './describe-network.ts';
import { fetchGuarded, readBody } from './guarded-fetch.ts';
import { StatusFault } from './status-fault.ts';
import { strangeAnswer } from './strange-answer.ts';
import type { Target } from './target.ts';

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
      fault = toFault(error, target, signal);
      throw fault;
    }
  };
  try {
    return await send(guarded);
  } catch {
    throw fault ?? strangeAnswer(target, 'an answer of another form than expected');
  }
}

/** What a call throws, of whatever came up within it. */
export function toFault(error: unknown, target: Target, signal: AbortSignal): ProviderError | StatusFault {
  return error instanceof StatusFault || error instanceof ProviderError ? error : describeNetwork(error, target, signal);
}

async function fetchJson(
  target: Target,
  signal: AbortSignal,
  input: Parameters<typeof globalThis.fetch>[0],
  init: RequestInit | undefined,
): Promise<Response> {
  const response = await fetchGuarded(target, signal, input, init);
  const body = await readBody(response, target);
  try {
    JSON.parse(body);
  } catch {
    throw strangeAnswer(target, body.trimStart().startsWith('<') ? 'a web page' : body.trim() === '' ? 'an empty answer' : 'no JSON');
  }
  return new Response(body, { status: response.status, headers: { 'content-type': 'application/json' } });
}
