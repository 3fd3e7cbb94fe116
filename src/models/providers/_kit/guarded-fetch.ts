import { StatusFault } from './status-fault.ts';
import { strangeAnswer } from './strange-answer.ts';
import type { Target } from './target.ts';

/** A server is a stranger, too: a longer answer is not read into memory. */
const LONGEST_BODY = 16 * 1024 * 1024;

/** Vendors' packages add headers of their own: what machine this is, and keys and headers found in the environment. */
const SENT_HEADERS: ReadonlySet<string> = new Set(['accept', 'content-type', 'user-agent']);

/**
 * One request with our authorization and nobody else's, which follows no redirect and ends with `signal`. Throws a
 * `StatusFault` where the server refused, and whatever the network threw.
 */
export async function fetchGuarded(
  target: Target,
  signal: AbortSignal,
  input: Parameters<typeof globalThis.fetch>[0],
  init: RequestInit = {},
): Promise<Response> {
  const headers = new Headers([...new Headers(init.headers)].filter(([name]) => SENT_HEADERS.has(name)));
  for (const [name, value] of Object.entries(target.headers ?? {})) headers.set(name, value);
  if (target.authorization !== null) headers.set('authorization', target.authorization);
  const response = await target.fetch(input, { ...init, headers, redirect: 'manual', signal });
  if (!response.ok) throw new StatusFault(response.status, await readBody(response, target), response.headers);
  return response;
}

/** The whole body as text. Throws where it is longer than 16 MB. */
export async function readBody(response: Response, target: Target): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of boundBody(response, target)) text += decoder.decode(part, { stream: true });
  return text + decoder.decode();
}

/** The body piece by piece. Throws once it is longer than 16 MB. */
export async function* boundBody(response: Response, target: Target): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > LONGEST_BODY) throw strangeAnswer(target, 'more than 16 MB');
    yield part;
  }
}
