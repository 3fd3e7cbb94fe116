import fs from 'node:fs';
import { OpenAPIBackend } from 'openapi-backend';
import { checkOperations } from './checks.ts';
import { collaboratorOperations } from './collaborators.ts';
import { contentOperations } from './contents.ts';
import { deliveryOperations } from './deliveries.ts';
import type { Operation } from './operation.ts';
import { pullOperations } from './pulls.ts';
import { reactionOperations } from './reactions.ts';
import { Refusal } from './refusal.ts';
import { replyOperations } from './replies.ts';
import { reviewOperations } from './reviews.ts';
import { mintToken } from './tokens.ts';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...pullOperations,
  ...reviewOperations,
  ...checkOperations,
  ...contentOperations,
  ...collaboratorOperations,
  ...reactionOperations,
  ...replyOperations,
  ...deliveryOperations,
};

let described: Promise<OpenAPIBackend> | null = null;

/** GitHub's description with our operations behind it: read once for each process, and without a state of its own. */
export function describedApi(): Promise<OpenAPIBackend> {
  described ??= createApi();
  return described;
}

async function createApi(): Promise<OpenAPIBackend> {
  const definition = JSON.parse(fs.readFileSync(new URL('../../fixtures/github-openapi.json', import.meta.url), 'utf8'));
  const backend = new OpenAPIBackend({
    definition,
    quick: true,
    coerceTypes: true,
    ajvOpts: { strict: false, formats: { 'date-time': true, uri: true, int64: true, 'repo.nwo': true } },
  });
  backend.register({
    validationFail: ({ validation }) => {
      throw new Refusal(422, 'Invalid request.', { errors: validation.errors ?? [], limit: true });
    },
    notFound: () => {
      throw new Refusal(404, 'Not Found', { limit: true });
    },
    notImplemented: () => {
      throw new Refusal(501, 'this GitHub does not do that', { limit: true });
    },
    'apps/create-installation-access-token': ({ request: { params } }, { state, caller }) =>
      mintToken(state, caller, String(params['installation_id'])),
  });
  for (const [id, operation] of Object.entries(OPERATIONS)) {
    backend.register(id, ({ request: { params, requestBody } }, asked) => operation({ ...asked, params, body: requestBody }));
  }
  await backend.init();
  return backend;
}
