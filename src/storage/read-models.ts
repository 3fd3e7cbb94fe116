import { asc } from 'drizzle-orm';
import type { RegisteredModel } from '#model/registered-model.ts';
import type { RegistryState } from '#ports/model-records.ts';
import type { Db } from './database.ts';
import { models, modelVersions } from './model-schema.ts';

export interface StoredModels {
  readonly state: RegistryState;
  /** Place of each model in the order of registration, by its id. */
  readonly positions: ReadonlyMap<string, number>;
}

/** The whole registry. */
export async function readModels(db: Db): Promise<StoredModels> {
  const rows = await db.select().from(models).orderBy(asc(models.position));
  const versions = await db.select().from(modelVersions).orderBy(asc(modelVersions.modelId), asc(modelVersions.version));
  return {
    state: {
      models: rows.map(modelOfRow),
      versions: versions.map(({ modelId, version, createdAt, entry }) => ({
        ...{ model_id: modelId, version, created_at: createdAt.toISOString(), entry },
      })),
    },
    positions: new Map(rows.map(({ modelId, position }) => [modelId, position])),
  };
}

function modelOfRow(row: typeof models.$inferSelect): RegisteredModel {
  const { roles, settings, weight, family, status, covers, availability, version } = row;
  return {
    model_id: row.modelId,
    model_type: row.modelType,
    provider_id: row.providerId,
    model_name: row.modelName,
    display_name: row.displayName,
    parser_id: row.parserId,
    parser_config: row.parserConfig,
    timeout_ms: row.timeoutMs,
    availability_checked_at: row.availabilityCheckedAt?.toISOString() ?? null,
    ...{ roles, settings, weight, family, status, covers, availability, version },
  };
}
