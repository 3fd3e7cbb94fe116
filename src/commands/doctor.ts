import type { Command } from 'commander';
import { readLayers } from '#config/read-config.ts';
import type { ResolvedPlan } from '#config/resolve-plan.ts';
import { openRepository } from '#git/repository.ts';
import { askGit } from '#git/run-git.ts';
import { explainFault } from '#lib/explain-fault.ts';
import { ConfigError, type ConfigProblem } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { Plan } from '#model/plan.ts';
import type { Health } from '#ports/provider.ts';
import type { SeatModel } from '#ports/runner.ts';
import { readConfigFiles } from './config-file.ts';
import type { ReviewDeps } from './review-deps.ts';
import { safeText } from './safe-text.ts';

export interface DoctorDeps extends Pick<ReviewDeps, 'io' | 'cwd' | 'known' | 'resolvePlan' | 'signal' | 'exit'> {
  /** Of the Node.js that runs this: `20.19.0`. */
  readonly nodeVersion: string;
  /** Asks GitHub who the App is; null where none is configured. */
  readonly checkGitHub: ((signal: AbortSignal) => Promise<Health>) | null;
  /** Opens the database; null where there is none yet. */
  readonly checkDatabase: ((signal: AbortSignal) => Promise<Health>) | null;
  /** Connects models, in the order of their entries. Throws `InputError` for one that cannot work. */
  connect(entries: readonly ModelEntry[]): Promise<readonly Pick<SeatModel, 'health'>[]>;
}

/** `off`: not configured, which is no fault. */
interface Diagnosis {
  readonly name: string;
  readonly status: 'fine' | 'fault' | 'off';
  /** What is so; for a fault, with what to do. */
  readonly detail: string;
}

/** One check may take so long; a server that does not answer must not hold the others. */
const PATIENCE_MS = 10_000;
const MARKS = { fine: '✔', fault: '✖', off: '–' } as const;

/** `aegis doctor`: what is needed, what is there, and how to mend what is not. */
export function registerDoctor(program: Command, deps: DoctorDeps): void {
  program
    .command('doctor')
    .description(
      'Check Git, GitHub credentials, database, configuration and models, and say how to mend each fault. Exit code: 1 for a fault, else 0.',
    )
    .action(async () => {
      const diagnoses = await examine(deps);
      const width = Math.max(...diagnoses.map(({ name }) => name.length));
      for (const { name, status, detail } of diagnoses) {
        deps.io.out(safeText(`${MARKS[status]} ${name.padEnd(width)}  ${detail.replaceAll('\n', `\n${' '.repeat(width + 4)}`)}\n`));
      }
      deps.exit(diagnoses.some(({ status }) => status === 'fault') ? 1 : 0);
    });
}

async function examine(deps: DoctorDeps): Promise<Diagnosis[]> {
  const [git, repository, github, database, configured] = await Promise.all([
    checkGit(deps.cwd),
    checkRepository(deps.cwd),
    checkService('GitHub', deps.checkGitHub, 'no App is configured (APP_ID); only `aegis serve` needs one', deps.signal),
    checkService('Database', deps.checkDatabase, 'none yet; `aegis serve` makes one when it starts', deps.signal),
    checkConfig(deps),
  ]);
  const models = configured.plan === null ? [] : await checkModels(configured.plan, deps);
  return [checkNode(deps.nodeVersion), git, repository, github, database, configured.diagnosis, ...models];
}

/** The versions of `engines` in package.json. */
function checkNode(version: string): Diagnosis {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (!fits) return { name: 'Node.js', status: 'fault', detail: `${version} does not run Aegis: install 24, or at least 20.19 or 22.12.` };
  return { name: 'Node.js', status: 'fine', detail: major < 22 ? `${version} (its support has ended; 24 is recommended)` : version };
}

async function checkGit(cwd: string): Promise<Diagnosis> {
  try {
    const version = (await askGit(cwd, ['--version'])).toString('utf8').trim();
    return { name: 'Git', status: 'fine', detail: version.replace(/^git version /, '') };
  } catch (error) {
    return { name: 'Git', status: 'fault', detail: explainFault(error) };
  }
}

async function checkRepository(cwd: string): Promise<Diagnosis> {
  try {
    return { name: 'Repository', status: 'fine', detail: (await openRepository(cwd)).root };
  } catch (error) {
    return { name: 'Repository', status: 'off', detail: explainFault(error) };
  }
}

async function checkService(
  name: string,
  check: ((signal: AbortSignal) => Promise<Health>) | null,
  off: string,
  signal: AbortSignal,
): Promise<Diagnosis> {
  if (check === null) return { name, status: 'off', detail: off };
  return toDiagnosis(name, await inTime(check, signal));
}

async function checkConfig(deps: DoctorDeps): Promise<{ diagnosis: Diagnosis; plan: Plan | null }> {
  const name = 'Configuration';
  try {
    const { source, layers } = await readConfigFiles(deps.cwd, undefined);
    const { config } = readLayers(layers, deps.known);
    const { plan }: ResolvedPlan = await deps.resolvePlan(config, {});
    return {
      diagnosis: {
        name,
        status: 'fine',
        detail: layers.length === 0 ? `no ${source}; the defaults hold` : `${config.sources.join(' over ')} is valid`,
      },
      plan,
    };
  } catch (error) {
    const detail =
      error instanceof ConfigError ? [`${error.message}:`, ...error.problems.map(showProblem)].join('\n') : explainFault(error);
    return { diagnosis: { name, status: 'fault', detail }, plan: null };
  }
}

/** `3:1 reveiw: unknown key …`; the error says of which file, or the problem does. */
function showProblem({ source, line, column, key, message }: ConfigProblem): string {
  return `${source === undefined ? '' : `${source}:`}${line}:${column} ${key}: ${message}`;
}

/** Each model once, however many seats it has. */
async function checkModels(plan: Plan, deps: DoctorDeps): Promise<Diagnosis[]> {
  const entries = new Map([...plan.seats, ...plan.reserves].map(({ model }) => [model.model_id, model]));
  return await Promise.all(
    [...entries.values()].map(async (entry) => {
      const health = await inTime(async (signal) => {
        const [model] = await deps.connect([entry]);
        return model === undefined ? { available: false, detail: 'it cannot be connected' } : await model.health(signal);
      }, deps.signal);
      return toDiagnosis(entry.model_id, health);
    }),
  );
}

function toDiagnosis(name: string, health: Health): Diagnosis {
  return { name, status: health.available ? 'fine' : 'fault', detail: health.detail };
}

/** Waits for a check that may not heed its signal. A check that throws has found a fault. */
async function inTime(check: (signal: AbortSignal) => Promise<Health>, signal: AbortSignal): Promise<Health> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const late = new Promise<Health>((resolve) => {
    limit.addEventListener('abort', () => resolve({ available: false, detail: `no answer within ${PATIENCE_MS / 1000} s` }), {
      once: true,
    });
  });
  const checked = check(limit).catch((error: unknown) => ({ available: false, detail: explainFault(error) }));
  const health = await Promise.race([checked, late]);
  signal.throwIfAborted();
  return health;
}
