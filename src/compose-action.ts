import { mkdir, mkdtemp, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { resolve as resolveModule } from 'import-meta-resolve';
import type { ActionContext, ActionParts } from './action/context.ts';
import { createActionIo } from './action/create-io.ts';
import { guardEnvironment, refuseOwnCode } from './action/guard-checkout.ts';
import { type ActionInputs, folderOf } from './action/inputs.ts';
import type { ActionJob } from './action/job.ts';
import { createMemoryLog } from './action/memory-log.ts';
import { requireVendors } from './action/require-vendors.ts';
import { createFileSpending } from './archive/file-spending.ts';
import { cacheFolder, composeScanner, known, planSource } from './compose.ts';
import { openCheckout } from './compose-checkout.ts';
import { openFileState } from './compose-state.ts';
import { CONFIG_FILES } from './config/config-files.ts';
import { readEnvironment } from './config/env.ts';
import { strategyNames } from './config/known-parts.ts';
import { readMonthlyUsd } from './config/monthly-usd.ts';
import { resolvePlan } from './config/resolve-plan.ts';
import { createGitHubHost } from './github/github-host.ts';
import { createMemoryPace } from './github/memory-pace.ts';
import { connectWithToken } from './github/token-client.ts';
import { createTokenIdentity } from './github/token-identity.ts';
import { prepareReview } from './jobs/prepare-review.ts';
import { VERSION } from './lib/version.ts';
import { InputError } from './model/errors.ts';
import type { Plan } from './model/plan.ts';
import { registry } from './registry.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const now = () => performance.now();
const pause = (ms: number, stop: AbortSignal) => wait(ms, undefined, { signal: stop });

/** What a step of a workflow needs, from its environment. Models, plans and GitHub are opened when the inputs are known. */
export function composeAction(variables: Variables, out: (text: string) => void, signal: AbortSignal): ActionContext {
  return {
    variables,
    io: createActionIo(variables, out),
    reporters: registry.reporters,
    choices: { formats: registry.reporters.map(({ id }) => id), strategies: strategyNames(known) },
    version: VERSION,
    now: () => new Date().toISOString().slice(0, 19),
    signal,
    open: (inputs, job) => openParts(inputs, job, variables, signal),
  };
}

async function openParts(inputs: ActionInputs, job: ActionJob, variables: Variables, signal: AbortSignal): Promise<ActionParts> {
  const folder = folderOf(inputs, variables);
  const temporary = variables['RUNNER_TEMP'] ?? '.';
  await mkdir(temporary, { recursive: true });
  const overApi = job.kind === 'pull-request' || job.kind === 'merge-group';
  const env = guardEnvironment(readEnvironment(variables), { workspace: folderOf({ workingDirectory: '.' }, variables), overApi });
  // What a path of the configuration names must not be found among the files of the change.
  process.chdir(overApi ? await mkdtemp(join(temporary, 'aegis-empty-')) : await requireFolder(folder, inputs.workingDirectory));
  const state = openFileState(env);
  const scanner = composeScanner(env, state);
  const client = connectWithToken(inputs.token, variables);
  const host = createGitHubHost({
    appId: 0,
    identity: createTokenIdentity(client),
    clientFor: async () => client,
    appClient: async () => client,
    log: createMemoryLog(),
    pace: createMemoryPace({ now, wait: pause }),
    wait: pause,
    now,
    signal,
  });
  const overrides = { ...(inputs.models && { models: inputs.models }), ...(inputs.strategy && { strategy: inputs.strategy }) };
  const monthlyOf = ({ budget: { monthlyUsd } }: Plan, repository: string) =>
    monthlyUsd === null ? null : createFileSpending(join(cacheFolder(env), 'spending.json'), { repository, limitUsd: monthlyUsd });
  return {
    host,
    checkout: openCheckout(folder),
    webUrl: variables['GITHUB_SERVER_URL'] ?? 'https://github.com',
    temporaryFolder: temporary,
    async prepare(pull, texts) {
      const prepared = await prepareReview(pull, {
        host: texts,
        known,
        files: configFiles(inputs),
        async resolvePlan(config) {
          const more = { pipelines: await state.pipelines.list(), monthlyUsd: readMonthlyUsd(env) };
          // Whoever may write to the base may also write its workflows: the configuration is the owner's word.
          return resolvePlan(config, overrides, planSource(env, await state.registry.list(), { kind: 'owner' }, more));
        },
        async scan(change, plan, world) {
          if (overApi) refuseOwnCode(plan);
          requireVendors(plan, isInstalled);
          return await scanner.scan(change, plan, {
            ...world,
            ...{ cache: true, wantsOutput: false, keep: null, monthly: monthlyOf(plan, world.repository) },
            caller: () => ({ owned: true, repository: null }),
          });
        },
      });
      return { ...prepared, settings: overrideSettings(prepared.settings, inputs) };
    },
  };
}

/** The file that the inputs name takes the place of the nearest. */
function configFiles({ config }: ActionInputs): readonly string[] {
  const [nearest, ...others] = CONFIG_FILES;
  return [...new Set([config ?? nearest, ...others])];
}

function overrideSettings<T extends Awaited<ReturnType<typeof prepareReview>>['settings']>(settings: T, inputs: ActionInputs): T {
  const { failOn, uploadSarif } = inputs;
  const failing = failOn === null ? {} : { failRule: { severity: failOn, paths: [] } };
  return { ...settings, ...failing, sarif: { ...settings.sarif, ...(uploadSarif !== 'auto' && { enabled: uploadSarif }) } };
}

async function requireFolder(folder: string, named: string): Promise<string> {
  if ((await stat(folder).catch(() => null))?.isDirectory()) return folder;
  throw new InputError(`there is no folder ${named} in the workspace`, {
    hint: 'Mend the input working-directory, or check the repository out first.',
  });
}

function isInstalled(name: string): boolean {
  try {
    resolveModule(name, import.meta.url);
    return true;
  } catch {
    return false;
  }
}
