import { tick } from '#lib/faults.ts';
import { plain, type YamlPath } from '#lib/yaml-path.ts';
import { type ConfigProblem, InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { Seat } from '#model/plan.ts';
import type { ReviewConfig } from './read-config.ts';
import type { ModelFinder } from './resolve-models.ts';

export interface LocalCheck {
  readonly config: ReviewConfig;
  readonly listed: ModelFinder['listed'];
  /** Seats and reserves: everybody who may be shown code. */
  readonly seats: readonly Seat[];
  isLocal(entry: ModelEntry): boolean;
  /** Whether the command line named the models. */
  readonly isNamed: boolean;
}

/**
 * Under `privacy.local_only` a plan has no seat and no reserve that is not on the owner's machines. Each is noted where
 * the file names it; throws `InputError` for one that the command line names.
 */
export function checkLocal({ config, listed, seats, isLocal, isNamed }: LocalCheck, problems: ConfigProblem[]): void {
  if (!config.values.privacy.local_only) return;
  for (const entry of new Set(seats.map(({ model }) => model))) {
    if (isLocal(entry)) continue;
    if (isNamed) {
      throw new InputError(
        `the model ${entry.model_id} of --models is not on your machines, and ${config.source} says \`privacy.local_only\``,
        {
          hint: 'Name local models only.',
        },
      );
    }
    const path = listed.find((one) => one.entry.model_id === entry.model_id)?.path ?? placeOf(entry.model_id, config) ?? LOCAL_ONLY;
    problems.push(
      config.problem(
        path,
        `the model ${tick(plain(entry.model_id))} is not on the owner's machines, which \`privacy.local_only\` asks for`,
      ),
    );
  }
}

export const LOCAL_ONLY: YamlPath = ['privacy', 'local_only'];

/** Where a file names a registered model that `models` does not list. */
function placeOf(id: string, config: ReviewConfig): YamlPath | null {
  return search(config.written(['pipeline']), ['pipeline'], id) ?? search(config.written(['overrides']), ['overrides'], id);
}

function search(value: unknown, path: YamlPath, id: string): YamlPath | null {
  if (value === id) return path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = search(inner, [...path, Array.isArray(value) ? Number(key) : key], id);
    if (found !== null) return found;
  }
  return null;
}
