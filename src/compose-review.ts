import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { composeScanner, endpointOf, known, planSource } from './compose.ts';
import { operatorAddresses, refuseSecret } from './compose-env.ts';
import type { KeptState } from './compose-state.ts';
import type { AppEnvironment } from './config/env.ts';
import { readMonthlyUsd } from './config/monthly-usd.ts';
import { resolvePlan } from './config/resolve-plan.ts';
import type { PreparedReview } from './jobs/context.ts';
import { type PrepareDeps, prepareReview } from './jobs/prepare-review.ts';
import type { Finding } from './model/finding.ts';
import { NO_MEMORY } from './model/lifecycle.ts';
import type { ModelEntry } from './model/model-entry.ts';
import type { Plan } from './model/plan.ts';
import type { PullRequest } from './model/publication.ts';
import { checkOutgoingAddress, listAllowedHosts } from './models/registry/addresses.ts';
import type { CodeHost } from './ports/code-host.ts';
import type { MonthlySpending } from './ports/monthly-spending.ts';
import type { Health } from './ports/provider.ts';
import { registry as plugins } from './registry.ts';
import type { Explained } from './report/replies/explanation.ts';
import type { Database } from './storage/database.ts';
import { createDatabaseSpending } from './storage/monthly-spending.ts';

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

/** How reviews of pull requests are prepared and carried out by a server. */
export interface Reviews {
  prepare(pull: PullRequest): Promise<PreparedReview>;
  /** Asks the explain model of the pull request's plan; see `explainFinding`. */
  explain(pull: PullRequest, finding: Finding, signal: AbortSignal): Promise<Explained | null>;
}

interface ReviewParts {
  readonly host: CodeHost;
  readonly state: KeptState;
  readonly database: Database;
  readonly onError: (error: unknown) => void;
}

/** Reviews by the configuration of a repository, of which nothing is trusted with the server's keys or network. */
export function composeReviews(env: AppEnvironment, { host, state, database, onError }: ReviewParts): Reviews {
  const scanner = composeScanner(env, { ...state, seen: (entry, health) => void keepHealth(state, entry, health).catch(onError) });
  const allowed = listAllowedHosts(env.allowedHosts, operatorAddresses(env));
  /** Entries of the registry: the operator's word, other than what a repository defines. */
  const owned = new WeakSet<ModelEntry>();
  const deps: PrepareDeps = {
    host,
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
    scan: (change, plan, world) => scanner.scan(change, plan, worldOf(plan, world)),
  };
  function worldOf<T extends { readonly scanId: string; readonly repository: string }>(plan: Plan, world: T) {
    return {
      ...world,
      cache: true,
      wantsOutput: false,
      monthly: monthlyOf(plan, database, world.scanId),
      caller: (entry: ModelEntry) => ({ owned: owned.has(entry), repository: world.repository }),
    };
  }
  const prepare: Reviews['prepare'] = (pull) => prepareReview(pull, deps);
  return {
    prepare,
    async explain(pull, finding, signal) {
      const { plan } = await prepare(pull);
      const [change, reader] = [await host.change(pull), host.reader(pull)];
      const world = {
        scanId: randomUUID(),
        repository: `${pull.owner}/${pull.repo}`,
        reader,
        attributes: null,
        signal,
        emit: () => undefined,
      };
      const { explanation, fix } = await scanner.explain(finding, change, plan, worldOf(plan, { ...world, memory: NO_MEMORY, keep: null }));
      return explanation === null ? null : { explanation, fix };
    },
  };
}

/** What the scans of the repository may spend this month, counted in the database for all processes. */
function monthlyOf({ budget }: Plan, { db }: Database, scanId: string): MonthlySpending | null {
  return budget.monthlyUsd === null ? null : createDatabaseSpending(db, { scanId, limitUsd: budget.monthlyUsd });
}
