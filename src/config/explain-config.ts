import { valueAt, type YamlPath } from '#lib/yaml-path.ts';
import type { Severity } from '#model/severity.ts';
import type { KnownParts } from './known-parts.ts';
import type { Origin, ReviewConfig } from './read-config.ts';
import type { Overrides, ResolvedPlan } from './resolve-plan.ts';
import { aegisConfig } from './schema.ts';
import { consensusSchema } from './stage-schemas.ts';

/** Where an effective value comes from. `plan`: nobody said anything, and the models that there are decided. */
export type ValueOrigin =
  | Origin
  | { readonly kind: 'command-line'; readonly option: string }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'plan' };

export interface ExplainedValue {
  /** `['models', 1]`: elements of a list that are mappings stand one by one, other lists as a whole. */
  readonly path: YamlPath;
  readonly value: unknown;
  readonly origin: ValueOrigin;
}

/** What the command line says over the files: what the plan heeds, and what its result is judged by. */
export type SaidOutside = Overrides & { readonly failOn?: Severity | 'none' };

/** The effective configuration, value by value, each with its origin. */
export function explainConfig(config: ReviewConfig, { plan }: ResolvedPlan, overrides: SaidOutside, known: KnownParts): ExplainedValue[] {
  const { $schema: _, consensus = consensusSchema(known).parse({}), preset = 'balanced', ...values } = config.values;
  const written = leavesOf({ preset, ...values, consensus }, []).map(
    ({ path, value }): ExplainedValue => ({ path, value: config.written(path) ?? value, origin: config.origin(path) }),
  );
  const decided = [...fromPlan(plan, config), ...fromOutside(plan, config, overrides)];
  const isSame = (a: YamlPath, b: YamlPath) => JSON.stringify(a) === JSON.stringify(b);
  const isHidden = ({ path }: ExplainedValue) =>
    decided.some((one) => isSame(one.path, path) || (one.path[0] === 'models' && path[0] === 'models'));
  return inOrder([...written.filter((one) => !isHidden(one)), ...decided], Object.keys(aegisConfig(known).shape));
}

type Plan = ResolvedPlan['plan'];

/** What the models that there are decide where the files leave it open. */
function fromPlan(plan: Plan, config: ReviewConfig): ExplainedValue[] {
  const idsOf = (role: string) => [...new Set(plan.seats.filter((seat) => seat.role === role).map(({ model }) => model.model_id))];
  const all = [...new Set([...plan.seats, ...plan.reserves].map(({ model }) => model.model_id))];
  const stages = ['triage', 'deep_scan', 'judge', 'explain'].map((role) => ({
    path: ['pipeline', role, role === 'triage' || role === 'deep_scan' ? 'models' : 'model'],
    value: role === 'judge' || role === 'explain' ? (idsOf(role)[0] ?? null) : idsOf(role),
    sits: idsOf(role).length > 0,
    open: ['models', 'model', 'tiers'].every((key) => config.written(['pipeline', role, key]) === undefined),
  }));
  const { strategy } = plan.consensus;
  const asked = ['strategy', 'steps', 'pipeline'].some((key) => config.written(['consensus', key]) !== undefined);
  return [
    ...(config.values.models.length > 0 ? [] : [{ path: ['models'], value: all, origin: PLAN }]),
    ...stages.filter(({ sits, open }) => sits && open).map(({ path, value }) => ({ path, value, origin: PLAN })),
    ...(asked ? [] : [{ path: ['consensus', 'strategy'], value: strategy, origin: PLAN }]),
  ];
}

const PLAN: ValueOrigin = { kind: 'plan' };

/** What the command line and the environment say over the files. */
function fromOutside(plan: Plan, config: ReviewConfig, { models, strategy, scope, failOn }: SaidOutside): ExplainedValue[] {
  const option = (path: YamlPath, value: unknown, name: string): ExplainedValue[] =>
    value === undefined ? [] : [{ path, value, origin: { kind: 'command-line', option: name } }];
  const { monthlyUsd } = plan.budget;
  return [
    ...option(['models'], models, '--models'),
    ...option(['consensus', 'strategy'], strategy, '--strategy'),
    ...option(['review', 'scope'], scope, '--scope'),
    ...option(['check', 'fail_on'], failOn, '--fail-on'),
    ...(monthlyUsd === (config.values.budget.monthly_usd ?? null)
      ? []
      : [{ path: ['budget', 'monthly_usd'], value: monthlyUsd, origin: { kind: 'environment' as const, variable: 'AEGIS_MONTHLY_USD' } }]),
  ];
}

/** Values without keys of their own. A custom role is one definition, and so is an element of a list. */
function leavesOf(value: unknown, path: YamlPath): { path: YamlPath; value: unknown }[] {
  if (Array.isArray(value)) {
    const isPlain = value.every((item) => typeof item !== 'object' || item === null || Array.isArray(item));
    return isPlain && path[0] !== 'models' ? [{ path, value }] : elementsOf(value, path);
  }
  const isRole = path.length === 2 && path[0] === 'roles';
  if (typeof value !== 'object' || value === null || isRole) return value === undefined ? [] : [{ path, value }];
  const keys = Object.keys(value);
  return keys.length === 0 ? [{ path, value }] : keys.flatMap((key) => leavesOf(valueAt(value, [key]), [...path, key]));
}

function elementsOf(list: readonly unknown[], path: YamlPath) {
  return list.length === 0 ? [{ path, value: list }] : list.map((value, index) => ({ path: [...path, index], value }));
}

/** In the order of the schema. Of two words on one path the last one holds. */
function inOrder(values: readonly ExplainedValue[], keys: readonly string[]): ExplainedValue[] {
  const last = new Map(values.map((one) => [JSON.stringify(one.path), one]));
  const rank = ({ path }: ExplainedValue) => keys.indexOf(String(path[0]));
  return [...last.values()].toSorted((a, b) => rank(a) - rank(b));
}
