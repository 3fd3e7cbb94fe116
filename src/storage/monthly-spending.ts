import { and, eq, sql } from 'drizzle-orm';
import { fitsLimit } from '#lib/monthly-limit.ts';
import type { MonthlySpending } from '#ports/monthly-spending.ts';
import { spending } from './archive-schema.ts';
import type { Db } from './database.ts';
import { guardDatabase } from './database-error.ts';
import { rowsOf } from './rows.ts';
import { scans } from './schema.ts';

/** First of the two numbers of an advisory lock; the second is the repository. As `FEEDBACK_LOCK` otherwise. */
const SPENDING_LOCK = 4_151_523;

interface SpendingOptions {
  /** The scan that spends; its repository is the one whose month it is. */
  readonly scanId: string;
  readonly limitUsd: number;
}

/**
 * What all scans of a repository spend in a month, in the database. A scan counts for the month in which it began to. What
 * a worker that died had set aside stays counted.
 */
export function createDatabaseSpending(db: Db, { scanId, limitUsd }: SpendingOptions): MonthlySpending {
  /** Of parallel reserves for one repository each sees what the one before it took. */
  const reserve = async (tx: Db, usd: number): Promise<boolean> => {
    const [scan] = await tx.select({ repositoryId: scans.repositoryId }).from(scans).where(eq(scans.id, scanId));
    const repositoryId = scan?.repositoryId ?? null;
    await tx.execute(sql`select pg_advisory_xact_lock(${SPENDING_LOCK}, ${(repositoryId ?? 0) % 2 ** 31}::int)`);
    const month = await monthOfScan(tx, scanId);
    const sameRepository = sql`${spending.repositoryId} is not distinct from ${repositoryId}::bigint`;
    const [taken] = await tx
      .select({ usd: sql<number | null>`sum(${spending.usd})` })
      .from(spending)
      .where(and(sameRepository, eq(spending.month, month)));
    if (!fitsLimit(Number(taken?.usd ?? 0), usd, limitUsd)) return false;
    await tx
      .insert(spending)
      .values({ scanId, repositoryId, month, usd })
      .onConflictDoUpdate({ target: spending.scanId, set: { usd: sql`${spending.usd} + ${usd}::double precision` } });
    return true;
  };
  return {
    // Each statement sees what was committed before it: the one after the lock, what the last holder added.
    reserve: guardDatabase('set money aside', (usd) => db.transaction((tx) => reserve(tx, usd), { isolationLevel: 'read committed' })),
    settle: guardDatabase('count what was spent', async (reservedUsd, spentUsd) => {
      const difference = sql`${spentUsd}::double precision - ${reservedUsd}::double precision`;
      await db
        .update(spending)
        .set({ usd: sql`greatest(0, ${spending.usd} + ${difference})` })
        .where(eq(spending.scanId, scanId));
    }),
  };
}

/** `YYYY-MM`, by the database's clock. */
async function monthOfScan(tx: Db, scanId: string): Promise<string> {
  const [row] = await tx.select({ month: spending.month }).from(spending).where(eq(spending.scanId, scanId));
  if (row !== undefined) return row.month;
  const [now] = rowsOf(await tx.execute(sql`select to_char(now() at time zone 'UTC', 'YYYY-MM') as month`));
  return String(now?.['month']);
}
