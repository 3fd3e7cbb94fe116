import { eq, sql } from 'drizzle-orm';
import type { ConsensusPipelines } from '#ports/consensus-pipelines.ts';
import { consensusPipelines } from './archive-schema.ts';
import type { Db } from './database.ts';
import { guardDatabase } from './database-error.ts';

/** Stored consensus pipelines in the database. */
export function createDatabasePipelines(db: Db): ConsensusPipelines {
  return {
    list: guardDatabase('list the consensus pipelines', async () => {
      const rows = await db.select().from(consensusPipelines);
      // By code units, whatever the collation of the database.
      return rows.map(({ name, description, steps }) => ({ name, description, steps })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    }),
    save: guardDatabase('store a consensus pipeline', async ({ name, description, steps }) => {
      const content = { description, steps: [...steps] };
      await db
        .insert(consensusPipelines)
        .values({ name, ...content })
        .onConflictDoUpdate({ target: consensusPipelines.name, set: { ...content, updatedAt: sql`now()` } });
    }),
    remove: guardDatabase('remove a consensus pipeline', async (name) => {
      const removed = await db
        .delete(consensusPipelines)
        .where(eq(consensusPipelines.name, name))
        .returning({ name: consensusPipelines.name });
      return removed.length > 0;
    }),
  };
}
