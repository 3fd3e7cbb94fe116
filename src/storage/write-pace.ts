import { sql } from 'drizzle-orm';
import { WRITES_A_MINUTE, WRITES_AN_HOUR, type WritePace } from '#ports/write-pace.ts';
import type { Db } from './database.ts';
import { guardDatabase } from './database-error.ts';
import { githubWrites } from './lifecycle-schema.ts';
import { COMMITTED } from './pull-lock.ts';
import { rowsOf } from './rows.ts';

/** First of the two numbers of an advisory lock; the second is the installation. As `PULL_LOCK` otherwise. */
const PACE_LOCK = 4_151_525;

/** Requests do not all take as long to arrive: both spans are kept with a second to spare. */
const MINUTE_MS = 61_000;
const HOUR_MS = 3_601_000;

interface PaceOptions {
  /** Waits so many milliseconds; rejects when the signal aborts. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** The pace of all processes that share the database, by its clock. */
export function createDatabasePace(db: Db, { wait }: PaceOptions): WritePace {
  const tryTake = guardDatabase('count a write', (installationId: number) =>
    db.transaction((tx) => takeOrTell(tx, installationId), COMMITTED),
  );
  return {
    async take(installationId, signal) {
      for (;;) {
        signal?.throwIfAborted();
        const waitMs = await tryTake(installationId);
        if (waitMs === 0) return;
        await wait(waitMs, signal).catch((error: unknown) => {
          signal?.throwIfAborted();
          throw error;
        });
      }
    },
  };
}

/** Counts a write where there is room for it, and answers 0; else how long there will be none, milliseconds. */
async function takeOrTell(tx: Db, installationId: number): Promise<number> {
  await tx.execute(sql`select pg_advisory_xact_lock(${PACE_LOCK}, ${installationId % 2 ** 31}::int)`);
  const ours = sql`installation_id = ${installationId}::bigint`;
  /** When the write that fills the span leaves it; null while there is room. */
  const roomAt = (most: number, spanMs: number) =>
    sql`(select at from ${githubWrites} where ${ours} order by at desc offset ${most - 1}::int limit 1) + ${spanMs}::float8 * interval '1 millisecond'`;
  const [row] = rowsOf(
    await tx.execute(sql`
      with forgotten as (delete from ${githubWrites} where ${ours} and at < clock_timestamp() - ${HOUR_MS}::float8 * interval '1 millisecond'),
      room as (select greatest(${roomAt(WRITES_A_MINUTE, MINUTE_MS)}, ${roomAt(WRITES_AN_HOUR, HOUR_MS)}) as at),
      taken as (
        insert into ${githubWrites} (installation_id, at)
        select ${installationId}::bigint, clock_timestamp() from room where at is null or at <= clock_timestamp() returning id
      )
      select (select count(*) from taken)::int as taken, extract(epoch from room.at - clock_timestamp())::float8 * 1000 as wait_ms from room`),
  );
  return row?.['taken'] === 1 ? 0 : Math.max(1, Math.ceil(Number(row?.['wait_ms'])));
}
