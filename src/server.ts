import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFront, type Handler } from './api/front.ts';
import { composeServer, type ServerParts } from './compose-server.ts';
import { composeSetup } from './compose-setup.ts';
import type { ServeEnvironment } from './config/env.ts';
import { InputError } from './model/errors.ts';

export interface RunningServer {
  readonly url: string;
  /** Ends everything in order; resolves when nothing is left open. */
  stop(): Promise<void>;
}

/**
 * `aegis serve`: listens at once (health answers from then on), opens the database and the App behind it, and works
 * jobs where its role says so. Throws `InputError` for an environment that cannot work, before anything is opened.
 */
export async function startServer(env: ServeEnvironment): Promise<RunningServer> {
  let behind: ServerParts | null = null;
  let handOver: (handler: Handler) => void = () => undefined;
  const ready = new Promise<Handler>((resolve) => {
    handOver = resolve;
  });
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 20_000 }, createFront(ready, (message) => behind?.log('error', message)));
  await listen(server, env.port, env.host);
  const { port } = server.address() as AddressInfo;
  const url = `http://${env.host.includes(':') ? `[${env.host}]` : env.host}:${port}`;
  try {
    behind = env.kind === 'app' ? await composeServer(env, handOver) : await composeSetup(env, handOver);
  } catch (error) {
    server.closeAllConnections();
    server.close();
    throw error;
  }
  const parts = behind;
  parts.log('info', `listening on ${url}`);
  return {
    url,
    async stop() {
      server.close();
      // Streams and kept-alive connections would hold `close` for ever.
      server.closeIdleConnections();
      await parts.stop();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const hint = error.code === 'EADDRINUSE' ? 'Stop what listens there, or choose another port with --port.' : 'Check --host and --port.';
      reject(new InputError(`cannot listen on ${host}:${port} (${error.code ?? error.message})`, { hint, cause: error }));
    });
    server.listen(port, host, resolve);
  });
}
