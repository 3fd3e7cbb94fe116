import type { ModelEntry } from '#model/model-entry.ts';
import type { ModelRecords, RegistryState } from '#ports/model-records.ts';
import type { ModelRegistry, Registration } from '#ports/model-registry.ts';
import { checkEntry } from './check-entry.ts';
import { amendModel, type EditContext, findVersion, putModel, removeModel, renameModel } from './edit-state.ts';
import { filterModels, findModel, listModels, listVersions } from './look-up.ts';
import { builtInEntries } from './make-entry.ts';
import type { ModelParts } from './model-document.ts';
import { rankModels } from './rank-models.ts';
import { type DocumentModel, readDocument } from './read-document.ts';
import { refuseUsed } from './refuse-used.ts';
import { writeExport } from './write-document.ts';

interface RegistryDeps extends ModelParts {
  /** ISO 8601. */
  now(): string;
  /** US dollars for a token of a model, in one mix for all; null where it is not known. Absent: no price is known. */
  priceOf?(entry: ModelEntry): Promise<number | null>;
}

/** The registry over wherever it is kept. The models that run inside Aegis are part of every one. */
export function createModelRegistry(records: ModelRecords, deps: RegistryDeps): ModelRegistry {
  const { priceOf = async () => null } = deps;
  const builtIns = builtInEntries(deps.providers);
  const context = (): EditContext => ({ builtIns, now: deps.now() });
  const all = async () => listModels(await records.read(), builtIns);
  const register = async (entries: readonly ModelEntry[]): Promise<readonly Registration[]> => {
    const checked = entries.map((entry) => checkEntry(entry, deps));
    return await records.change((state) => putAll(state, checked, context()));
  };
  const modelsForRole: ModelRegistry['modelsForRole'] = async (role) => {
    const models = filterModels(await all(), { role, status: 'registered' });
    const prices = new Map(await Promise.all(models.map(async (model) => [model.model_id, await priceOf(model)] as const)));
    return rankModels(models, { records: await records.callRecords(), prices });
  };

  return {
    place: records.place,
    register: async (entry) => {
      const [registration] = await register([entry]);
      if (registration === undefined) throw new TypeError('one registration was asked for, and none was made');
      return registration;
    },
    registerAll: register,
    get: async (modelId) => findModel(await all(), modelId),
    list: async (filter = {}) => filterModels(await all(), filter),
    modelsForRole,
    bestModelForRole: async (role) => (await modelsForRole(role)).find(({ availability }) => availability !== 'unavailable') ?? null,
    updateStatus: (modelId, status) => records.change((state) => amendModel(state, modelId, { status }, context())),
    updateAvailability: (modelId, availability, checkedAt) =>
      records.change((state) => {
        // One form of a moment, so that what was stored reads back the same everywhere.
        const seen = { availability, availability_checked_at: new Date(checkedAt).toISOString() };
        return amendModel(state, modelId, seen, context());
      }),
    delete: async (modelId, { force = false } = {}) => {
      // Whether it is there, and may go at all, is told before who uses it.
      removeModel(await records.read(), modelId, context());
      if (!force) refuseUsed(modelId, await records.usesOf(modelId));
      await records.change((state) => removeModel(state, modelId, context()));
    },
    rename: async (modelId, newId) => {
      const model = findModel(await all(), modelId);
      checkEntry({ ...model, model_id: newId }, deps);
      return await records.change((state) => renameModel(state, modelId, newId, context()));
    },
    versions: async (modelId) => {
      const state = await records.read();
      return listVersions(state, findModel(listModels(state, builtIns), modelId), deps.now()).toReversed();
    },
    rollback: async (modelId, version) =>
      await records.change((state) => {
        // What was registered once may name settings that its provider has no longer.
        const entry = checkEntry(findVersion(state, modelId, version, context()), deps);
        const { state: next, result } = putModel(state, entry, context());
        return { state: next, result: result.model };
      }),
    export: async () => writeExport(await all(), builtIns),
    import: async (text, source) => {
      const { models } = readDocument(text, source, deps);
      return await records.change((state) => importAll(state, models, context()));
    },
  };
}

function putAll(before: RegistryState, entries: readonly ModelEntry[], ctx: EditContext) {
  const result: Registration[] = [];
  let state = before;
  for (const entry of entries) {
    const put = putModel(state, entry, ctx);
    state = put.state;
    result.push(put.result);
  }
  return { state, result };
}

/** Unlike a registration, a document says what the status of a model is to be. */
function importAll(before: RegistryState, models: readonly DocumentModel[], ctx: EditContext) {
  const put = putAll(
    before,
    models.map(({ entry }) => entry),
    ctx,
  );
  let { state } = put;
  const result = put.result.map((registration, index): Registration => {
    const status = models[index]?.status ?? registration.model.status;
    if (status === registration.model.status) return registration;
    const amended = amendModel(state, registration.model.model_id, { status }, ctx);
    state = amended.state;
    return { model: amended.result, change: registration.change === 'unchanged' ? 'updated' : registration.change };
  });
  return { state, result };
}
