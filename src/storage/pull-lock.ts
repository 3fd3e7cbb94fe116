import { eq, sql } from 'drizzle-orm';
import type { Db } from './database.ts';
import { scans } from './schema.ts';

/** First of the two numbers of an advisory lock, one that no other program in the same database uses. */
const PULL_LOCK = 4_151_524;

/** Each statement sees what was committed before it: the one after a lock, what the last holder did. */
export const COMMITTED = { isolationLevel: 'read committed' } as const;

/** A pull request by its row. Merge groups have the number 0, and nothing to do with each other. */
export interface PullKey {
  readonly repositoryId: number;
  readonly number: number;
}

/** Until the transaction ends, no other one decides who works on the pull request, or what is remembered of it. */
export async function lockPull(tx: Db, { repositoryId, number }: PullKey): Promise<void> {
  // Two pull requests with one number wait for each other, which does no harm.
  const which = (repositoryId * 65_537 + number) % 2 ** 31;
  await tx.execute(sql`select pg_advisory_xact_lock(${PULL_LOCK}, ${which}::int)`);
}

/** The pull request of a scan; null for a scan that is not there, or that no pull request asked for. */
export async function pullOfScan(db: Db, scanId: string): Promise<PullKey | null> {
  const [scan] = await db.select({ repositoryId: scans.repositoryId, number: scans.pullNumber }).from(scans).where(eq(scans.id, scanId));
  const { repositoryId = null, number = null } = scan ?? {};
  return repositoryId === null || number === null ? null : { repositoryId, number };
}

/** Runs `work` in a transaction that holds the lock of the scan's pull request. Null where it has none. */
export async function withPullOf<T>(db: Db, scanId: string, work: (tx: Db, pull: PullKey) => Promise<T>): Promise<T | null> {
  return await db.transaction(async (tx) => {
    const pull = await pullOfScan(tx, scanId);
    if (pull === null) return null;
    await lockPull(tx, pull);
    return await work(tx, pull);
  }, COMMITTED);
}
