import { smallestWindow, statedWindow } from '#lib/prompt-room.ts';
import { type ConfigProblem, InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { Plan, Scope } from '#model/plan.ts';
import type { ConsensusPipeline } from '#ports/consensus-pipelines.ts';
import { castGuests, NO_GUESTS } from './cast-guests.ts';
import { type Casting, castRoles, has, SCAN } from './cast-roles.ts';
import { checkLocal } from './check-local.ts';
import { chunkTokens } from './chunk-tokens.ts';
import { configFault } from './config-fault.ts';
import { listReserves, makeSeats } from './make-seats.ts';
import { pathWarnings } from './path-warnings.ts';
import { checkJudgeSits, checkWeights, planConsensus } from './plan-consensus.ts';
import { planWarnings } from './plan-warnings.ts';
import { formatProblem, type ReviewConfig } from './read-config.ts';
import { findModels, type ModelFinder, type ModelSource } from './resolve-models.ts';
import { type ReviewSettings, reviewSettings } from './review-settings.ts';
import { wishConsensus } from './wish-consensus.ts';

/** What the command line says over the file. */
export interface Overrides {
  /** Registered ids, ids of the file, or `TYPE:NAME`: they take the seats of all their roles. */
  readonly models?: readonly string[];
  readonly strategy?: string;
  readonly scope?: Scope;
}

export interface ResolvedPlan {
  readonly plan: Plan;
  readonly settings: ReviewSettings;
  /** Sentences for people, each with its place in the file. */
  readonly warnings: readonly string[];
}

export interface PlanSource extends ModelSource {
  /** Whether models of this type read a prompt, and so have a window. */
  readsPrompt(entry: ModelEntry): boolean;
  /** Whether what the model is shown stays on the owner's machines. Never throws. */
  isLocal(entry: ModelEntry): boolean;
  /** Ids of the strategies that vote. */
  readonly strategies: readonly string[];
  /** Consensus pipelines that the file may name. */
  readonly pipelines: readonly ConsensusPipeline[];
  /** The operator's own limit for each repository and month, US dollars; null: none. */
  readonly monthlyUsd: number | null;
}

/** Calls of one seat in flight; each endpoint has its own limit beneath it. */
const CONCURRENCY = 8;

/**
 * Makes a plan of a configuration. Throws `ConfigError` with every problem of the file, those that reading it found
 * included; `InputError` for a model that the command line names and nobody knows, and for one that it needs.
 */
export function resolvePlan(config: ReviewConfig, overrides: Overrides, source: PlanSource): ResolvedPlan {
  const problems: ConfigProblem[] = [...config.problems];
  const models = findModels(config, source, problems);
  const asked = overrides.models === undefined ? null : fromCommandLine(overrides.models, models, source);
  const isNamed = asked !== null;
  // Nobody sent code to a model that is only registered: it is left out without a fault.
  const mayStay = (entry: ModelEntry) => !config.values.privacy.local_only || source.isLocal(entry);
  const usual = source.registered.filter(isEnabled);
  const takesAll = asked === null && config.values.models.length === 0;
  const pool = takesAll ? usual.filter(mayStay) : (asked ?? models.listed.map(({ entry }) => entry));
  const { pipelines, strategies } = source;
  const wish = wishConsensus({ config, strategy: overrides.strategy, isNamed, pipelines, strategies }, problems);
  const casting = castRoles({ config, models, pool, isNamed, asksJudge: wish.judge !== null }, problems);
  if (!isNamed) checkScan(casting, config, problems);
  checkJudgeSits({ config, wish, casting, isNamed, byCommandLine: overrides.strategy !== undefined }, problems);
  checkWeights(config, models.find, problems);
  const guests = isNamed ? NO_GUESTS : castGuests(config, models, casting, problems);
  const { seats, stages, roles } = makeSeats(config, casting, guests);
  for (const entry of new Set(seats.map(({ model }) => model))) checkWindow(entry, config, models, source, problems);
  const listed = models.listed.map(({ entry }) => entry);
  // What the command line names is all that is asked.
  const reserves = isNamed ? [] : listReserves(config, listed, casting, seats);
  checkLocal({ config, listed: models.listed, seats: [...seats, ...reserves], isLocal: source.isLocal, isNamed }, problems);
  if (problems.length > 0) throw configFault(config, problems);

  const { values } = config;
  const consensus = planConsensus(config, wish, casting);
  const plan: Plan = {
    seats,
    reserves,
    stages,
    roles,
    consensus,
    budget: {
      usd: values.budget.usd,
      tokens: values.budget.tokens,
      minutes: values.budget.minutes,
      monthlyUsd: lower(values.budget.monthly_usd ?? null, source.monthlyUsd),
    },
    review: {
      minSeverity: values.review.min_severity,
      minConfidence: values.review.min_confidence,
      scope: overrides.scope ?? values.review.scope,
      uncovered: values.review.uncovered,
    },
    paths: values.paths,
    suppress: values.suppress.map(({ cwe, paths, reason, until }) => ({
      cwe: cwe ?? null,
      paths: paths ?? ['**'],
      reason,
      until: until ?? null,
    })),
    overrides: values.overrides.map(({ paths, min_severity, models: ids, fail_on }) => ({
      paths,
      minSeverity: min_severity ?? null,
      models: isNamed ? null : (ids?.map((id) => guests.names.get(id) ?? id) ?? null),
      failOn: fail_on ?? null,
    })),
    instructions: values.instructions,
    privacy: { maskSecrets: values.privacy.mask_secrets, localOnly: values.privacy.local_only },
    chunkTokens: chunkTokens(
      seats.filter(({ role }) => role !== 'explain').map(({ model }) => model),
      source.readsPrompt,
      values.instructions,
    ),
    concurrency: CONCURRENCY,
  };
  const told = pathWarnings(plan, { leftOut: takesAll ? usual.filter((entry) => !mayStay(entry)) : [], isNamed }, (path, message) =>
    formatProblem(config.source, config.problem(path, message, 'key')),
  );
  const warnings = [...planWarnings({ plan, config, listed: models.listed, casting, wish, asked }), ...told];
  return { plan, settings: reviewSettings(config), warnings };
}

/** The lower one of two limits, of which each may be none. */
function lower(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function fromCommandLine(ids: readonly string[], models: ModelFinder, source: PlanSource): ModelEntry[] {
  if (ids.length === 0) throw new InputError('--models names no model', { hint: 'Name at least one, or leave the option out.' });
  const entries = new Map<string, ModelEntry>();
  for (const id of ids) {
    const entry = models.listed.find((one) => one.entry.model_id === id)?.entry ?? source.fromReference(id);
    if (!isEnabled(entry)) throw new InputError(`the model ${id} is disabled`, { hint: 'Name another with --models.' });
    entries.set(entry.model_id, entry);
  }
  const named = [...entries.values()];
  if (!named.some(has(SCAN))) {
    const [only] = ids;
    const who = ids.length === 1 ? `the model ${only} has not` : 'no model of --models has';
    throw new InputError(`${who} the role ${SCAN}`, { hint: `Name one that has it with --models.` });
  }
  return named;
}

/** A plan without a seat that looks for weaknesses reviews nothing. Where another problem explains it, that one is enough. */
function checkScan({ tiers }: Casting, config: ReviewConfig, problems: ConfigProblem[]): void {
  if (tiers.flat().length > 0 || problems.length > 0) return;
  problems.push(config.problem(['models'], `no model with the role \`${SCAN}\` is left to look for weaknesses`, 'key'));
}

function checkWindow(entry: ModelEntry, config: ReviewConfig, models: ModelFinder, source: PlanSource, problems: ConfigProblem[]): void {
  const window = statedWindow(entry);
  const place = models.listed.find((one) => one.entry === entry)?.path;
  if (window === null || place === undefined || !source.readsPrompt(entry) || window >= smallestWindow(entry)) return;
  problems.push(
    config.problem(
      [...place, 'settings'],
      `a window of ${window} tokens leaves no room for code: take at least ${smallestWindow(entry)}, or a smaller \`max_tokens\``,
    ),
  );
}

function isEnabled(entry: ModelEntry): boolean {
  return entry.status !== 'disabled';
}
