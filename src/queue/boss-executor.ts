import type { Db } from '#storage/database.ts';
import { guardDatabase } from '#storage/database-error.ts';
import { rowsOf } from '#storage/rows.ts';

/** What pg-boss asks of a database: numbered parameters, rows back. */
export interface BossExecutor {
  executeSql(text: string, values?: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

/**
 * Lets pg-boss speak through our connection, so that a job can be written in the transaction of its delivery. `exec`
 * runs what comes without parameters; those are scripts of several statements, which drivers take on another road.
 */
export function bossExecutor(db: Db, exec: (script: string) => Promise<readonly Record<string, unknown>[]>): BossExecutor {
  const query = guardDatabase('serve the job queue', (text: string, values: readonly unknown[]) =>
    // Below drizzle's query builder: its `sql` would number a parameter anew each time that it occurs.
    db._.session.prepareQuery({ sql: text, params: values.map(toParameter) }, undefined, undefined, false).execute(),
  );
  return {
    async executeSql(text, values = []) {
      // A script's fault goes through as it is: pg-boss reads its message to see that another process was faster.
      if (values.length === 0) return { rows: [...(await exec(withoutTransaction(text)))] };
      return { rows: [...rowsOf(await query(text, values))] };
    },
  };
}

/** The script opens and closes a transaction of its own; `exec` does that, and also ends it when a statement fails. */
function withoutTransaction(script: string): string {
  return script.replace(/^\s*BEGIN;/, '').replace(/COMMIT;\s*$/, '');
}

/** The drivers differ in what they do with an object; both take JSON as text. Arrays are PostgreSQL arrays. */
function toParameter(value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? JSON.stringify(value) : value;
}
