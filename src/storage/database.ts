import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type * as schema from './schema.ts';

/** Either database, or a transaction on it. */
export type Db = PgDatabase<PgQueryResultHKT, typeof schema>;

export interface Database {
  readonly kind: 'pglite' | 'postgresql';
  /** What a person may be told of where it is: a folder, or host and name. Never a password. */
  readonly place: string;
  readonly db: Db;
  /** Runs a script of several statements in one transaction; answers all rows, in order. */
  exec(script: string): Promise<readonly Record<string, unknown>[]>;
  /** Calls `heard` when a transaction that did `pg_notify(channel, …)` commits, in whichever process. */
  listen(channel: string, heard: () => void): Promise<void>;
  close(): Promise<void>;
}
