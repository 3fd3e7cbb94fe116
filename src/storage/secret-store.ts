import { asc, eq, sql } from 'drizzle-orm';
import { createSecretVault } from '#lib/secret-record.ts';
import type { SecretStore } from '#ports/secret-store.ts';
import type { Db } from './database.ts';
import { guardDatabase } from './database-error.ts';
import { secrets } from './model-schema.ts';

/** Secrets in the database. `secretKey` is `AEGIS_SECRET_KEY`, and is needed to store and to open. */
export function createSecretStore(db: Db, secretKey: string): SecretStore {
  const vault = createSecretVault(secretKey);
  return {
    put: guardDatabase('store a secret', async (secret) => {
      const { name, sealed, ...terms } = await vault.seal(secret);
      const content = { sealed, hosts: [...terms.hosts], repositories: [...terms.repositories] };
      await db
        .insert(secrets)
        .values({ name, ...content })
        .onConflictDoUpdate({ target: secrets.name, set: { ...content, createdAt: sql`now()` } });
    }),
    list: guardDatabase('list the secrets', async () => {
      const rows = await db.select().from(secrets).orderBy(asc(secrets.name));
      return rows.map(({ sealed: _, createdAt, ...info }) => ({ ...info, createdAt: createdAt.toISOString() }));
    }),
    remove: guardDatabase('remove a secret', async (name) => {
      const removed = await db.delete(secrets).where(eq(secrets.name, name)).returning({ name: secrets.name });
      return removed.length > 0;
    }),
    open: guardDatabase('open a secret', async (name) => {
      const [row] = await db.select().from(secrets).where(eq(secrets.name, name));
      if (row === undefined) return null;
      const { sealed, createdAt, ...terms } = row;
      const info = { ...terms, createdAt: createdAt.toISOString() };
      return { ...info, value: await vault.open({ ...info, sealed }) };
    }),
  };
}
