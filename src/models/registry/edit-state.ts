import { isDeepStrictEqual } from 'node:util';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ModelVersion, RegisteredModel } from '#model/registered-model.ts';
import type { RegistryState } from '#ports/model-records.ts';
import type { Registration } from '#ports/model-registry.ts';
import { entryOf, findModel, listModels, listVersions } from './look-up.ts';

/** What an edit knows beside the state. */
export interface EditContext {
  readonly builtIns: readonly ModelEntry[];
  /** ISO 8601. */
  readonly now: string;
}

interface Edited<T> {
  readonly state: RegistryState;
  readonly result: T;
}

/**
 * Adds or replaces a model. A model that is there keeps its status: a model that was disabled is not enabled by being
 * registered again. What was seen of a model holds no longer when something else is called now.
 */
export function putModel(state: RegistryState, entry: ModelEntry, ctx: EditContext): Edited<Registration> {
  const before = listModels(state, ctx.builtIns).find(({ model_id }) => model_id === entry.model_id);
  if (before === undefined) {
    const model: RegisteredModel = { ...entry, availability: 'unknown', availability_checked_at: null, version: 1 };
    const versions = [...state.versions, versionOf(model, ctx.now)];
    return { state: { models: [...state.models, model], versions }, result: { model, change: 'created' } };
  }
  const kept = builtInEntry(entry, ctx.builtIns, before.status) ?? { ...entry, status: before.status };
  if (isDeepStrictEqual(kept, entryOf(before))) return { state, result: { model: before, change: 'unchanged' } };
  const seen = callsTheSame(before, kept)
    ? { availability: before.availability, availability_checked_at: before.availability_checked_at }
    : ({ availability: 'unknown', availability_checked_at: null } as const);
  const past = listVersions(state, before, ctx.now);
  const model: RegisteredModel = { ...kept, ...seen, version: Math.max(...past.map(({ version }) => version)) + 1 };
  const others = state.versions.filter(({ model_id }) => model_id !== model.model_id);
  const versions = [...others, ...past, versionOf(model, ctx.now)];
  return { state: { models: replace(state.models, model), versions }, result: { model, change: 'updated' } };
}

/** Changes what is no part of an entry's content: status and availability. Makes no version. */
export function amendModel(
  state: RegistryState,
  modelId: string,
  change: Partial<Pick<RegisteredModel, 'status' | 'availability' | 'availability_checked_at'>>,
  ctx: EditContext,
): Edited<RegisteredModel> {
  const before = findModel(listModels(state, ctx.builtIns), modelId);
  const model = { ...before, ...change };
  if (isDeepStrictEqual(model, before)) return { state, result: before };
  return { state: { ...state, models: replace(state.models, model) }, result: model };
}

/** Takes a model out with its history. */
export function removeModel(state: RegistryState, modelId: string, ctx: EditContext): Edited<void> {
  const { model_id } = findModel(listModels(state, ctx.builtIns), modelId);
  refuseBuiltIn(model_id, ctx.builtIns, 'removed', 'Disable it to leave it out of reviews.');
  const isOther = (one: { readonly model_id: string }) => one.model_id !== model_id;
  return { state: { models: state.models.filter(isOther), versions: state.versions.filter(isOther) }, result: undefined };
}

/** Gives a model another id. It keeps its place in the list; a display name that was its id follows. */
export function renameModel(state: RegistryState, modelId: string, newId: string, ctx: EditContext): Edited<RegisteredModel> {
  const all = listModels(state, ctx.builtIns);
  const before = findModel(all, modelId);
  refuseBuiltIn(modelId, ctx.builtIns, 'renamed', 'Register another model under the name that you want.');
  if (newId === modelId) return { state, result: before };
  if (all.some(({ model_id }) => model_id === newId)) {
    throw new InputError(`There is a registered model ${newId} already`, { hint: 'Take another name, or remove that model first.' });
  }
  const renamed = <E extends ModelEntry>(entry: E): E => ({
    ...entry,
    model_id: newId,
    display_name: entry.display_name === modelId ? newId : entry.display_name,
  });
  const model = renamed(before);
  const models = state.models.map((one) => (one.model_id === modelId ? model : one));
  const versions = state.versions.map((one) => (one.model_id === modelId ? { ...one, model_id: newId, entry: renamed(one.entry) } : one));
  return { state: { models, versions }, result: model };
}

/** The content of an older version. Throws `InputError` that says which versions there are. */
export function findVersion(state: RegistryState, modelId: string, version: number, ctx: EditContext): ModelEntry {
  const model = findModel(listModels(state, ctx.builtIns), modelId);
  const versions = listVersions(state, model, ctx.now);
  const found = versions.find((one) => one.version === version);
  if (found !== undefined) return found.entry;
  const last = versions.at(-1)?.version ?? 1;
  const hint = last === 1 ? 'It has version 1 alone.' : `It has the versions 1 to ${last}.`;
  throw new InputError(`The model ${modelId} has no version ${version}`, { hint });
}

function versionOf(model: RegisteredModel, now: string): ModelVersion {
  return { model_id: model.model_id, version: model.version, created_at: now, entry: entryOf(model) };
}

function replace(models: readonly RegisteredModel[], model: RegisteredModel): readonly RegisteredModel[] {
  const stored = models.some(({ model_id }) => model_id === model.model_id);
  return stored ? models.map((one) => (one.model_id === model.model_id ? model : one)) : [...models, model];
}

function callsTheSame(a: ModelEntry, b: ModelEntry): boolean {
  return a.model_type === b.model_type && a.model_name === b.model_name && isDeepStrictEqual(a.settings, b.settings);
}

/** Null for a model that is not built in. Of one that is, only the weight is taken; another wish is refused. */
function builtInEntry(entry: ModelEntry, builtIns: readonly ModelEntry[], status: ModelEntry['status']): ModelEntry | null {
  const builtIn = builtIns.find(({ model_id }) => model_id === entry.model_id);
  if (builtIn === undefined) return null;
  const wanted = { ...builtIn, weight: entry.weight, status };
  if (isDeepStrictEqual({ ...entry, status, display_name: wanted.display_name }, wanted)) return wanted;
  throw new InputError(`The model ${entry.model_id} is built in: only its weight and its status can be changed`, {
    hint: 'Register another model under another id.',
  });
}

function refuseBuiltIn(modelId: string, builtIns: readonly ModelEntry[], verb: string, hint: string): void {
  if (builtIns.some(({ model_id }) => model_id === modelId))
    throw new InputError(`The model ${modelId} is built in and cannot be ${verb}`, { hint });
}
