import { smallestWindow, statedWindow } from '#lib/prompt-room.ts';
import type { YamlPath } from '#lib/yaml-path.ts';
import { ConfigError, type ConfigProblem, InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { Plan, Scope, Seat } from '#model/plan.ts';
import type { Severity } from '#model/severity.ts';
import { chunkTokens } from './chunk-tokens.ts';
import { formatProblem, type ReviewConfig } from './read-config.ts';
import { findModels, type ModelFinder, type ModelSource } from './resolve-models.ts';

/** What the command line says over the file. */
export interface Overrides {
  /** Registered ids, ids of the file, or `TYPE:NAME`. */
  readonly models?: readonly string[];
  readonly strategy?: string;
  readonly scope?: Scope;
}

/** What is not part of a scan: how its result is shown and judged. */
export interface ReviewSettings {
  readonly failOn: Severity | 'none';
  readonly check: { readonly enabled: boolean; readonly name: string; readonly onIncomplete: 'fail' | 'action_required' };
  readonly sarif: { readonly enabled: 'auto' | boolean; readonly category: string };
  readonly maxComments: number;
  readonly summary: boolean;
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
}

const SCAN = 'deep_scan';
/** From so many seats on, one model alone does not decide. */
const PANEL = 3;
/** Calls of one seat in flight; each endpoint has its own limit beneath it. */
const CONCURRENCY = 8;

/** A file with more is not the file that was meant; nobody reads on. */
const MOST_TOLD = 50;

/**
 * Makes a plan of a configuration. Throws `ConfigError` with every problem of the file, those that reading it found
 * included; `InputError` for a model that the command line names and nobody knows.
 */
export function resolvePlan(config: ReviewConfig, overrides: Overrides, source: PlanSource): ResolvedPlan {
  const problems: ConfigProblem[] = [...config.problems];
  const models = findModels(config, source, problems);
  const named = config.values.pipeline === undefined ? [] : checkPipeline(config, models, problems);
  const pool = config.values.models.length > 0 ? models.listed.map(({ entry }) => entry) : source.registered.filter(isEnabled);
  const asked = overrides.models === undefined ? null : fromCommandLine(overrides.models, models, source);
  const entries = asked ?? (named.length > 0 ? named : pool.filter(scans));
  if (asked === null) checkSeats(entries, config, problems);
  checkWeights(config, models, problems);
  for (const entry of entries) checkWindow(entry, config, models, source, problems);
  if (problems.length > 0) throw new ConfigError(config.source, toldInOrder(problems));

  const { values } = config;
  const seats = entries.map(seatOf);
  const weights = values.consensus?.weights;
  const strategy = overrides.strategy ?? values.consensus?.strategy ?? (seats.length >= PANEL ? 'majority_vote' : 'union');
  const plan: Plan = {
    seats,
    // What the command line names is all that is asked.
    reserves: asked === null ? listReserves(models, entries, weights === 'auto' ? {} : weights).map(seatOf) : [],
    stages: { triage: null, deepScan: { tiers: [seats.map(({ id }) => id)] }, judge: null, annotate: null, explain: null },
    roles: {},
    consensus: {
      strategy,
      steps: [{ kind: 'vote', strategy, threshold: values.consensus?.threshold ?? 0.5 }],
      fallback: 'union',
      threshold: values.consensus?.threshold ?? 0.5,
      minVotes: values.consensus?.min_votes ?? 1,
      weights: weights === undefined || weights === 'auto' ? {} : weights,
      learned: weights === 'auto',
      independence: values.consensus?.independence ?? 'model',
    },
    budget: { ...values.budget, monthlyUsd: null },
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
    chunkTokens: chunkTokens(entries, source.readsPrompt),
    concurrency: CONCURRENCY,
  };
  return { plan, settings: settingsOf(config), warnings: warningsOf(plan, config, overrides.models === undefined ? models : null) };
}

function seatOf(model: ModelEntry): Seat {
  return { id: `${SCAN}:${model.model_id}`, role: SCAN, model };
}

/**
 * Models that `models` lists and the pipeline gives no seat: the weightiest first, else in their order. A model that is
 * only registered is none: code would go where nobody sent it.
 */
function listReserves(
  { listed }: ModelFinder,
  seated: readonly ModelEntry[],
  weights: Readonly<Record<string, number>> = {},
): ModelEntry[] {
  const weigh = ({ model_id, weight }: ModelEntry) => (Object.hasOwn(weights, model_id) ? (weights[model_id] ?? weight) : weight);
  return listed
    .map(({ entry }) => entry)
    .filter((entry) => scans(entry) && !seated.some(({ model_id }) => model_id === entry.model_id))
    .toSorted((a, b) => weigh(b) - weigh(a));
}

function settingsOf({ values: { check, sarif, review } }: ReviewConfig): ReviewSettings {
  return {
    failOn: check.fail_on,
    check: { enabled: check.enabled, name: check.name, onIncomplete: check.on_incomplete },
    sarif,
    maxComments: review.max_comments,
    summary: review.summary,
  };
}

/** The models that `pipeline.deep_scan` names; empty where it names none. Every other id of the pipeline is checked. */
function checkPipeline(config: ReviewConfig, models: ModelFinder, problems: ConfigProblem[]): ModelEntry[] {
  const named = (path: YamlPath) =>
    idsAt(config, path).flatMap(({ id, path: place }) => {
      const entry = models.find(id, place);
      return entry === null ? [] : [{ entry, place }];
    });
  for (const path of [
    ['triage', 'models'],
    ['judge', 'model'],
    ['explain', 'model'],
  ])
    named(['pipeline', ...path]);
  if (config.written(['pipeline', SCAN]) === undefined) {
    problems.push(
      config.problem(
        ['pipeline'],
        'names no `deep_scan`, so no model would look for weaknesses; add `deep_scan: {}` for all that can',
        'key',
      ),
    );
  }
  const found = new Map<string, ModelEntry>();
  for (const { entry, place } of named(['pipeline', SCAN, 'models'])) {
    if (found.has(entry.model_id)) problems.push(config.problem(place, 'is named twice'));
    else if (!scans(entry)) problems.push(config.problem(place, `has not the role \`${SCAN}\`; its roles: ${entry.roles.join(', ')}`));
    found.set(entry.model_id, entry);
  }
  return [...found.values()];
}

/** The ids that are written at a path, one or a list of them. */
function idsAt(config: ReviewConfig, path: YamlPath): { id: string; path: YamlPath }[] {
  const written = config.written(path);
  if (typeof written === 'string') return [{ id: written, path }];
  if (!Array.isArray(written)) return [];
  return (written as unknown[]).flatMap((id, index) => (typeof id === 'string' ? [{ id, path: [...path, index] }] : []));
}

function fromCommandLine(ids: readonly string[], models: ModelFinder, source: PlanSource): ModelEntry[] {
  if (ids.length === 0) throw new InputError('--models names no model', { hint: 'Name at least one, or leave the option out.' });
  const entries = new Map<string, ModelEntry>();
  for (const id of ids) {
    const entry = models.listed.find((one) => one.entry.model_id === id)?.entry ?? source.fromReference(id);
    if (!isEnabled(entry)) throw new InputError(`the model ${id} is disabled`, { hint: 'Name another with --models.' });
    if (!scans(entry)) throw new InputError(`the model ${id} has not the role ${SCAN}`, { hint: 'Name another with --models.' });
    entries.set(entry.model_id, entry);
  }
  return [...entries.values()];
}

/** A plan without a seat reviews nothing. Where another problem explains it, that one is enough. */
function checkSeats(entries: readonly ModelEntry[], config: ReviewConfig, problems: ConfigProblem[]): void {
  if (entries.length > 0 || problems.length > 0) return;
  problems.push(config.problem(['models'], `no model with the role \`${SCAN}\` is left to look for weaknesses`, 'key'));
}

function checkWeights(config: ReviewConfig, models: ModelFinder, problems: ConfigProblem[]): void {
  const weights = config.values.consensus?.weights;
  if (weights === undefined || weights === 'auto') return;
  for (const id of Object.keys(weights)) models.find(id, ['consensus', 'weights', id]);
  if (Object.keys(weights).length > 0 && Object.values(weights).every((weight) => weight === 0)) {
    problems.push(config.problem(['consensus', 'weights'], 'gives no model any weight'));
  }
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

function warningsOf(plan: Plan, config: ReviewConfig, models: ModelFinder | null): string[] {
  const say = (path: YamlPath, message: string, at: 'key' | 'value') => formatProblem(config.source, config.problem(path, message, at));
  const idle = (models?.listed ?? []).filter(({ entry }) => ![...plan.seats, ...plan.reserves].some((seat) => seat.model === entry));
  const warnings = idle.map(({ entry, path }) => say(path, `the model ${entry.model_id} takes no part in this version's stages`, 'value'));
  const { minVotes } = plan.consensus;
  if (minVotes > plan.seats.length) {
    warnings.push(
      say(
        ['consensus', 'min_votes'],
        `${minVotes} votes are asked for, more than there are models (${plan.seats.length}): every review will be incomplete`,
        'key',
      ),
    );
  }
  return warnings;
}

function toldInOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const told = sorted.slice(0, MOST_TOLD);
  const next = sorted[MOST_TOLD];
  return next === undefined
    ? told
    : [...told, { ...next, key: '', message: `and ${sorted.length - MOST_TOLD} more problems from here on` }];
}

function scans(entry: ModelEntry): boolean {
  return entry.roles.includes(SCAN);
}

function isEnabled(entry: ModelEntry): boolean {
  return entry.status !== 'disabled';
}
