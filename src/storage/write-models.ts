import { isDeepStrictEqual } from 'node:util';
import { and, eq, inArray, notInArray } from 'drizzle-orm';
import type { RegisteredModel } from '#model/registered-model.ts';
import type { RegistryState } from '#ports/model-records.ts';
import type { Db } from './database.ts';
import { modelHealth, models, modelTests, modelVersions, providers } from './model-schema.ts';
import type { StoredModels } from './read-models.ts';
import { modelExecutions } from './schema.ts';

/** Stores what differs between two states. To be called in the transaction that read the first. */
export async function writeModels(tx: Db, { state: before, positions }: StoredModels, after: RegistryState): Promise<void> {
  const left = new Set(after.models.map(({ model_id }) => model_id));
  const gone = before.models.map(({ model_id }) => model_id).filter((id) => !left.has(id));
  const renamed = findRename(before, after);
  if (renamed !== null) {
    for (const table of [modelHealth, modelTests, modelExecutions])
      await tx.update(table).set({ modelId: renamed.to }).where(eq(table.modelId, renamed.from));
  }
  if (gone.length > 0) {
    for (const table of [modelHealth, modelTests, models]) await tx.delete(table).where(inArray(table.modelId, gone));
  }
  let last = Math.max(0, ...positions.values());
  for (const model of after.models) {
    if (
      isDeepStrictEqual(
        before.models.find(({ model_id }) => model_id === model.model_id),
        model,
      )
    )
      continue;
    const known = positions.get(model.model_id === renamed?.to ? renamed.from : model.model_id);
    if (known === undefined) last += 1;
    await storeModel(tx, model, known ?? last);
  }
  await storeVersions(tx, before, after);
  await tx.delete(providers).where(notInArray(providers.providerId, tx.select({ id: models.providerId }).from(models)));
}

async function storeModel(tx: Db, model: RegisteredModel, position: number): Promise<void> {
  const { model_type: modelType, provider_id: providerId, settings } = model;
  const baseUrl = typeof settings['base_url'] === 'string' ? settings['base_url'] : null;
  await tx
    .insert(providers)
    .values({ providerId, modelType, baseUrl })
    .onConflictDoUpdate({ target: providers.providerId, set: { modelType, baseUrl } });
  const { weight, family, status, covers, availability, version } = model;
  const content = {
    ...{ position, modelType, providerId, settings, weight, family, status, covers, availability, version },
    modelName: model.model_name,
    displayName: model.display_name,
    roles: [...model.roles],
    parserId: model.parser_id,
    parserConfig: model.parser_config,
    timeoutMs: model.timeout_ms,
    availabilityCheckedAt: model.availability_checked_at === null ? null : new Date(model.availability_checked_at),
  };
  await tx
    .insert(models)
    .values({ modelId: model.model_id, ...content })
    .onConflictDoUpdate({ target: models.modelId, set: content });
}

async function storeVersions(tx: Db, before: RegistryState, after: RegistryState): Promise<void> {
  const keyOf = (one: { readonly model_id: string; readonly version: number }) => `${one.version} ${one.model_id}`;
  const kept = new Set(after.versions.map(keyOf));
  const known = new Set(before.versions.map(keyOf));
  for (const { model_id, version } of before.versions.filter((one) => !kept.has(keyOf(one))))
    await tx.delete(modelVersions).where(and(eq(modelVersions.modelId, model_id), eq(modelVersions.version, version)));
  for (const { model_id: modelId, version, created_at, entry } of after.versions.filter((one) => !known.has(keyOf(one))))
    await tx.insert(modelVersions).values({ modelId, version, createdAt: new Date(created_at), entry });
}

/** The rules rename one model at a time, in its place; a new model comes last. */
function findRename(before: RegistryState, after: RegistryState): { readonly from: string; readonly to: string } | null {
  if (before.models.length !== after.models.length) return null;
  const changed = before.models.flatMap(({ model_id: from }, index) => {
    const to = after.models[index]?.model_id;
    return to === undefined || to === from ? [] : [{ from, to }];
  });
  return changed.length === 1 ? (changed[0] ?? null) : null;
}
