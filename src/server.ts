import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { createFront, type Handler } from './api/front.ts';
import { composeServer, type ServerParts } from './compose-server.ts';
import { composeSetup } from './compose-setup.ts';
import type { ServeEnvironment } from './config/env.ts';
import { createLogger } from './lib/logger.ts';
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
  const logger = createLogger(env.logLevel);
  let handOver: (handler: Handler) => void = () => undefined;
  const ready = new Promise<Handler>((resolve) => {
    handOver = resolve;
  });
  const server = createServer(
    { requestTimeout: 60_000, headersTimeout: 20_000 },
    createFront(ready, (message) => logger.error(message)),
  );
  await listen(server, env.port, env.host);
  const { port } = server.address() as AddressInfo;
  const url = `http://${env.host.includes(':') ? `[${env.host}]` : env.host}:${port}`;
  logger.info(`listening on ${url}`);
  const parts = await composeBehind(env, logger, handOver).catch((error: unknown) => {
    server.closeAllConnections();
    server.close();
    throw error;
  });
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

function composeBehind(env: ServeEnvironment, logger: Logger, handOver: (handler: Handler) => void): Promise<ServerParts> {
  return env.kind === 'app' ? composeServer(env, logger, handOver) : composeSetup(env, logger, handOver);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const hint =
        error.code === 'EADDRINUSE' ? 'Stop what listens there, or choose another port with --port.' : 'Check --host and --port.';
      reject(new InputError(`cannot listen on ${host}:${port} (${error.code ?? error.message})`, { hint, cause: error }));
    });
    server.listen(port, host, resolve);
  });
}
