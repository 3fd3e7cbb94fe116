import { and, asc, desc, eq, exists, gt, inArray, isNull, lte, ne, not, or, sql } from 'drizzle-orm';
import { alias, QueryBuilder } from 'drizzle-orm/pg-core';
import type { ClaimedScan, LeaseState } from '#ports/store.ts';
import type { Db } from './database.ts';
import { type PullKey, withPullOf } from './pull-lock.ts';
import { repositories, scans } from './schema.ts';
import { fromNow, retryWait, SWEEP_LIMIT } from './sql-time.ts';

const isOpen = inArray(scans.status, ['queued', 'running']);
/** Up to and including now: an embedded database counts time in whole milliseconds. */
const isFree = or(isNull(scans.leaseExpiresAt), lte(scans.leaseExpiresAt, sql`now()`));
const heldBy = (scanId: string, worker: string) => and(eq(scans.id, scanId), eq(scans.leaseOwner, worker), isOpen);
const givenBack = { status: 'queued', leaseOwner: null, leaseExpiresAt: null } as const;

const underWay = alias(scans, 'under_way');
/** Another scan of the same pull request holds a live lease. Merge groups are in nobody's way. */
const isBlocked = exists(
  new QueryBuilder()
    .select({ id: underWay.id })
    .from(underWay)
    .where(
      and(
        eq(underWay.repositoryId, scans.repositoryId),
        eq(underWay.pullNumber, scans.pullNumber),
        gt(underWay.pullNumber, 0),
        ne(underWay.id, scans.id),
        eq(underWay.status, 'running'),
        gt(underWay.leaseExpiresAt, sql`now()`),
      ),
    ),
);

/** Of parallel claims of one pull request's scans, the others wait for the lock and then find a lease taken. */
export async function claimScan(db: Db, scanId: string, worker: string, leaseMs: number): Promise<ClaimedScan | null> {
  return await withPullOf(db, scanId, async (tx, { number }) => {
    const [claimed] = await tx
      .update(scans)
      .set({
        status: 'running',
        leaseOwner: worker,
        leaseExpiresAt: fromNow(leaseMs),
        tries: sql`${scans.tries} + 1`,
        startedAt: sql`coalesce(${scans.startedAt}, now())`,
      })
      .from(repositories)
      .where(and(eq(scans.id, scanId), eq(repositories.id, scans.repositoryId), isOpen, isFree, not(isBlocked)))
      .returning({
        scanId: scans.id,
        installationId: repositories.installationId,
        owner: repositories.owner,
        repo: repositories.name,
        headSha: scans.headSha,
        baseSha: scans.baseSha,
        attempt: scans.attempt,
        tries: scans.tries,
        result: scans.result,
      });
    if (claimed === undefined) return null;
    const { headSha, baseSha } = claimed;
    // One that belongs to a repository has both.
    return headSha === null || baseSha === null ? null : { ...claimed, number, headSha, baseSha };
  });
}

/** A lease that ran out is still the holder's to renew, unless another scan of the pull request was begun since. */
export async function renewLease(db: Db, scanId: string, worker: string, leaseMs: number): Promise<LeaseState> {
  const state = await withPullOf(db, scanId, async (tx): Promise<LeaseState> => {
    const [renewed] = await tx
      .update(scans)
      .set({ leaseExpiresAt: fromNow(leaseMs) })
      .where(and(heldBy(scanId, worker), not(isBlocked)))
      .returning({ passedAt: scans.passedAt });
    if (renewed === undefined) return 'lost';
    return renewed.passedAt === null ? 'held' : 'passed';
  });
  return state ?? 'lost';
}

/** Does nothing when the lease was lost: the scan is somebody else's then. Answers whether it was this worker's. */
export async function endScan(
  tx: Db,
  scanId: string,
  worker: string,
  status: 'done' | 'cancelled' | 'failed',
  reason: string,
): Promise<boolean> {
  const ended = await tx
    .update(scans)
    .set({ status, reason, leaseOwner: null, leaseExpiresAt: null, finishedAt: sql`now()` })
    .where(heldBy(scanId, worker))
    .returning({ id: scans.id });
  return ended.length > 0;
}

/** Answers whether it was this worker's to give back. */
export async function releaseScan(tx: Db, scanId: string, worker: string, when: 'now' | 'later'): Promise<boolean> {
  const released = await tx
    .update(scans)
    .set({ ...givenBack, dueAt: when === 'now' ? sql`now()` : sql`now() + ${retryWait(scans.tries)}` })
    .where(heldBy(scanId, worker))
    .returning({ id: scans.id });
  return released.length > 0;
}

/**
 * The scan of a pull request whose turn it is when `endedId` gives way: of those that wait, the newest. One that was
 * given back for later keeps to its wait.
 */
export async function findNext(tx: Db, { repositoryId, number }: PullKey, endedId: string): Promise<string | null> {
  if (number === 0) return null;
  const ofPull = and(eq(scans.repositoryId, repositoryId), eq(scans.pullNumber, number), ne(scans.id, endedId));
  const isDue = or(eq(scans.tries, 0), lte(scans.dueAt, sql`now()`));
  const [next] = await tx
    .select({ id: scans.id })
    .from(scans)
    .where(and(ofPull, isOpen, isFree, isDue))
    .orderBy(desc(scans.createdAt), desc(scans.attempt))
    .limit(1);
  return next?.id ?? null;
}

/** One whose pull request has another scan under way is woken by its end. */
export async function findAbandoned(db: Db): Promise<readonly string[]> {
  const since = sql`coalesce(${scans.leaseExpiresAt}, ${scans.dueAt})`;
  const rows = await db
    .select({ id: scans.id })
    .from(scans)
    .where(and(isOpen, lte(since, sql`now()`), not(isBlocked)))
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
