import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a fake received it. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parsed JSON body; `{}` without one. */
  readonly body: Record<string, unknown>;
  /** `performance.now()` when it came in. */
  readonly at: number;
  /** How it was answered, once that is decided. */
  readonly told: Behaviour['kind'] | null;
  /** Resolves with `performance.now()` when the client let go of the connection before it was answered. */
  readonly abandoned: Promise<number>;
}

type Open = { -readonly [K in keyof Recorded]: Recorded[K] };

/** How a fake answers one request. */
export type Behaviour =
  | {
      readonly kind: 'json';
      readonly body: unknown;
      readonly status?: number;
      readonly headers?: Record<string, string>;
      readonly delayMs?: number;
    }
  | {
      readonly kind: 'text';
      readonly body: string;
      readonly status?: number;
      readonly contentType?: string;
      readonly headers?: Record<string, string>;
    }
  /** Takes the request and says nothing, for ever. */
  | { readonly kind: 'hang' }
  /** Closes the connection without an answer. */
  | { readonly kind: 'drop' }
  /** Promises a whole body, sends some of it and closes the connection. */
  | { readonly kind: 'half'; readonly body: string }
  /** Sends pieces one after the other, and then ends, closes the connection without an end, or says nothing more, for ever. */
  | {
      readonly kind: 'stream';
      readonly contentType: string;
      readonly pieces: readonly string[];
      readonly gapMs?: number;
      readonly dropAtEnd?: boolean;
      readonly hangAtEnd?: boolean;
    };

export interface ModelServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly requests: readonly Recorded[];
  close(): Promise<void>;
}

/** A real HTTP server on the loopback that records requests and answers as it is told. */
export async function startModelServer(answer: (request: Recorded) => Behaviour | Promise<Behaviour>): Promise<ModelServer> {
  const requests: Open[] = [];
  const server = createServer((incoming, outgoing) => {
    record(incoming, outgoing)
      .then(async (request) => {
        requests.push(request);
        const behaviour = await answer(request);
        request.told = behaviour.kind;
        await behave(behaviour, outgoing);
      })
      .catch((error: unknown) => {
        outgoing.statusCode = 500;
        outgoing.end(JSON.stringify({ error: `the fake failed: ${String(error)}` }));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function record(incoming: IncomingMessage, outgoing: ServerResponse): Promise<Open> {
  const at = performance.now();
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString('utf8');
  const abandoned = new Promise<number>((resolve) => {
    outgoing.on('close', () => {
      if (!outgoing.writableEnded) resolve(performance.now());
    });
  });
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  return { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body, at, told: null, abandoned };
}

async function behave(behaviour: Behaviour, outgoing: ServerResponse): Promise<void> {
  switch (behaviour.kind) {
    case 'json':
      await wait(behaviour.delayMs ?? 0);
      outgoing.writeHead(behaviour.status ?? 200, { 'content-type': 'application/json', ...behaviour.headers });
      outgoing.end(JSON.stringify(behaviour.body));
      return;
    case 'text':
      outgoing.writeHead(behaviour.status ?? 200, { 'content-type': behaviour.contentType ?? 'text/plain', ...behaviour.headers });
      outgoing.end(behaviour.body);
      return;
    case 'hang':
      return;
    case 'drop':
      outgoing.destroy();
      return;
    case 'half':
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(behaviour.body) });
      outgoing.write(behaviour.body.slice(0, Math.floor(behaviour.body.length / 2)));
      await wait(5);
      outgoing.destroy();
      return;
    case 'stream':
      outgoing.writeHead(200, { 'content-type': behaviour.contentType });
      for (const piece of behaviour.pieces) {
        outgoing.write(piece);
        await wait(behaviour.gapMs ?? 0);
        if (outgoing.destroyed) return;
      }
      if (behaviour.hangAtEnd) return;
      if (behaviour.dropAtEnd) {
        await wait(5);
        outgoing.destroy();
      } else outgoing.end();
      return;
  }
}

function wait(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
