import { and, asc, eq, gt, isNotNull, isNull, or, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { PublicationLog } from '#ports/code-host.ts';
import type { Db } from './database.ts';
import { guardDatabase } from './database-error.ts';
import { publications, scans } from './schema.ts';

/** Two records in one transaction's time are told apart. */
const thisMoment = sql`clock_timestamp()`;

/** The outbox in the database. */
export function createPublicationLog(db: Db): PublicationLog {
  return {
    begin: guardDatabase('record an intent', async (scanId, key) => {
      const begun = await db
        .insert(publications)
        .values({ scanId, key, remoteId: null, begunAt: thisMoment })
        .onConflictDoNothing()
        .returning({ key: publications.key });
      return begun.length > 0 ? 'first' : 'again';
    }),
    find: guardDatabase('look up a publication', async (scanId, key) => {
      const [row] = await db
        .select({ remoteId: publications.remoteId })
        .from(publications)
        .where(and(eq(publications.scanId, scanId), eq(publications.key, key)));
      return row?.remoteId ?? null;
    }),
    // The first record of a key stays.
    record: guardDatabase('record a publication', async (scanId, key, remoteId) => {
      await db
        .insert(publications)
        .values({ scanId, key, remoteId, createdAt: thisMoment })
        .onConflictDoUpdate({
          target: [publications.scanId, publications.key],
          set: { remoteId, createdAt: thisMoment },
          setWhere: isNull(publications.remoteId),
        });
    }),
    posts: guardDatabase('look up publications', async (scanId) => {
      const asked = alias(scans, 'asked');
      const rows = await db
        .select({ key: publications.key, remoteId: publications.remoteId })
        .from(asked)
        .innerJoin(
          scans,
          and(
            eq(scans.repositoryId, asked.repositoryId),
            eq(scans.pullNumber, asked.pullNumber),
            // Merge groups have nothing to do with each other.
            or(gt(scans.pullNumber, 0), eq(scans.id, asked.id)),
          ),
        )
        .innerJoin(publications, eq(publications.scanId, scans.id))
        .where(and(eq(asked.id, scanId), isNotNull(publications.remoteId)))
        .orderBy(asc(publications.createdAt), asc(publications.key));
      return rows.flatMap(({ key, remoteId }) => (remoteId === null ? [] : [{ key, remoteId }]));
    }),
  };
}
