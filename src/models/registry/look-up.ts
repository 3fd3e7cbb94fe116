import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ModelVersion, RegisteredModel } from '#model/registered-model.ts';
import type { RegistryState } from '#ports/model-records.ts';
import type { ModelFilter } from '#ports/model-registry.ts';
import { suggestIds } from './suggest-ids.ts';

/**
 * All models of a registry: those that run inside Aegis first, stored or not, then the others in the order of their
 * registration. Of a built-in model only weight and status are the user's: the rest is what this version brings.
 */
export function listModels({ models }: RegistryState, builtIns: readonly ModelEntry[]): readonly RegisteredModel[] {
  const own = builtIns.map((builtIn): RegisteredModel => {
    const stored = models.find(({ model_id }) => model_id === builtIn.model_id);
    const fresh = { ...builtIn, availability: 'unknown', availability_checked_at: null, version: 1 } as const;
    if (stored === undefined) return fresh;
    const { weight, status, availability, availability_checked_at, version } = stored;
    return { ...fresh, weight, status, availability, availability_checked_at, version };
  });
  return [...own, ...models.filter(({ model_id }) => !own.some((one) => one.model_id === model_id))];
}

/** Throws `InputError` with the nearest ids. */
export function findModel(models: readonly RegisteredModel[], modelId: string): RegisteredModel {
  const found = models.find(({ model_id }) => model_id === modelId);
  if (found !== undefined) return found;
  const ids = models.map(({ model_id }) => model_id);
  const hint = suggestIds(modelId, ids, (all) => `Registered are ${all}.`);
  throw new InputError(`There is no registered model ${modelId || '""'}`, { hint });
}

/** The versions of a model, oldest first. A built-in model that was never changed has one, made up `now`. */
export function listVersions(state: RegistryState, model: RegisteredModel, now: string): readonly ModelVersion[] {
  const kept = state.versions.filter(({ model_id }) => model_id === model.model_id);
  return kept.length > 0 ? kept : [{ model_id: model.model_id, version: 1, created_at: now, entry: entryOf(model) }];
}

/** What a filter leaves of a list, in its order. */
export function filterModels(models: readonly RegisteredModel[], filter: ModelFilter): readonly RegisteredModel[] {
  const { type, role, status, availability } = filter;
  return models.filter(
    (model) =>
      (type === undefined || model.model_type === type) &&
      (role === undefined || model.roles.includes(role)) &&
      (status === undefined || model.status === status) &&
      (availability === undefined || model.availability === availability),
  );
}

/** The entry without what the registry adds. */
export function entryOf({ availability: _, availability_checked_at: __, version: ___, ...entry }: RegisteredModel): ModelEntry {
  return entry;
}
