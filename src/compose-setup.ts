import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { run } from 'probot';
import type { Handler } from './api/front.ts';
import { proxyTo } from './api/setup-proxy.ts';
import type { SetupEnvironment } from './config/env.ts';
import { createLogger, type ServerParts } from './compose-server.ts';
import { InputError } from './model/errors.ts';

/**
 * Probot's set-up page, where there is no App yet: it registers one from `app.yml` and writes its credentials into
 * `.env`. Anybody who reaches the page can do that, so it does not run in production.
 */
export async function composeSetup(env: SetupEnvironment, handOver: (handler: Handler) => void): Promise<ServerParts> {
  if (env.variable('NODE_ENV') === 'production') {
    throw new InputError('APP_ID is not set, and the set-up page is off in production', {
      hint: 'Set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET, or run the set-up once without NODE_ENV=production.',
    });
  }
  const logger = createLogger(env.logLevel);
  // Without it, Probot fetches a webhook proxy from the network.
  process.env['NO_SMEE_SETUP'] = 'true';
  const inner = await run(() => undefined, { env: { PORT: String(await freePort()), HOST: '127.0.0.1' }, log: logger });
  const hookPath = '/api/github/webhooks';
  handOver(
    proxyTo(inner.port, (baseUrl) => {
      // Probot would tell GitHub to send webhooks to `/`; this variable is what its manifest takes the address from.
      process.env['WEBHOOK_PROXY_URL'] = `${baseUrl}${hookPath}`;
    }),
  );
  return {
    log: (level, message) => logger[level](message),
    stop: () => inner.stop(),
  };
}

/** A port that is free now. Probot takes 0 for its default. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
