import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { openDatabase } from '#storage/open-database.ts';
import { findPostgres } from '../fakes/postgres.ts';
import { examineUpgrade } from './store/upgrade.ts';
import { examineStorage } from './store.ts';

const folder = await mkdtemp(join(tmpdir(), 'aegis-store-'));
const server = await findPostgres();

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  if ('stop' in server) await server.stop();
});

examineStorage('the embedded database', () => openDatabase({ dataDir: folder }));
examineUpgrade('the embedded database', () => openDatabase({ dataDir: join(folder, 'earlier') }));

if ('missing' in server) {
  describe('PostgreSQL', () => {
    it.skip(server.missing, () => {});
  });
} else {
  const openNew = async () => openDatabase({ databaseUrl: await server.createDatabase(), dataDir: folder });
  examineStorage('PostgreSQL', openNew);
  examineUpgrade('PostgreSQL', openNew);
}
