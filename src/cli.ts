import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createFileSpending } from './archive/file-spending.ts';
import type { CommandIo } from './commands/io.ts';
import type { ProgramDeps } from './commands/program.ts';
import { runProgram } from './commands/run-program.ts';
import type { ServeOptions } from './commands/serve.ts';
import { cacheFolder, composeScanner, known, planSource, strategyOf } from './compose.ts';
import { composeCatalogues, composeDesk } from './compose-models.ts';
import { openFileState } from './compose-state.ts';
import { type Environment, readEnvironment, readServeEnvironment } from './config/env.ts';
import { readMonthlyUsd } from './config/monthly-usd.ts';
import { resolvePlan } from './config/resolve-plan.ts';
import { VERSION } from './lib/version.ts';
import { InputError } from './model/errors.ts';
import type { Budget } from './model/plan.ts';
import type { ScanRecord } from './model/scan-record.ts';
import { patientFetch } from './models/calls/patient-fetch.ts';
import { replay } from './pipeline/replay.ts';
import type { MonthlySpending } from './ports/monthly-spending.ts';
import { registry } from './registry.ts';

const cancel = new AbortController();

/** The command line: `aegis …`. */
async function main(): Promise<number> {
  const env = readEnvironment(process.env);
  const cwd = currentFolder();
  if (cwd === null) {
    process.stderr.write('aegis: the current folder is gone. Go into one that exists.\n');
    return 2;
  }
  const deps = {
    ...reviewParts(env),
    ...modelParts(env),
    ...serverParts(env),
    io: terminal(env),
    cwd,
    version: VERSION,
    nodeVersion: process.versions.node,
  };
  return await runProgram(process.argv.slice(2), { ...deps, signal: cancel.signal }, env.debug);
}

/** Null where the folder in which the process stands was removed. */
function currentFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

function reviewParts(env: Environment) {
  const state = openFileState(env);
  const scanner = composeScanner(env, state);
  const caller = () => ({ owned: true, repository: null });
  return {
    known,
    reporters: registry.reporters,
    resolvePlan: async (config, overrides) => {
      const more = { pipelines: await state.pipelines.list(), monthlyUsd: readMonthlyUsd(env) };
      return resolvePlan(config, overrides, planSource(env, await state.registry.list(), { kind: 'owner' }, more));
    },
    scan: async (change, plan, { kept, ...world }) => {
      const made: ScanRecord[] = [];
      const monthly = fileSpending(plan.budget, env);
      const result = await scanner.scan(change, plan, { ...world, caller, monthly, keep: (record) => void made.push(record) });
      // A folder that cannot be written to is no fault of the review.
      const [record] = world.cache ? made : [];
      kept(record === undefined ? null : await state.records.save(record).catch(() => null));
      return result;
    },
    connect: (entries) => scanner.connect(entries, { cache: false, caller }),
    preview: (change, plan, world) => scanner.preview(change, plan, { ...world, caller }),
  } satisfies Partial<ProgramDeps>;
}

/** What the scans of this folder may spend this month, counted on this machine. */
function fileSpending({ monthlyUsd }: Budget, env: Environment): MonthlySpending | null {
  if (monthlyUsd === null) return null;
  return createFileSpending(join(cacheFolder(env), 'spending.json'), { repository: process.cwd(), limitUsd: monthlyUsd });
}

function modelParts(env: Environment) {
  // A database is asked where there is one, unless a file is named.
  const openState = async ({ database }: { readonly database: boolean }) => {
    if (!database && (env.databaseUrl === undefined || env.modelsFile !== undefined)) return openFileState(env);
    const { openServerState } = await import('./compose-tools.ts');
    return await openServerState(env);
  };
  return {
    ...composeCatalogues(env, () => openState({ database: false })),
    now: () => new Date().toISOString(),
    isSet: (name) => (env.variable(name)?.trim() ?? '') !== '',
    async openDesk(where) {
      const state = await openState(where);
      return composeDesk(env, state, composeScanner(env, state));
    },
    async openSecrets(where) {
      const { secrets, close } = await openState(where);
      if (secrets !== null) return { ...secrets, close };
      await close();
      throw new InputError('AEGIS_SECRET_KEY is not set, so no key can be stored', {
        hint: 'Make one with `openssl rand -base64 32`, keep it, and set it wherever Aegis runs.',
      });
    },
    async openSecretNames(where) {
      const { secretNames, close } = await openState(where);
      return { ...secretNames, close };
    },
    async openPipelines(where) {
      const { pipelines, close } = await openState(where);
      return { ...pipelines, close };
    },
    // Reviews on this machine keep their scans here, whatever DATABASE_URL says.
    openArchive: async ({ database }) => (database ? await openState({ database }) : openFileState(env)),
    replay: (record, rules, records) => replay(record, rules, { strategyOf, records }),
    searchHub: async (query, options, signal) => {
      const { searchHub } = await import('./models/hub/search-hub.ts');
      const token = env.variable('HF_TOKEN');
      return await searchHub(
        query,
        {
          ...options,
          fetch: patientFetch,
          ...(env.hfEndpoint !== undefined && { endpoint: env.hfEndpoint }),
          ...(token !== undefined && { token }),
        },
        signal,
      );
    },
  } satisfies Partial<ProgramDeps>;
}

/** What needs a database or GitHub is loaded when it is asked for: a review pays for neither. */
function serverParts(env: Environment) {
  const place = { databaseUrl: env.databaseUrl, dataDir: env.dataDir };
  return {
    serve,
    migrateDatabase: async () => {
      const { migrateDatabase } = await import('./compose-tools.ts');
      return await migrateDatabase(place);
    },
    checkDatabase:
      env.databaseUrl === undefined
        ? null
        : async () => {
            const { checkDatabase } = await import('./compose-tools.ts');
            return await checkDatabase(place);
          },
    checkGitHub:
      env.variable('APP_ID') === undefined
        ? null
        : async () => {
            const { checkGitHub } = await import('./compose-tools.ts');
            return await checkGitHub(await readServeEnvironment(process.env, { role: 'all' }));
          },
  } satisfies Partial<ProgramDeps>;
}

/** Runs the server until the process is told to stop. */
async function serve(options: ServeOptions): Promise<void> {
  loadDotEnv();
  const env = await readServeEnvironment(process.env, options);
  const { startServer } = await import('./server.ts');
  const server = await startServer(env);
  await new Promise<void>((resolve) => {
    cancel.signal.addEventListener('abort', () => resolve(), { once: true });
    // It may have been told to stop while it started.
    if (cancel.signal.aborted) resolve();
  });
  await server.stop();
}

function terminal(env: Environment): CommandIo {
  return {
    out: (part) => void process.stdout.write(part),
    err: (part) => void process.stderr.write(part),
    readStdin: () => text(process.stdin),
    isTerminal: process.stderr.isTTY && !env.ci,
    color: env.color ?? (process.stdout.isTTY && process.stdout.hasColors()),
    // What is not a terminal has no edge: nothing is cut there.
    width: process.stdout.columns ?? 10_000,
  };
}

/**
 * Probot's set-up page writes the App's credentials into `.env`; variables that are set win over it. Only the server
 * reads it: the folder in which a review runs may belong to whoever wrote the change.
 */
function loadDotEnv(): void {
  try {
    process.loadEnvFile('.env');
  } catch {
    // There is none, and none is needed.
  }
}

for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => cancel.abort(new Error(`stopped by ${name}`)));
}
// A reader that has seen enough (`aegis review | head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3));

const code = await main();
// What is written must arrive, and a connection that a model's server keeps open must not hold the process.
process.stdout.write('', () => process.exit(code));
