import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** GitHub's own limit for a webhook's body: https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
const MAX_BODY_BYTES = 25 * 1024 * 1024;

/** A request handler that says whether the request was its own. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean> | boolean;

/**
 * What stands before every route: health answers as soon as the server listens, bodies are bounded, and everything
 * else waits for `ready`, because a webhook that arrives while the database opens must not be lost.
 */
export function createFront(ready: Promise<Handler>, log: (message: string) => void): RequestListener {
  return (request, response) => {
    route(request, response, ready).catch((error: unknown) => {
      log(`${request.method ?? ''} ${pathOf(request)} failed: ${error instanceof Error ? error.message : String(error)}`);
      if (!response.headersSent)
        sendProblem(response, 500, 'Internal error', 'The request could not be handled; the log of the server says more.');
      else response.destroy();
    });
  };
}

async function route(request: IncomingMessage, response: ServerResponse, ready: Promise<Handler>): Promise<void> {
  if (pathOf(request) === '/healthz') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}\n');
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const body = await readBody(request);
    if (body === null) {
      sendProblem(response, 413, 'Body too large', `A body may have ${MAX_BODY_BYTES} bytes at most.`);
      return;
    }
    // Probot's middleware takes the text from here instead of reading the stream without a bound.
    Object.assign(request, { body });
  }
  const handler = await ready;
  if (!(await handler(request, response)) && !response.headersSent) {
    sendProblem(response, 404, 'Not found', `There is nothing at ${pathOf(request)}.`);
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/';
}

/** The body as text, or null when it is over the limit. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    request.resume();
    return null;
  }
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= MAX_BODY_BYTES) parts.push(part);
    // The rest is read and forgotten: to leave the stream would cut the connection, and the answer with it. The
    // server's request timeout bounds how long that may take.
    else parts.length = 0;
  }
  return size > MAX_BODY_BYTES ? null : Buffer.concat(parts).toString('utf8');
}

/** An error as `application/problem+json` (RFC 9457). */
function sendProblem(response: ServerResponse, status: number, title: string, detail: string): void {
  response
    .writeHead(status, { 'content-type': 'application/problem+json', connection: 'close' })
    .end(`${JSON.stringify({ type: 'about:blank', title, status, detail })}\n`);
}
