import { and, eq } from 'drizzle-orm';
import type { Db } from './database.ts';
import { publications } from './schema.ts';

export async function findPublication(db: Db, scanId: string, key: string): Promise<string | null> {
  const [row] = await db
    .select({ remoteId: publications.remoteId })
    .from(publications)
    .where(and(eq(publications.scanId, scanId), eq(publications.key, key)));
  return row?.remoteId ?? null;
}

/** The first record of a key stays. */
export async function recordPublication(db: Db, scanId: string, key: string, remoteId: string): Promise<void> {
  await db.insert(publications).values({ scanId, key, remoteId }).onConflictDoNothing();
}
