import { type SQL, sql } from 'drizzle-orm';

/** A moment from now, by the database's clock: processes on several hosts need no common one. */
export function fromNow(ms: number): SQL<Date> {
  return sql<Date>`now() + ${ms}::double precision * interval '1 millisecond'`;
}
