import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { Health } from '#ports/provider.ts';
import type { Db } from './database.ts';
import { guardDatabase } from './database-error.ts';
import { modelHealth } from './model-schema.ts';

/** Checks are made often; what they found is of interest for as long. */
const KEPT_DAYS = 90;

export interface HealthRecord extends Health {
  readonly latencyMs: number | null;
  /** ISO 8601. */
  readonly checkedAt: string;
}

/** Keeps what a health check found, and drops what is old of the same model. */
export const recordHealth = guardDatabase(
  'record a health check',
  async (db: Db, modelId: string, { available, detail, latencyMs }: Omit<HealthRecord, 'checkedAt'>): Promise<void> => {
    await db.insert(modelHealth).values({ modelId, available, detail, latencyMs });
    const old = sql`now() - ${KEPT_DAYS}::double precision * interval '1 day'`;
    await db.delete(modelHealth).where(and(eq(modelHealth.modelId, modelId), lt(modelHealth.checkedAt, old)));
  },
);

/** What the last checks of a model found, newest first. */
export const listHealth = guardDatabase(
  'list health checks',
  async (db: Db, modelId: string, limit?: number): Promise<readonly HealthRecord[]> => {
    const { available, detail, latencyMs, checkedAt } = modelHealth;
    const rows = await db
      .select({ available, detail, latencyMs, checkedAt })
      .from(modelHealth)
      .where(eq(modelHealth.modelId, modelId))
      .orderBy(desc(modelHealth.id))
      .limit(limit ?? 100);
    return rows.map((row) => ({ ...row, checkedAt: row.checkedAt.toISOString() }));
  },
);
