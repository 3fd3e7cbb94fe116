import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { afterAll, describe, expect, it } from 'vitest';
import { createDatabaseAnswerCache } from '#storage/answer-cache.ts';
import { migrate } from '#storage/migrate.ts';
import { listHealth } from '#storage/model-health.ts';
import { createDatabaseRecords } from '#storage/model-records.ts';
import { openDatabase } from '#storage/open-database.ts';
import { createDatabaseQuirks } from '#storage/quirk-memory.ts';
import * as schema from '#storage/schema.ts';
import { createSecretStore } from '#storage/secret-store.ts';
import { findPostgres } from '../fakes/postgres.ts';
import { examineModelStorage } from './model-storage.ts';

const folder = await mkdtemp(join(tmpdir(), 'aegis-models-'));
const server = await findPostgres();

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  if ('stop' in server) await server.stop();
});

await examineModelStorage('the embedded database', () => openDatabase({ dataDir: folder }));

if ('missing' in server) {
  describe('PostgreSQL', () => {
    it.skip(server.missing, () => {});
  });
} else {
  await examineModelStorage('PostgreSQL', async () => openDatabase({ databaseUrl: await server.createDatabase(), dataDir: folder }));

  it('a database of the first version keeps its rows and gets the tables for models', async () => {
    const first = join(folder, 'first');
    await cp('drizzle', first, { recursive: true });
    const journal = JSON.parse(await readFile(join(first, 'meta/_journal.json'), 'utf8')) as { entries: unknown[] };
    await writeFile(join(first, 'meta/_journal.json'), JSON.stringify({ ...journal, entries: journal.entries.slice(0, 1) }));
    const database = await openDatabase({ databaseUrl: await server.createDatabase(), dataDir: folder });
    expect(await migrate(database, first)).toBe(1);
    await database.exec("insert into webhook_deliveries (guid, event) values ('g', 'ping')");
    expect(await migrate(database, 'drizzle')).toBe(journal.entries.length - 1);
    expect(await migrate(database, 'drizzle')).toBe(0);
    expect(await database.exec('select guid from webhook_deliveries')).toEqual([{ guid: 'g' }]);
    expect(await createDatabaseRecords(database).read()).toEqual({ models: [], versions: [] });
    await database.close();
  });
}

describe('a database that is gone', () => {
  const client = postgres('postgres://nobody@127.0.0.1:9/none', { max: 1, backoff: () => 0.01 });
  const db = drizzle(client, { schema });
  afterAll(() => client.end({ timeout: 1 }));

  it('fails the registry and the secrets with a sentence, without SQL and values', async () => {
    const records = createDatabaseRecords({ db, place: 'nowhere' });
    const acts = [
      () => records.read(),
      () => records.change((state) => ({ state, result: null })),
      () => records.usesOf('secret-name'),
      () => createSecretStore(db, 'a passphrase of some length').put({ name: 'secret_name', value: 'v', hosts: [], repositories: [] }),
      () => listHealth(db, 'secret-name'),
    ];
    for (const act of acts) {
      const fault = (await act().then(
        () => null,
        (error: unknown) => error,
      )) as Error & { code: string };
      expect(fault.code).toBe('AEGIS_UNAVAILABLE');
      expect(fault.message).toMatch(/^the database could not [a-z ]+: nothing listens there$/);
      expect(`${fault.message} ${fault.cause}`).not.toMatch(/secret.name|select|insert/i);
    }
  });
  it('costs the answer cache and what was learned a miss, and no error', async () => {
    const cache = createDatabaseAnswerCache(db, { maxBytes: 1_000_000 });
    const reply = { text: '', finish: 'complete', reason: null, tokensIn: null, tokensOut: null } as const;
    await cache.set('k', reply);
    expect(await cache.get('k')).toBeNull();
    const quirks = createDatabaseQuirks(db);
    await quirks.learn('k', [{ id: 'q', value: 1 }]);
    expect(await quirks.recall('k')).toEqual([]);
  });
});
