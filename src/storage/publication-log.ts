import { and, asc, eq } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { PublishedPost } from '#ports/code-host.ts';
import type { Db } from './database.ts';
import { publications, scans } from './schema.ts';

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

/** What all scans of this scan's pull request posted. */
export async function listPosts(db: Db, scanId: string): Promise<readonly PublishedPost[]> {
  const asked = alias(scans, 'asked');
  return await db
    .select({ key: publications.key, remoteId: publications.remoteId })
    .from(asked)
    .innerJoin(scans, and(eq(scans.repositoryId, asked.repositoryId), eq(scans.pullNumber, asked.pullNumber)))
    .innerJoin(publications, eq(publications.scanId, scans.id))
    .where(eq(asked.id, scanId))
    .orderBy(asc(publications.createdAt), asc(publications.key));
}
