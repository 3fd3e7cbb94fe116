import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';

/**
 * A `fetch` that waits as long as its signal lets it. The built-in one gives up when no header has come after 300 s,
 * whatever time limit its caller set, and a local model on a slow machine sends none before its answer is complete:
 * https://github.com/ollama/ollama-js/issues/72. It never follows a redirect. Bodies are strings, which is what
 * model providers send.
 */
export const patientFetch: typeof globalThis.fetch = async (input, init = {}) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = Object.fromEntries(new Headers(init.headers));
  const body = typeof init.body === 'string' ? init.body : '';
  if (body !== '') headers['content-length'] = String(Buffer.byteLength(body));
  return await new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method: init.method ?? 'GET', headers, ...(init.signal == null ? {} : { signal: init.signal }) },
      (incoming) => {
        const status = incoming.statusCode ?? 0;
        if (status < 200 || status > 599) {
          incoming.destroy();
          reject(new TypeError(`unexpected status ${status}`));
          return;
        }
        const bodiless = status === 204 || status === 205 || status === 304;
        if (bodiless) incoming.resume();
        resolve(
          new Response(bodiless ? null : (Readable.toWeb(incoming) as ReadableStream), {
            status,
            headers: readHeaders(incoming.headersDistinct),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
};

function readHeaders(distinct: NodeJS.Dict<string[]>): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(distinct)) for (const value of values ?? []) headers.append(name, value);
  return headers;
}
