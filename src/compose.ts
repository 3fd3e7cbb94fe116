import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScanContext } from '#pipeline/context.ts';
import { explainFinding } from '#pipeline/explain-finding.ts';
import { previewScan, type ScanPreview } from '#pipeline/preview/preview-scan.ts';
import { scan } from '#pipeline/scan.ts';
import type { AnswerCache } from '#ports/answer-cache.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import type { EventSink } from '#ports/events.ts';
import type { Judgements } from '#ports/judgements.ts';
import type { MonthlySpending } from '#ports/monthly-spending.ts';
import type { AnswerReader } from '#ports/parser.ts';
import type { Health, QuirkMemory } from '#ports/provider.ts';
import type { Runner, SeatModel } from '#ports/runner.ts';
import type { SecretStore } from '#ports/secret-store.ts';
import type { Strategy } from '#ports/strategy.ts';
import { type Caller, createProviderEnv, openSecrets } from './compose-env.ts';
import type { Environment } from './config/env.ts';
import type { KnownParts } from './config/known-parts.ts';
import { readMostCalls } from './config/most-calls.ts';
import type { Trust } from './config/resolve-models.ts';
import type { PlanSource } from './config/resolve-plan.ts';
import { loadExport } from './lib/load-export.ts';
import { systemClock } from './lib/system-clock.ts';
import type { ChangeSet } from './model/change-set.ts';
import { InputError } from './model/errors.ts';
import type { Finding } from './model/finding.ts';
import type { Memory } from './model/lifecycle.ts';
import type { ModelEntry } from './model/model-entry.ts';
import type { Plan } from './model/plan.ts';
import type { ScanRecord } from './model/scan-record.ts';
import type { ScanResult } from './model/scan-result.ts';
import { createAnswerFlights } from './models/calls/answers/answer-flights.ts';
import { createEndpointGates } from './models/calls/endpoint-gates.ts';
import { createMemoryQuirks } from './models/calls/file-quirks.ts';
import { createRepositoryGates } from './models/calls/repository-gates.ts';
import { seatModel } from './models/calls/seat-model.ts';
import { staysLocal } from './models/calls/stays-local.ts';
import { adoptParser } from './models/parsers/_custom/adopt-parser.ts';
import { builtInEntries, entryFromDefinition, entryFromReference } from './models/registry/make-entry.ts';
import { createCustomRunner } from './pipeline/runners/_custom/create-custom-runner.ts';
import { registry } from './registry.ts';
import { countSourceFaults } from './syntax/count-source-faults.ts';
import { findDefinition } from './syntax/find-definition.ts';
import { outlineOf } from './syntax/outline.ts';

/** The parts that configuration may name. */
export const known: KnownParts = {
  providers: registry.providers,
  parsers: registry.parsers,
  strategies: registry.strategies.map((strategy) => strategy.id),
};

/** The models that are there without any registration. */
export const builtIn: readonly ModelEntry[] = builtInEntries(registry.providers);

/** What plans are made from: the models of the registry, and the trust in whoever wrote the configuration. */
export function planSource(
  env: Environment,
  registered: readonly ModelEntry[],
  trust: Trust,
  more: Partial<Pick<PlanSource, 'pipelines' | 'monthlyUsd'>> = {},
): PlanSource {
  return {
    strategies: known.strategies,
    pipelines: [],
    monthlyUsd: null,
    ...more,
    registered,
    fromReference: (reference) => entryFromReference(reference, registry.providers, registered),
    fromDefinition: (definition) => entryFromDefinition(definition, registry.providers, registry.parsers),
    readsPrompt: (entry) => providerOf(entry).reads(entry) === 'prompt',
    isLocal: (entry) => isLocal(entry, env),
    trust,
  };
}

/** Migrations lie beside the package, for the sources and for the bundle alike. */
export const MIGRATIONS = fileURLToPath(new URL('../drizzle', import.meta.url));

/** What surrounds one change: where its files are read, who listens, and how it is stopped. */
export interface World {
  readonly reader: CodeReader;
  /** `.gitattributes` of the base. */
  readonly attributes: string | null;
  readonly signal: AbortSignal;
  readonly emit: EventSink;
  /** Whether answers that were given before are taken, and new ones kept. */
  readonly cache: boolean;
  /** Whether somebody reads the text of answers while it is written. */
  readonly wantsOutput: boolean;
  /** What all scans of the repository may spend this month; null where no such limit holds. */
  readonly monthly: MonthlySpending | null;
  /** What is known from earlier scans, dismissals and baselines. */
  readonly memory: Memory;
  /** Takes the record of a scan that has ended; null where none is kept. */
  readonly keep: ((record: ScanRecord) => void) | null;
  /** For whom each model is called. */
  caller(entry: ModelEntry): Caller;
}

/** What is kept between scans, wherever it is kept. */
export interface ScannerParts {
  /** The secret under which untrusted text is fenced. */
  fenceSecret(): Promise<string>;
  /** Null where no key to read them with is set. */
  readonly secrets: SecretStore | null;
  readonly quirks: QuirkMemory;
  readonly cache: AnswerCache;
  /** What people judged of findings, for `weights: auto`. */
  readonly judgements: Judgements;
  /** Told what each health check of a scan found. Never throws, and is not waited for. */
  seen?(entry: ModelEntry, health: Health & { readonly latencyMs: number }): void;
}

type ConnectOptions = Pick<World, 'cache' | 'caller'>;

export interface Scanner {
  scan(change: ChangeSet, plan: Plan, world: World): Promise<ScanResult>;
  /** Has one finding of an earlier scan explained. */
  explain(finding: Finding, change: ChangeSet, plan: Plan, world: World): Promise<Finding>;
  /** What a scan would ask of whom and could cost. Connects models, and calls none. */
  preview(change: ChangeSet, plan: Plan, world: Pick<World, 'reader' | 'attributes' | 'signal' | 'caller'>): Promise<ScanPreview>;
  /** The models of the entries, connected, in their order. Throws `InputError` for one that cannot work. */
  connect(entries: readonly ModelEntry[], options: ConnectOptions): Promise<readonly SeatModel[]>;
}

/** Everything that carries a scan out, made once for a process: its calls share the limits of each endpoint. */
export function composeScanner(env: Environment, parts: ScannerParts): Scanner {
  const gates = createEndpointGates(readMostCalls(env));
  const flights = createAnswerFlights();

  const connect: Scanner['connect'] = async (entries, { cache, caller }) => {
    const secrets = await openSecrets(entries, parts.secrets);
    const readsPrompt = entries.some((entry) => providerOf(entry).reads(entry) === 'prompt');
    // A detector has no prompt to fence: a review without configuration leaves no file behind.
    const fenceSecret = readsPrompt ? await parts.fenceSecret() : '';
    return await Promise.all(
      entries.map(async (entry) => {
        const whose = caller(entry);
        const seat = seatModel({
          entry,
          provider: providerOf(entry),
          reader: await readerOf(entry),
          env: createProviderEnv(env, { secrets, quirks: parts.quirks, caller: whose }),
          fenceSecret,
          gates: whose.owned ? gates : createRepositoryGates(gates, whose.repository ?? ''),
          cache: cache ? parts.cache : null,
          flights,
          clock: systemClock,
        });
        return {
          ...seat,
          async health(signal) {
            const startedAt = systemClock.now();
            const health = await seat.health(signal);
            if (!signal.aborted) parts.seen?.(entry, { ...health, latencyMs: systemClock.now() - startedAt });
            return health;
          },
        };
      }),
    );
  };

  return {
    connect,
    preview: (change, plan, { caller, ...world }) =>
      previewScan(change, plan, {
        ...world,
        outline: outlineOf,
        runner: runnersOf(plan),
        reads: (entry) => providerOf(entry).reads(entry),
        connect: async (entry) => pick(await connect([entry], { cache: false, caller }), () => true, entry.model_id),
      }),
    scan: async (change, plan, world) => await scan(change, plan, await openContext(plan, world)),
    explain: async (finding, change, plan, world) => await explainFinding(finding, change, plan, await openContext(plan, world)),
  };

  async function openContext(plan: Plan, world: World): Promise<ScanContext> {
    const models = await connect(
      plan.seats.map((seat) => seat.model),
      world,
    );
    // A reserve that cannot work (a key that is not set) is a fault only where it is needed.
    const reserves = await Promise.allSettled(plan.reserves.map(async ({ model }) => await connect([model], world)));
    return {
      ...world,
      outline: outlineOf,
      findDefinition,
      countFaults: countSourceFaults,
      clock: systemClock,
      strategyOf,
      runner: runnersOf(plan),
      records: plan.consensus.learned ? await parts.judgements.records() : [],
      model(seatId) {
        const seat = models[plan.seats.findIndex(({ id }) => id === seatId)];
        if (seat !== undefined) return seat;
        const reserve = pick(reserves, (_, at) => plan.reserves[at]?.id === seatId, seatId);
        if (reserve.status === 'rejected') throw reserve.reason;
        return pick(reserve.value, () => true, seatId);
      },
    };
  }
}

/** A vote by its id. */
export function strategyOf(id: string): Strategy {
  return pick(registry.strategies, (strategy) => strategy.id === id, id);
}

/** The runners of a plan: those of Aegis, and those of the roles that it defines. */
export function runnersOf({ roles }: Pick<Plan, 'roles'>): (role: string) => Runner {
  return (role) => {
    const custom = Object.hasOwn(roles, role) ? roles[role] : undefined;
    return custom === undefined ? pick(registry.runners, (runner) => runner.role === role, role) : createCustomRunner(role, custom);
  };
}

/** Where a person's own state is kept between runs: `AEGIS_CACHE_DIR`, else the cache folder of the system. */
export function cacheFolder(env: Environment): string {
  return env.cacheDir ?? join(env.xdgCacheHome ?? join(homedir(), '.cache'), 'aegis');
}

/** The provider of an entry. */
export function providerOf(entry: ModelEntry) {
  return pick(registry.providers, (provider) => provider.type === entry.model_type, entry.model_type);
}

/** Where calls of an entry go: `scheme://host:port`, or null for this machine. Needs no key. */
export function endpointOf(entry: ModelEntry, env: Environment): string | null {
  return providerOf(entry).endpoint(entry, keyless(env));
}

/** Whether what a model is shown stays on the owner's machines. Of an address that is none nobody knows where it leads. */
function isLocal(entry: ModelEntry, env: Environment): boolean {
  try {
    return staysLocal({ entry, provider: providerOf(entry), env: keyless(env) });
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

function keyless(env: Environment) {
  return createProviderEnv(env, { secrets: new Map(), quirks: createMemoryQuirks(), caller: { owned: false, repository: null } });
}

/** What reads an entry's answers: a registered parser, or the user's own. Throws `InputError` where that cannot be had. */
async function readerOf({ model_id, parser_id, parser_config }: ModelEntry): Promise<AnswerReader> {
  if (!parser_id.includes('#')) return pick(registry.parsers, (parser) => parser.id === parser_id, parser_id).open(parser_config);
  const parser = adoptParser(await loadExport(parser_id, process.cwd()), parser_id);
  // That of a registered parser was checked when the entry was made; this one was not there yet.
  const config = parser.config.safeParse(parser_config);
  if (config.success) return parser.open(config.data);
  const problems = config.error.issues.map(({ path, message }) => `${['parser_config', ...path].join('.')} ${message}`);
  throw new InputError(`The parser of the model ${model_id} has wrong settings: ${problems.join('; ')}`, { hint: 'Mend its definition.' });
}

/** The registered part. Plans are made of registered names, so a missing one is a fault of ours. */
function pick<T>(parts: readonly T[], matches: (part: T, at: number) => boolean, name: string): T {
  const found = parts.find(matches);
  if (found === undefined) throw new TypeError(`nothing is registered as ${name}`);
  return found;
}
