import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/** Wait before what was given back counts as abandoned: doubled with each try, at most a minute. */
const RETRY_MS = 2_000;
const RETRY_MAX_MS = 60_000;

/** Scans, and tasks, that one sweep takes up; the oldest come first, the others in the sweeps that follow. */
export const SWEEP_LIMIT = 50;

/** A moment from now, by the database's clock: processes on several hosts need no common one. */
export function fromNow(ms: number): SQL<Date> {
  return sql<Date>`now() + ${ms}::double precision * interval '1 millisecond'`;
}

/** The wait after so many tries, an interval. */
export function retryWait(tries: SQLWrapper): SQL {
  return sql`least(${RETRY_MS} * power(2, ${tries}), ${RETRY_MAX_MS}) * interval '1 millisecond'`;
}
