import { sql } from 'drizzle-orm';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import { InputError } from '#model/errors.ts';
import type { Database } from './database.ts';
import { guardDatabase } from './database-error.ts';
import { type DatabasePlace, openDatabase } from './open-database.ts';
import { rowsOf } from './rows.ts';

/** Any number will do that no other program in the same database uses for its advisory lock. */
const MIGRATION_LOCK = 4_151_519;

/**
 * Brings the schema up to date and answers how many migrations that took, 0 when there was nothing to do. All or
 * nothing; safe to run again, and in several processes at once. The record is drizzle's own table, so that drizzle-kit
 * reads it too; its migrator is not used because it does not lock.
 */
export const migrate = guardDatabase('be migrated', async ({ db }: Pick<Database, 'db'>, migrationsFolder: string): Promise<number> => {
  const migrations = readMigrations(migrationsFolder);
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await tx.execute(sql`create schema if not exists drizzle`);
    await tx.execute(
      sql`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
    );
    const rows = rowsOf(await tx.execute(sql`select max(created_at) as last from drizzle.__drizzle_migrations`));
    const pending = migrations.filter(({ folderMillis }) => folderMillis > Number(rows[0]?.['last'] ?? 0));
    for (const { sql: statements, hash, folderMillis } of pending) {
      for (const statement of statements) await tx.execute(sql.raw(statement));
      await tx.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`);
    }
    return pending.length;
  });
});

/**
 * Throws `InputError` where the schema is not up to date, and changes nothing: an address may name a database that is
 * not ours.
 */
export const requireSchema = guardDatabase(
  'be looked at',
  async ({ db, place }: Pick<Database, 'db' | 'place'>, migrationsFolder: string): Promise<void> => {
    const migrations = readMigrations(migrationsFolder);
    const [table] = rowsOf(await db.execute(sql`select to_regclass('drizzle.__drizzle_migrations') is not null as there`));
    const rows = table?.['there'] === true ? rowsOf(await db.execute(sql`select created_at from drizzle.__drizzle_migrations`)) : [];
    const applied = new Set(rows.map((row) => Number(row['created_at'])));
    const missing = migrations.filter(({ folderMillis }) => !applied.has(folderMillis)).length;
    if (missing === 0) return;
    const state = missing === migrations.length ? 'holds no state of Aegis' : 'is of an earlier version of Aegis';
    throw new InputError(`the database at ${place} ${state}`, {
      hint: 'If it is the one that you mean, run `aegis db migrate`.',
    });
  },
);

/** `aegis db migrate`: opens the database, migrates it and closes it. */
export async function migrateDatabase(
  place: DatabasePlace & { readonly migrationsFolder: string },
): Promise<{ readonly applied: number; readonly place: string }> {
  const database = await openDatabase(place);
  try {
    return { applied: await migrate(database, place.migrationsFolder), place: database.place };
  } finally {
    await database.close();
  }
}

function readMigrations(migrationsFolder: string): MigrationMeta[] {
  try {
    return readMigrationFiles({ migrationsFolder });
  } catch (error) {
    throw new InputError(`there are no migrations in ${migrationsFolder}`, {
      hint: 'Reinstall aegis: its `drizzle` folder is missing or incomplete.',
      cause: error,
    });
  }
}
