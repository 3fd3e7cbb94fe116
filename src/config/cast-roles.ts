import { tick } from '#lib/faults.ts';
import type { YamlPath } from '#lib/yaml-path.ts';
import type { ConfigProblem } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ReviewConfig } from './read-config.ts';
import type { ModelFinder } from './resolve-models.ts';

/** Who does what, before seats are made of it. Null: the stage does not run. */
export interface Casting {
  readonly triage: readonly ModelEntry[] | null;
  /** One tier where there is no cascade. */
  readonly tiers: readonly (readonly ModelEntry[])[];
  /** Best first. */
  readonly judge: readonly ModelEntry[] | null;
  /** Best first. */
  readonly explain: readonly ModelEntry[] | null;
  /** By the name of the role; roles that no model has are left out. */
  readonly custom: ReadonlyMap<string, readonly ModelEntry[]>;
  /** What `pipeline.deep_scan.models` names and no tier holds: asked only in the place of another. */
  readonly spare: readonly ModelEntry[];
}

export interface CastInput {
  readonly config: ReviewConfig;
  readonly models: ModelFinder;
  /** Where a stage names no model, those of this list that have its role take it. */
  readonly pool: readonly ModelEntry[];
  /** True where the command line named the pool: then `pipeline` decides neither stages nor models. */
  readonly isNamed: boolean;
  /** Whether the consensus asks a judge. */
  readonly asksJudge: boolean;
}

/** Gives each stage its models. What is wrong with `pipeline` is noted in `problems`. */
export function castRoles(input: CastInput, problems: ConfigProblem[]): Casting {
  const { config, pool, isNamed, asksJudge } = input;
  const named = readNames(input, problems);
  const { pipeline } = config.values;
  const free = isNamed || pipeline === undefined;

  const cast = (role: 'triage' | 'judge' | 'explain', key: 'models' | 'model'): readonly ModelEntry[] | null => {
    const models = named(['pipeline', role, key], role);
    const chosen = models.length > 0 && !isNamed ? models : pool.filter(has(role));
    if (free) return chosen.length > 0 ? chosen : null;
    if (pipeline[role] === undefined) return role === 'judge' && chosen.length > 0 ? chosen : null;
    // Where another problem explains it, that one is enough.
    if (chosen.length === 0 && problems.length === 0 && (role !== 'judge' || asksJudge)) {
      problems.push(config.problem(['pipeline', role], `no model has the role ${tick(role)}; add it to the \`roles\` of one`, 'key'));
    }
    return chosen;
  };

  const best = byWeight(config);
  const triage = cast('triage', 'models');
  const judge = cast('judge', 'model');
  const explain = cast('explain', 'model');
  return {
    triage,
    ...castDeepScan(input, named, problems),
    judge: asksJudge ? (judge?.toSorted(best) ?? null) : null,
    explain: explain?.toSorted(best) ?? null,
    custom: new Map(
      Object.keys(config.values.roles)
        .map((role) => [role, pool.filter(has(role))] as const)
        .filter(([, models]) => models.length > 0),
    ),
  };
}

type Named = (path: YamlPath, role: string) => readonly ModelEntry[];

/** What a place of `pipeline` names: one id or a list of them. What has not the role, or stands there twice, is a problem. */
function readNames({ config, models }: CastInput, problems: ConfigProblem[]): Named {
  return (path, role) => {
    const found = new Map<string, ModelEntry>();
    for (const { id, place } of idsAt(config, path)) {
      const entry = models.find(id, place);
      if (entry === null) continue;
      if (found.has(entry.model_id)) problems.push(config.problem(place, 'is named twice'));
      else if (!has(role)(entry)) {
        problems.push(config.problem(place, `has not the role ${tick(role)}; its roles: ${entry.roles.join(', ')}`));
      }
      found.set(entry.model_id, entry);
    }
    return [...found.values()];
  };
}

function castDeepScan({ config, pool, isNamed }: CastInput, named: Named, problems: ConfigProblem[]): Pick<Casting, 'tiers' | 'spare'> {
  const path: YamlPath = ['pipeline', SCAN];
  if (config.values.pipeline !== undefined && config.written(path) === undefined) {
    const message = 'names no `deep_scan`, so no model would look for weaknesses; add `deep_scan: {}` for all that can';
    problems.push(config.problem(['pipeline'], message, 'key'));
  }
  const models = named([...path, 'models'], SCAN);
  const tiers = readTiers(config, named, models, problems);
  const everyone = pool.filter(has(SCAN));
  if (isNamed) return { tiers: [everyone], spare: [] };
  if (tiers.length === 0) return { tiers: [models.length > 0 ? models : everyone], spare: [] };
  return { tiers, spare: models.filter((entry) => !tiers.flat().includes(entry)) };
}

function readTiers(config: ReviewConfig, named: Named, models: readonly ModelEntry[], problems: ConfigProblem[]): ModelEntry[][] {
  const path: YamlPath = ['pipeline', SCAN, 'tiers'];
  const written = config.written(path);
  const seen = new Set<string>();
  return (Array.isArray(written) ? (written as unknown[]) : []).map((_, at) =>
    idsAt(config, [...path, at]).flatMap(({ place }) => {
      const [entry] = named(place, SCAN);
      if (entry === undefined) return [];
      const { model_id } = entry;
      if (seen.has(model_id)) problems.push(config.problem(place, `the model ${tick(model_id)} stands in a tier already`));
      else if (models.length > 0 && !models.some((one) => one.model_id === model_id)) {
        problems.push(config.problem(place, `the model ${tick(model_id)} is not one of \`pipeline.deep_scan.models\`; add it there too`));
      }
      seen.add(model_id);
      return [entry];
    }),
  );
}

/** The ids that are written at a path, one or a list of them. */
function idsAt(config: ReviewConfig, path: YamlPath): { id: string; place: YamlPath }[] {
  const written = config.written(path);
  if (typeof written === 'string') return [{ id: written, place: path }];
  if (!Array.isArray(written)) return [];
  return (written as unknown[]).flatMap((id, index) => (typeof id === 'string' ? [{ id, place: [...path, index] }] : []));
}

/** The weightiest first, by the weights of the consensus where it states them; of equal ones the first stays first. */
export function byWeight({ values }: ReviewConfig): (a: ModelEntry, b: ModelEntry) => number {
  const weights = values.consensus?.weights;
  const stated = new Map(weights === undefined || weights === 'auto' ? [] : Object.entries(weights));
  const weigh = ({ model_id, weight }: ModelEntry) => stated.get(model_id) ?? weight;
  return (a, b) => weigh(b) - weigh(a);
}

/** The role that looks for weaknesses. */
export const SCAN = 'deep_scan';

export function has(role: string): (entry: ModelEntry) => boolean {
  return ({ roles }) => roles.includes(role);
}
