import { tick } from '#lib/faults.ts';
import type { YamlPath } from '#lib/yaml-path.ts';
import type { ConfigProblem } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import { type Casting, has, SCAN } from './cast-roles.ts';
import type { ReviewConfig } from './read-config.ts';
import type { ModelFinder } from './resolve-models.ts';

/** Models that only overrides name, by what they do there. */
export interface Guests {
  readonly triage: readonly ModelEntry[];
  readonly scan: readonly ModelEntry[];
  /** Ids of the models by what overrides call them: a reference may mean a registered model. */
  readonly names: ReadonlyMap<string, string>;
}

export const NO_GUESTS: Guests = { triage: [], scan: [], names: new Map() };

/**
 * Seats models that `overrides` name and the plan does not: for the files of their overrides. One that sits somewhere in
 * the plan keeps to that, unless nobody else of its override looks for weaknesses. What is wrong is noted in `problems`.
 */
export function castGuests(config: ReviewConfig, models: Pick<ModelFinder, 'find'>, casting: Casting, problems: ConfigProblem[]): Guests {
  const scan = new Map<string, ModelEntry>();
  const triage = new Map<string, ModelEntry>();
  const custom = [...casting.custom].flatMap(([role, entries]) => (config.values.roles[role]?.on === 'chunks' ? entries : []));
  const scanning = new Set([...casting.tiers.flat(), ...custom].map(idOf));
  const sorting = new Set((casting.triage ?? []).map(idOf));
  const names = new Map<string, string>();
  const find = findOnce(models, problems, config);

  for (const [at, override] of config.values.overrides.entries()) {
    if (override.models === undefined) continue;
    const place: YamlPath = ['overrides', at, 'models'];
    const faults = problems.length;
    const entries = find(override.models, place);
    for (const { entry, id, path } of entries) {
      names.set(id, idOf(entry));
      if (scanning.has(idOf(entry)) || sorting.has(idOf(entry))) continue;
      if (has(SCAN)(entry)) scan.set(idOf(entry), entry);
      else if (casting.triage !== null && has('triage')(entry)) triage.set(idOf(entry), entry);
      else problems.push(config.problem(path, `looks at no code in this review; its roles: ${entry.roles.join(', ')}`));
    }
    const looks = ({ entry }: { entry: ModelEntry }) => scanning.has(idOf(entry)) || scan.has(idOf(entry));
    if (entries.some(looks) || problems.length > faults) continue;
    const able = entries.filter(({ entry }) => has(SCAN)(entry));
    for (const { entry } of able) scan.set(idOf(entry), entry);
    if (able.length === 0) problems.push(config.problem(place, `no model with the role ${tick(SCAN)} would look at these files`, 'key'));
  }
  return { triage: [...triage.values()], scan: [...scan.values()], names };
}

const idOf = ({ model_id }: ModelEntry) => model_id;

/** Finds what lists name: the same entry for the same id, whichever list names it. An id that is wrong is told where it stands. */
function findOnce({ find }: Pick<ModelFinder, 'find'>, problems: ConfigProblem[], config: ReviewConfig) {
  const found = new Map<string, ModelEntry>();
  return (ids: readonly string[], place: YamlPath): readonly { entry: ModelEntry; id: string; path: YamlPath }[] => {
    const here = new Set<string>();
    return ids.flatMap((id, index) => {
      const path = [...place, index];
      const entry = found.get(id) ?? find(id, path);
      if (entry === null) return [];
      found.set(id, entry);
      if (here.has(idOf(entry))) problems.push(config.problem(path, 'is named twice'));
      here.add(idOf(entry));
      return [{ entry, id, path }];
    });
  };
}
