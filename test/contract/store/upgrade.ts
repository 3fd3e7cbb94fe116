import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#storage/database.ts';
import { migrate } from '#storage/migrate.ts';
import { createStore, type DatabaseStore } from '#storage/store.ts';
import { request } from './under-test.ts';

const DONE = '11111111-1111-4111-8111-111111111111';
const OPEN = '22222222-2222-4222-8222-222222222222';

/** What an earlier version stored is there, and goes on, after the migrations that came since. */
export function examineUpgrade(name: string, open: () => Promise<Database>): void {
  describe(`${name} of an earlier version`, () => {
    let database: Database;
    let store: DatabaseStore;
    let folder: string;
    const jobs: string[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'aegis-earlier-'));
      await cp('drizzle', folder, { recursive: true });
      const journal = join(folder, 'meta', '_journal.json');
      const { entries, ...rest } = JSON.parse(await readFile(journal, 'utf8')) as { entries: { tag: string }[] };
      const last = entries.findIndex(({ tag }) => tag === '0002_panel');
      await writeFile(journal, JSON.stringify({ ...rest, entries: entries.slice(0, last + 1) }));
      database = await open();
      await migrate(database, folder);
      const { owner, repo, number, headSha, baseSha, installationId } = request();
      const run = (statement: ReturnType<typeof sql>) => database.db.execute(statement);
      await run(sql`insert into repositories (id, owner, name, installation_id) values (1, ${owner}, ${repo}, ${installationId}::bigint)`);
      await run(sql`insert into scans (id, repository_id, pull_number, head_sha, base_sha, attempt, status, due_at, conclusion, result)
        values (${DONE}, 1, ${number}::int, 'older', ${baseSha}, 1, 'done', now(), 'passed', '{"conclusion": "passed"}'),
               (${OPEN}, 1, ${number}::int, ${headSha}, ${baseSha}, 1, 'queued', now(), null, null)`);
      await run(sql`insert into publications (scan_id, key, remote_id) values (${DONE}, 'summary', '12')`);
      await run(sql`insert into webhook_deliveries (guid, event, scan_id) values ('guid-1', 'pull_request', ${DONE})`);
      expect(await migrate(database, 'drizzle')).toBe(entries.length - last - 1);
      store = createStore(database, { enqueueIn: async (_tx, jobId) => void jobs.push(jobId) });
    });
    afterAll(async () => {
      await database?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('knows its deliveries and what it posted', async () => {
      const delivery = { guid: 'guid-1', event: 'pull_request', action: 'opened' };
      expect(await store.accept(delivery, null)).toEqual({ kind: 'duplicate', scanId: DONE });
      expect(await store.find(DONE, 'summary')).toBe('12');
      expect(await store.posts(OPEN)).toEqual([{ key: 'summary', remoteId: '12' }]);
      expect(await store.begin(DONE, 'summary')).toBe('again');
    });

    it('goes on with its open scan, which has no history yet', async () => {
      expect(await store.abandoned()).toEqual([OPEN]);
      expect(await store.claim(OPEN, 'w')).toMatchObject({ ...request(), tries: 1 });
      expect(await store.heartbeat(OPEN, 'w')).toBe('held');
      expect([await store.history(OPEN), await store.lastResult(request()), await store.known(request())]).toEqual([null, null, []]);
      await store.finish(OPEN, 'w', 'done', '');
      expect(jobs).toEqual([]);
    });
  });
}
