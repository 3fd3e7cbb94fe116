import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, describe, it } from 'vitest';
import { createFileJudgements } from '#archive/file-judgements.ts';
import { createFilePipelines } from '#archive/file-pipelines.ts';
import { createFileScanRecords } from '#archive/file-scan-records.ts';
import { createFileSpending } from '#archive/file-spending.ts';
import { createDatabasePipelines } from '#storage/consensus-pipelines.ts';
import type { Database } from '#storage/database.ts';
import { createDatabaseJudgements } from '#storage/judgements.ts';
import { migrate } from '#storage/migrate.ts';
import { createDatabaseSpending } from '#storage/monthly-spending.ts';
import { openDatabase } from '#storage/open-database.ts';
import { createRepositoryJudgements } from '#storage/repository-judgements.ts';
import { rowsOf } from '#storage/rows.ts';
import { createDatabaseScanRecords } from '#storage/scan-records.ts';
import { findPostgres } from '../fakes/postgres.ts';
import { examinePipelines } from './consensus-pipelines.ts';
import { examineJudgements, examineRepositoryJudgements } from './judgements.ts';
import { examineSpending } from './monthly-spending.ts';
import { examineScanRecords } from './scan-records.ts';

const folder = await mkdtemp(join(tmpdir(), 'aegis-archive-'));
const server = await findPostgres();
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  if ('stop' in server) await server.stop();
});

const close = async () => {};
const clear = (path: string) => () => rm(path, { recursive: true, force: true });

/** Every place in a folder that is not there yet. */
examineScanRecords('scan records in files', async () => {
  const runs = join(folder, 'new', 'runs');
  return { open: () => createFileScanRecords(runs), clear: clear(runs), close };
});
examineJudgements('judgements in a file', async () => {
  const path = join(folder, 'judged', 'judgements.json');
  return { open: () => createFileJudgements(path), clear: clear(path), close };
});
examinePipelines('consensus pipelines in a file', async () => {
  const path = join(folder, 'piped', 'pipelines.yml');
  return { open: () => createFilePipelines(path), clear: clear(path), close };
});
examineSpending('monthly spending in a file', async () => {
  const path = join(folder, 'spent', 'spending.json');
  return {
    open: async (repository, limitUsd) => createFileSpending(path, { repository, limitUsd }),
    async taken(repository) {
      const text = await readFile(path, 'utf8').catch(() => '{"spending":[]}');
      const { spending } = JSON.parse(text) as { spending: { repository: string; usd: number }[] };
      return spending.filter((row) => row.repository === repository).reduce((sum, { usd }) => sum + usd, 0);
    },
    clear: clear(path),
    close,
  };
});

examineDatabase('the embedded database', () => openDatabase({ dataDir: join(folder, 'embedded') }));
if ('missing' in server) {
  describe('PostgreSQL', () => {
    it.skip(server.missing, () => {});
  });
} else {
  examineDatabase('PostgreSQL', async () => openDatabase({ databaseUrl: await server.createDatabase(), dataDir: folder }));
}

function examineDatabase(name: string, openAt: () => Promise<Database>): void {
  describe(name, () => {
    const start = async () => {
      const database = await openAt();
      await migrate(database, 'drizzle');
      const run = async (statement: string) => rowsOf(await database.db.execute(sql.raw(statement)));
      return {
        database,
        run,
        clear: async () =>
          void (await run(
            'truncate repositories, scans, candidates, findings, model_executions, scan_files, feedback, spending, consensus_pipelines cascade',
          )),
        close: () => database.close(),
      };
    };
    examineScanRecords('scan records', async () => {
      const place = await start();
      return { ...place, open: () => createDatabaseScanRecords(place.database.db) };
    });
    examineJudgements('judgements', async () => {
      const place = await start();
      return { ...place, open: () => createDatabaseJudgements(place.database.db) };
    });
    examineRepositoryJudgements('judgements of repositories', async () => {
      const place = await start();
      const { db } = place.database;
      return { ...place, open: () => createRepositoryJudgements(db), records: () => createDatabaseJudgements(db).records() };
    });
    examinePipelines('consensus pipelines', async () => {
      const place = await start();
      return { ...place, open: () => createDatabasePipelines(place.database.db) };
    });
    examineSpending('monthly spending', async () => {
      const place = await start();
      return {
        ...place,
        async open(repository, limitUsd) {
          const [owner = '', repo = ''] = repository.split('/');
          const scanId = randomUUID();
          await place.database.db.execute(sql`
            with repository as (
              insert into repositories (owner, name, installation_id) values (${owner}, ${repo}, 1)
              on conflict (owner, name) do update set installation_id = 1 returning id
            )
            insert into scans (id, repository_id, pull_number, head_sha, base_sha, attempt, due_at)
            select ${scanId}::uuid, id, 1, ${scanId}, 'b', 1, now() from repository`);
          return createDatabaseSpending(place.database.db, { scanId, limitUsd });
        },
        async taken(repository) {
          const [owner = '', repo = ''] = repository.split('/');
          const rows = await place.run(
            `select coalesce(sum(usd), 0) as usd from spending join repositories on repositories.id = repository_id where owner = '${owner}' and name = '${repo}'`,
          );
          return Number(rows[0]?.['usd']);
        },
      };
    });
  });
}
