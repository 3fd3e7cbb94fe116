import { and, asc, eq, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import type { ClaimedScan } from '#ports/store.ts';
import type { Db } from './database.ts';
import { repositories, scans } from './schema.ts';
import { fromNow } from './sql-time.ts';

/** Wait before a scan that was given back counts as abandoned: doubled with each try, at most a minute. */
const RETRY_MS = 2_000;
const RETRY_MAX_MS = 60_000;
/** Scans that one sweep takes up; the oldest come first, the others in the sweeps that follow. */
const SWEEP_LIMIT = 50;

const isOpen = inArray(scans.status, ['queued', 'running']);
/** Up to and including now: an embedded database counts time in whole milliseconds. */
const isFree = or(isNull(scans.leaseExpiresAt), lte(scans.leaseExpiresAt, sql`now()`));
const heldBy = (scanId: string, worker: string) => and(eq(scans.id, scanId), eq(scans.leaseOwner, worker), isOpen);
const givenBack = { status: 'queued', leaseOwner: null, leaseExpiresAt: null } as const;

/** One statement: of parallel claims, the others wait for the row and then find its lease taken. */
export async function claimScan(db: Db, scanId: string, worker: string, leaseMs: number): Promise<ClaimedScan | null> {
  const [claimed] = await db
    .update(scans)
    .set({
      status: 'running',
      leaseOwner: worker,
      leaseExpiresAt: fromNow(leaseMs),
      tries: sql`${scans.tries} + 1`,
      startedAt: sql`coalesce(${scans.startedAt}, now())`,
    })
    .from(repositories)
    .where(and(eq(scans.id, scanId), eq(repositories.id, scans.repositoryId), isOpen, isFree))
    .returning({
      scanId: scans.id,
      installationId: repositories.installationId,
      owner: repositories.owner,
      repo: repositories.name,
      number: scans.pullNumber,
      headSha: scans.headSha,
      baseSha: scans.baseSha,
      attempt: scans.attempt,
      tries: scans.tries,
      result: scans.result,
    });
  if (claimed === undefined) return null;
  const { number, headSha, baseSha } = claimed;
  // One that belongs to a repository has all of them.
  return number === null || headSha === null || baseSha === null ? null : { ...claimed, number, headSha, baseSha };
}

/** A lease that ran out and that nobody took is still the holder's to renew. */
export async function renewLease(db: Db, scanId: string, worker: string, leaseMs: number): Promise<boolean> {
  const renewed = await db
    .update(scans)
    .set({ leaseExpiresAt: fromNow(leaseMs) })
    .where(heldBy(scanId, worker))
    .returning({ id: scans.id });
  return renewed.length > 0;
}

/** Does nothing when the lease was lost: the scan is somebody else's then. */
export async function endScan(
  db: Db,
  scanId: string,
  worker: string,
  status: 'done' | 'cancelled' | 'failed',
  reason: string,
): Promise<void> {
  await db
    .update(scans)
    .set({ status, reason, leaseOwner: null, leaseExpiresAt: null, finishedAt: sql`now()` })
    .where(heldBy(scanId, worker));
}

/** Answers whether it was this worker's to give back. */
export async function releaseScan(db: Db, scanId: string, worker: string, when: 'now' | 'later'): Promise<boolean> {
  const waitMs = sql`least(${RETRY_MS} * power(2, ${scans.tries}), ${RETRY_MAX_MS}) * interval '1 millisecond'`;
  const released = await db
    .update(scans)
    .set({ ...givenBack, dueAt: when === 'now' ? sql`now()` : sql`now() + ${waitMs}` })
    .where(heldBy(scanId, worker))
    .returning({ id: scans.id });
  return released.length > 0;
}

export async function findAbandoned(db: Db): Promise<readonly string[]> {
  const since = sql`coalesce(${scans.leaseExpiresAt}, ${scans.dueAt})`;
  const rows = await db
    .select({ id: scans.id })
    .from(scans)
    .where(and(isOpen, lte(since, sql`now()`)))
    .orderBy(asc(since))
    .limit(SWEEP_LIMIT);
  return rows.map(({ id }) => id);
}

/** Frees every lease; answers how many. Only for a process that has the database to itself and holds none yet. */
export async function freeAllLeases(db: Db): Promise<number> {
  const freed = await db
    .update(scans)
    .set({ ...givenBack, dueAt: sql`now()` })
    .where(eq(scans.status, 'running'))
    .returning({ id: scans.id });
  return freed.length;
}
