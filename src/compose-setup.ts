import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { run } from 'probot';
import type { Handler } from './api/front.ts';
import { proxyTo } from './api/setup-proxy.ts';
import type { ServerParts } from './compose-server.ts';
import type { SetupEnvironment } from './config/env.ts';
import { writeDotEnv } from './config/write-dot-env.ts';
import { InputError } from './model/errors.ts';

/**
 * Probot's set-up page, where there is no App yet: it registers one from `app.yml` and writes its credentials into
 * `.env`. Anybody who reaches the page can do that, so it does not run in production.
 */
export async function composeSetup(env: SetupEnvironment, logger: Logger, handOver: (handler: Handler) => void): Promise<ServerParts> {
  if (env.variable('NODE_ENV') === 'production') {
    throw new InputError('APP_ID is not set, and the set-up page is off in production', {
      hint: 'Set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET, or run the set-up once without NODE_ENV=production.',
    });
  }
  // Without it, Probot fetches a webhook proxy from the network.
  process.env['NO_SMEE_SETUP'] = 'true';
  // Probot reads app.yml where the process stands. The credentials go where the operator stands.
  const dotEnv = resolve('.env');
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  // It tells the address of its inner server.
  const quiet = logger.child({}, { level: 'warn' });
  const updateEnv = (variables: NodeJS.ProcessEnv) => {
    writeDotEnv(dotEnv, variables as Record<string, string>);
    logger.info(`the App's credentials are in ${dotEnv}: start aegis again`);
    return variables;
  };
  const inner = await run(() => undefined, { env: { PORT: String(await freePort()), HOST: '127.0.0.1' }, log: quiet, updateEnv });
  const hookPath = '/api/github/webhooks';
  handOver(
    proxyTo(inner.port, (baseUrl) => {
      // Probot would tell GitHub to send webhooks to `/`; this variable is what its manifest takes the address from.
      process.env['WEBHOOK_PROXY_URL'] = `${baseUrl}${hookPath}`;
    }),
  );
  logger.warn(`no App is registered yet: open the address of this server in a browser`);
  return { stop: () => inner.stop() };
}

/** A port that is free now. Probot takes 0 for its default. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
