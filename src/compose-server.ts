import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import { createNodeMiddleware, Probot, ProbotOctokit } from 'probot';
import type { Handler } from './api/front.ts';
import { createApp } from './app.ts';
import { composeScanner, endpointOf, known, MIGRATIONS, planSource } from './compose.ts';
import { operatorAddresses, refuseSecret } from './compose-env.ts';
import { keepInDatabase } from './compose-server-state.ts';
import type { KeptState } from './compose-state.ts';
import type { AppEnvironment } from './config/env.ts';
import { readMonthlyUsd } from './config/monthly-usd.ts';
import { resolvePlan } from './config/resolve-plan.ts';
import { createGitHubHost } from './github/github-host.ts';
import { findPullRequestsOfHead } from './github/pull-request.ts';
import { redact } from './github/redact.ts';
import type { LooseHead } from './github/webhook.ts';
import type { ReviewJobContext } from './jobs/context.ts';
import { type PrepareDeps, prepareReview } from './jobs/prepare-review.ts';
import { reviewPullRequest } from './jobs/review-pull-request.ts';
import { VERSION } from './lib/version.ts';
import { InputError } from './model/errors.ts';
import type { ModelEntry } from './model/model-entry.ts';
import type { Plan } from './model/plan.ts';
import { checkOutgoingAddress, listAllowedHosts } from './models/registry/addresses.ts';
import type { ModelRegistry } from './ports/model-registry.ts';
import type { MonthlySpending } from './ports/monthly-spending.ts';
import type { Health } from './ports/provider.ts';
import { createJobQueue } from './queue/job-queue.ts';
import { startSweeper } from './queue/sweeper.ts';
import { registry as plugins } from './registry.ts';
import type { Database } from './storage/database.ts';
import { migrate } from './storage/migrate.ts';
import { createDatabaseSpending } from './storage/monthly-spending.ts';
import { openDatabase } from './storage/open-database.ts';
import { createStore } from './storage/store.ts';

/** Scans that one process works on at once. Calls to models have limits of their own. */
const CONCURRENT_SCANS = 2;

/** A scan that is being published when the process is told to stop has this long to end; others are given back. */
const STOP_GRACE_MS = 10_000;

/** What runs behind the listening server. */
export interface ServerParts {
  /** Ends it in order: what is being published ends, other scans are given back. */
  stop(): Promise<void>;
}

/**
 * The App behind the listening server: database, queue, webhooks and workers, as its role says. Calls `handOver` with
 * what answers requests as soon as they can be answered.
 */
export async function composeServer(env: AppEnvironment, logger: Logger, handOver: (handler: Handler) => void): Promise<ServerParts> {
  const log: ReviewJobContext['log'] = (level, message) => logger[level](redact(message));
  const onError = (error: unknown) => log('error', error instanceof Error ? error.message : String(error));

  const database = await openDatabase({ databaseUrl: env.databaseUrl, dataDir: env.dataDir });
  const applied = await migrate(database, MIGRATIONS);
  log('info', `database: ${database.kind} at ${database.place}, ${applied} migrations applied`);
  const queue = await createJobQueue(database, { onError });
  const store = createStore(database, { enqueueIn: queue.enqueueIn });
  if (database.kind === 'pglite') await store.takeOverLeases();
  const state = keepInDatabase(env, database);
  if (env.modelsFile !== undefined) await registerFromFile(state.registry, env.modelsFile, log);

  const probot = createProbot(env, logger);
  const stopping = new AbortController();
  const { appId, role } = env;
  const host = createGitHubHost({
    appId,
    clientFor: (installationId) => probot.auth(installationId),
    appClient: () => probot.auth(),
    log: store,
    wait: (ms, signal) => wait(ms, undefined, { signal }),
  });

  const findPullRequest = async (head: LooseHead) => {
    const [pull] = await findPullRequestsOfHead(await probot.auth(head.installationId), head);
    return pull === undefined ? null : { ...head, ...pull };
  };
  if (role !== 'worker') {
    const middleware = await createNodeMiddleware(createApp({ store, log, findPullRequest }), { probot });
    handOver(async (request, response) => {
      const handled = (await middleware(request, response)) === true;
      if (handled && response.statusCode >= 400) log('warn', `${request.method} ${request.url} was answered ${response.statusCode}`);
      return handled;
    });
  } else {
    handOver(() => false);
  }

  const sweeper = role === 'web' ? null : startSweeper({ store, queue, onError });
  if (role !== 'web') {
    const ctx = reviewContext(env, state, database, onError, { store, host, log, signal: stopping.signal });
    await queue.work(CONCURRENT_SCANS, (scanId) => reviewPullRequest(scanId, ctx));
  }

  return {
    async stop() {
      log('info', 'stopping');
      await sweeper?.stop();
      stopping.abort(new Error('the server is stopping'));
      await queue.stop(STOP_GRACE_MS);
      await store.close();
    },
  };
}

/** The models of the file are registered at each start: what it names is as it says, what it does not name stays. */
async function registerFromFile(registry: ModelRegistry, file: string, log: ReviewJobContext['log']): Promise<void> {
  const done = await registry.import(await readModelsFile(file), file);
  const changed = done.filter(({ change }) => change !== 'unchanged').length;
  log('info', `models: ${done.length} in ${file}, ${changed} of them new or changed`);
}

async function readModelsFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new InputError(`AEGIS_MODELS_FILE names ${file}, which cannot be read`, { hint: 'Check the path and its permissions.', cause });
  }
}

/** An availability that did not change is written again only when it is older than this, milliseconds. */
const FRESH_MS = 5 * 60_000;

/** What a check of a scan found of a registered model. One that a repository defined is not in the registry. */
async function keepHealth(state: KeptState, entry: ModelEntry, health: Health & { readonly latencyMs: number }): Promise<void> {
  const known = (await state.registry.list()).find(({ model_id }) => model_id === entry.model_id);
  if (known === undefined || !isDeepStrictEqual(known.settings, entry.settings)) return;
  const availability = health.available ? 'available' : 'unavailable';
  const age = Date.now() - Date.parse(known.availability_checked_at ?? '1970-01-01T00:00:00Z');
  if (known.availability === availability && age < FRESH_MS) return;
  await state.noteHealth(entry.model_id, health);
  await state.registry.updateAvailability(entry.model_id, availability, new Date().toISOString());
}

function reviewContext(
  env: AppEnvironment,
  state: KeptState,
  database: Database,
  onError: (error: unknown) => void,
  parts: Pick<ReviewJobContext, 'store' | 'host' | 'log' | 'signal'>,
): ReviewJobContext {
  const scanner = composeScanner(env, { ...state, seen: (entry, health) => void keepHealth(state, entry, health).catch(onError) });
  const allowed = listAllowedHosts(env.allowedHosts, operatorAddresses(env));
  /** Entries of the registry: the operator's word, other than what a repository defines. */
  const owned = new WeakSet<ModelEntry>();
  const deps: PrepareDeps = {
    host: parts.host,
    known,
    async resolvePlan(config, { owner, repo }) {
      const registered = await state.registry.list();
      for (const entry of registered) owned.add(entry);
      const secrets = new Map((await state.secrets?.list())?.map((secret) => [secret.name, secret]));
      const source = planSource(
        env,
        registered,
        {
          kind: 'repository',
          inlineModels: env.inlineModels,
          checkAddress: (url) => checkOutgoingAddress(url, allowed),
          runsCode: (type) => plugins.providers.some((provider) => provider.type === type && provider.runsCode),
          checkSecret(name, entry) {
            const secret = secrets.get(name);
            // A key that names no repository is for models of the registry.
            if (secret === undefined || secret.repositories.length === 0) return `there is no stored key ${name} for this repository`;
            return refuseSecret(secret, endpointOf(entry, env) ?? undefined, `${owner}/${repo}`);
          },
        },
        { pipelines: await state.pipelines.list(), monthlyUsd: readMonthlyUsd(env) },
      );
      return resolvePlan(config, {}, source);
    },
    scan: (change, plan, world) =>
      scanner.scan(change, plan, {
        ...world,
        emit: () => undefined,
        cache: true,
        wantsOutput: false,
        monthly: monthlyOf(plan, database, world.scanId),
        caller: (entry) => ({ owned: owned.has(entry), repository: world.repository }),
      }),
  };
  return {
    ...parts,
    worker: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
    version: VERSION,
    webUrl: env.gheHost === undefined ? 'https://github.com' : `${env.gheProtocol}://${env.gheHost}`,
    prepare: (pull) => prepareReview(pull, deps),
  };
}

/** What the scans of the repository may spend this month, counted in the database for all processes. */
function monthlyOf({ budget }: Plan, { db }: Database, scanId: string): MonthlySpending | null {
  return budget.monthlyUsd === null ? null : createDatabaseSpending(db, { scanId, limitUsd: budget.monthlyUsd });
}

function createProbot(env: AppEnvironment, logger: Logger): Probot {
  // Probot logs a stack for every forged webhook and for every request that we word and log ourselves.
  const asksForAll = logger.isLevelEnabled('debug');
  return new Probot({
    appId: env.appId,
    privateKey: env.privateKey,
    secret: env.webhookSecret,
    log: asksForAll ? logger : logger.child({}, { level: 'fatal' }),
    // The job is tried again as a whole, with everything that is there already left as it is. Octokit's own retries
    // stack up with those of its authentication: a host that is down would hold an attempt for minutes.
    Octokit: ProbotOctokit.defaults({ retry: { enabled: false } }),
    ...(env.gheHost !== undefined && { baseUrl: `${env.gheProtocol}://${env.gheHost}/api/v3` }),
  });
}
