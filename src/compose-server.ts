import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createNodeMiddleware, Probot, ProbotOctokit } from 'probot';
import type { Handler } from './api/front.ts';
import { createApp } from './app.ts';
import { MIGRATIONS } from './compose.ts';
import { composeReviews } from './compose-review.ts';
import { keepInDatabase } from './compose-server-state.ts';
import type { AppEnvironment } from './config/env.ts';
import { createGitHubHost, type GitHubHostOptions } from './github/github-host.ts';
import { findPullRequestsOfHead } from './github/pull-request.ts';
import { redact } from './github/redact.ts';
import { startRedelivery } from './github/redeliver.ts';
import type { LooseHead } from './github/webhook.ts';
import type { ReviewJobContext } from './jobs/context.ts';
import { readFeedback } from './jobs/read-feedback.ts';
import { reviewPullRequest } from './jobs/review-pull-request.ts';
import { runTask } from './jobs/run-task.ts';
import type { TaskContext } from './jobs/tasks/context.ts';
import { VERSION } from './lib/version.ts';
import { InputError } from './model/errors.ts';
import type { ModelRegistry } from './ports/model-registry.ts';
import { TASK_JOB } from './ports/store.ts';
import { createJobQueue } from './queue/job-queue.ts';
import { startSweeper } from './queue/sweeper.ts';
import { migrate } from './storage/migrate.ts';
import { openDatabase } from './storage/open-database.ts';
import { createRepositoryJudgements } from './storage/repository-judgements.ts';
import { createStore } from './storage/store.ts';
import { createDatabasePace } from './storage/write-pace.ts';

/** Scans and tasks that one process works on at once: a task is short, and should not wait for two scans. Calls to models have limits of their own. */
const CONCURRENT_JOBS = 3;

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
  const { signal } = stopping;
  const { role } = env;
  const pause = (ms: number, stop: AbortSignal = signal) => wait(ms, undefined, { signal: stop });
  const appClient = () => probot.auth();
  const host = createGitHubHost({
    appId: env.appId,
    clientFor: (installationId) => probot.auth(installationId),
    appClient,
    log: store,
    ...(env.writePace === 'off' ? UNPACED : { pace: createDatabasePace(database.db, { wait: pause }) }),
    wait: pause,
    now: Date.now,
    signal,
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
  const redelivery = role === 'worker' ? null : startRedelivery({ appClient, log, now: Date.now, every });
  if (role !== 'web') {
    const reviews = composeReviews(env, { host, state, database, onError });
    const worker = { store, host, log, signal, worker: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}` };
    const tasks: TaskContext = { ...worker, judgements: createRepositoryJudgements(database.db), explain: reviews.explain };
    const ctx: ReviewJobContext = {
      ...worker,
      version: VERSION,
      webUrl: env.gheHost === undefined ? 'https://github.com' : `${env.gheProtocol}://${env.gheHost}`,
      prepare: reviews.prepare,
      async readFeedback(ref) {
        await readFeedback(ref, tasks).catch((error: unknown) => log('warn', `reactions could not be read: ${String(error)}`));
      },
    };
    await queue.work(CONCURRENT_JOBS, (jobId) =>
      jobId.startsWith(TASK_JOB) ? runTask(jobId.slice(TASK_JOB.length), tasks) : reviewPullRequest(jobId, ctx),
    );
  }

  return {
    async stop() {
      log('info', 'stopping');
      await sweeper?.stop();
      stopping.abort(new Error('the server is stopping'));
      await redelivery?.stop();
      await queue.stop(STOP_GRACE_MS);
      await store.close();
    },
  };
}

/** For a server without limits. */
const UNPACED: Pick<GitHubHostOptions, 'pace' | 'pointsAMinute'> = {
  pace: { take: async () => undefined },
  pointsAMinute: Number.POSITIVE_INFINITY,
};

function every(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms);
  timer.unref();
  return () => clearInterval(timer);
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

function createProbot(env: AppEnvironment, logger: Logger): Probot {
  // Probot logs a stack for every forged webhook and for every request that we word and log ourselves.
  const asksForAll = logger.isLevelEnabled('debug');
  return new Probot({
    appId: env.appId,
    privateKey: env.privateKey,
    secret: env.webhookSecret,
    log: asksForAll ? logger : logger.child({}, { level: 'fatal' }),
    // The host tries again and keeps the pace, for all processes together. Octokit's own retries stack up with those of
    // its authentication: a host that is down would hold an attempt for minutes.
    Octokit: ProbotOctokit.defaults((options: { readonly throttle?: object }) => ({
      ...options,
      retry: { enabled: false },
      // Probot's own options would take the place of an object.
      throttle: { ...options.throttle, enabled: false },
    })),
    ...(env.gheHost !== undefined && { baseUrl: `${env.gheProtocol}://${env.gheHost}/api/v3` }),
  });
}
