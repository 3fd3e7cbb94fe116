import { asc, eq, sql } from 'drizzle-orm';
import type { QuirkMemory } from '#ports/provider.ts';
import type { Db } from './database.ts';
import { modelQuirks } from './model-schema.ts';

/** What was learned about models, for all processes and kept beyond them. */
export function createDatabaseQuirks(db: Db): QuirkMemory {
  return {
    async recall(key) {
      try {
        return await db
          .select({ id: modelQuirks.quirkId, value: modelQuirks.value })
          .from(modelQuirks)
          .where(eq(modelQuirks.key, key))
          .orderBy(asc(modelQuirks.learnedAt), asc(modelQuirks.quirkId));
      } catch {
        return [];
      }
    },
    async learn(key, quirks) {
      try {
        for (const { id: quirkId, value } of quirks)
          await db
            .insert(modelQuirks)
            .values({ key, quirkId, value })
            .onConflictDoUpdate({ target: [modelQuirks.key, modelQuirks.quirkId], set: { value, learnedAt: sql`now()` } });
      } catch {
        // It is learned again.
      }
    },
  };
}
