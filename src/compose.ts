import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScanContext } from '#pipeline/context.ts';
import { cutChange } from '#pipeline/cut-change.ts';
import { scan } from '#pipeline/scan.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import type { EventSink } from '#ports/events.ts';
import type { ProviderEnv } from '#ports/provider.ts';
import type { SeatModel } from '#ports/runner.ts';
import type { ScanPreview } from './commands/review-deps.ts';
import type { Environment } from './config/env.ts';
import { installationSecret } from './config/installation-secret.ts';
import type { KnownParts } from './config/known-parts.ts';
import type { Trust } from './config/resolve-models.ts';
import type { PlanSource } from './config/resolve-plan.ts';
import { settleLedger } from './consensus/settle-ledger.ts';
import { systemClock } from './lib/system-clock.ts';
import type { ChangeSet } from './model/change-set.ts';
import { summariseLedger } from './model/coverage.ts';
import { covers, type ModelEntry } from './model/model-entry.ts';
import type { Plan } from './model/plan.ts';
import type { ScanResult } from './model/scan-result.ts';
import { createAnswerFlights } from './models/calls/answers/answer-flights.ts';
import { createEndpointGates } from './models/calls/endpoint-gates.ts';
import { patientFetch } from './models/calls/patient-fetch.ts';
import { seatModel } from './models/calls/seat-model.ts';
import { builtInEntries, entryFromDefinition, entryFromReference } from './models/registry/make-entry.ts';
import { registry } from './registry.ts';
import { outlineOf } from './syntax/outline.ts';

/** The parts that configuration may name. */
export const known: KnownParts = {
  providers: registry.providers,
  parsers: registry.parsers,
  strategies: registry.strategies.map((strategy) => strategy.id),
};

/** Models that need no registration. */
const registered: readonly ModelEntry[] = builtInEntries(registry.providers);

/** What plans are made from, for whoever wrote the configuration. */
export function planSource(trust: Trust): PlanSource {
  return {
    registered,
    fromReference: (reference) => entryFromReference(reference, registry.providers, registered),
    fromDefinition: (definition) => entryFromDefinition(definition, registry.providers, registry.parsers),
    readsPrompt: (entry) => providerOf(entry).reads(entry) === 'prompt',
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
}

export interface Scanner {
  scan(change: ChangeSet, plan: Plan, world: World): Promise<ScanResult>;
  /** The seats' models of a plan, connected; for health checks. */
  connect(plan: Plan): Promise<ReadonlyMap<string, SeatModel>>;
}

/**
 * Everything that carries a scan out, made once for a process: its calls share the limits of each endpoint. `trust`
 * says whose word the configurations are.
 */
export function composeScanner(env: Environment, stateFolder: string, trust: Trust['kind']): Scanner {
  const gates = createEndpointGates();
  const flights = createAnswerFlights();
  const providerEnv = toProviderEnv(env, trust);

  const connect = async (plan: Plan): Promise<ReadonlyMap<string, SeatModel>> => {
    const readsPrompt = plan.seats.some(({ model }) => providerOf(model).reads(model) === 'prompt');
    // A detector has no prompt to fence: a review without configuration leaves no file behind.
    const fenceSecret = readsPrompt ? await installationSecret(stateFolder) : '';
    return new Map(
      plan.seats.map((seat) => {
        const entry = seat.model;
        const parts = {
          entry,
          provider: providerOf(entry),
          reader: parserOf(entry).open(entry.parser_config),
          env: providerEnv,
          fenceSecret,
          gates,
          cache: null,
          flights,
          clock: systemClock,
        };
        return [seat.id, seatModel(parts)];
      }),
    );
  };

  return {
    connect,
    async scan(change, plan, world) {
      const models = await connect(plan);
      const ctx: ScanContext = {
        ...world,
        outline: outlineOf,
        clock: systemClock,
        strategy: pick(registry.strategies, (strategy) => strategy.id === plan.consensus.strategy, plan.consensus.strategy),
        runner: (role) => pick(registry.runners, (runner) => runner.role === role, role),
        model: (seatId) => pick([...models], ([id]) => id === seatId, seatId)[1],
      };
      return await scan(change, plan, ctx);
    },
  };
}

/** What a scan would ask of whom. Calls nothing. */
export async function previewScan(change: ChangeSet, plan: Plan, world: Omit<World, 'emit'>): Promise<ScanPreview> {
  const { chunks, left, hunks } = await cutChange(change, plan, { ...world, outline: outlineOf });
  const unasked = settleLedger({ chunks, executions: [], seats: plan.seats, minVotes: plan.consensus.minVotes, left: [] });
  const uncovered = unasked.filter(({ status }) => status === 'uncovered');
  return {
    hunks,
    chunks: chunks.length,
    tokens: chunks.reduce((sum, chunk) => sum + chunk.tokens, 0),
    calls: plan.seats.map((seat) => ({
      model: seat.model.model_id,
      role: seat.role,
      calls: chunks.filter((chunk) => chunk.files.some((file) => covers(seat.model.covers, file.language))).length,
    })),
    left: summariseLedger([...left, ...uncovered]).left.map(({ path, reason }) => ({ path, reason })),
  };
}

/** Where a person's own state is kept between runs: `AEGIS_CACHE_DIR`, else the cache folder of the system. */
export function cacheFolder(env: Environment): string {
  return env.cacheDir ?? join(env.xdgCacheHome ?? join(homedir(), '.cache'), 'aegis');
}

/** What a program needs to find its parts. None of them holds a secret. */
const CHILD_VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LANG', 'LC_ALL', 'TZ'];

/** A key of the environment is its owner's: for a configuration that a repository wrote there is none. */
function toProviderEnv(env: Environment, trust: Trust['kind']): ProviderEnv {
  return {
    addresses: { OLLAMA_HOST: env.ollamaHost, OPENAI_BASE_URL: env.openaiBaseUrl },
    secret: (reference) => (trust === 'owner' && reference.startsWith('env:') ? env.variable(reference.slice('env:'.length)) : undefined),
    fetch: patientFetch,
    importPackage: (name) => import(name),
    childVariables: Object.fromEntries(
      CHILD_VARIABLES.map((name) => [name, env.variable(name)] as const).filter((pair): pair is [string, string] => pair[1] !== undefined),
    ),
    baseFolder: process.cwd(),
    quirks: { recall: async () => [], learn: async () => undefined },
  };
}

function providerOf(entry: ModelEntry) {
  return pick(registry.providers, (provider) => provider.type === entry.model_type, entry.model_type);
}

function parserOf(entry: ModelEntry) {
  return pick(registry.parsers, (parser) => parser.id === entry.parser_id, entry.parser_id);
}

/** The registered part. Plans are made of registered names, so a missing one is a fault of ours. */
function pick<T>(parts: readonly T[], matches: (part: T) => boolean, name: string): T {
  const found = parts.find(matches);
  if (found === undefined) throw new TypeError(`nothing is registered as ${name}`);
  return found;
}
