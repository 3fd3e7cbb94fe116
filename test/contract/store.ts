import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ScanRequest } from '#ports/store.ts';
import { createJobQueue, type DatabaseJobQueue } from '#queue/job-queue.ts';
import { startSweeper } from '#queue/sweeper.ts';
import type { Database } from '#storage/database.ts';
import { migrate } from '#storage/migrate.ts';
import { rowsOf } from '#storage/rows.ts';
import { createDatabaseScanRecords } from '#storage/scan-records.ts';
import { createStore, type DatabaseStore, type StoreOptions } from '#storage/store.ts';
import { hostileRecord } from '../fakes/scan-record.ts';
import { hostileResult } from '../fakes/scan-result.ts';
import { examineOutbox } from './store/outbox.ts';
import { examinePullMemory } from './store/pull-memory.ts';
import { examineTasks } from './store/tasks.ts';
import { examineTurns } from './store/turns.ts';
import { asked, delivery, request } from './store/under-test.ts';
import { examinePace } from './store/write-pace.ts';

const MIGRATIONS = 'drizzle';
const TABLES = [
  ...['webhook_deliveries', 'publications', 'findings', 'candidates', 'model_executions', 'scan_files', 'scans', 'repositories'],
  ...['feedback', 'spending', 'tasks', 'finding_states', 'policies', 'pull_requests', 'github_writes'],
];
const LEASE_MS = 1_200;

/** The examination that the store and the queue pass on every database. `open` gives an empty one. */
export function examineStorage(name: string, open: () => Promise<Database>): void {
  describe(name, () => {
    let database: Database;
    let queue: DatabaseJobQueue;
    let store: DatabaseStore;
    const faults: unknown[] = [];
    const onError = (error: unknown) => void faults.push(error);
    const storeWith = (options: Partial<StoreOptions>) =>
      createStore(database, { enqueueIn: queue.enqueueIn, leaseMs: LEASE_MS, graceMs: 0, ...options });
    const count = async (table: string) =>
      Number(rowsOf(await database.db.execute(sql.raw(`select count(*) as n from ${table}`)))[0]?.['n']);
    const accepted = async (changes: Partial<ScanRequest> = {}) => (await store.accept(delivery(), asked(changes))).scanId ?? '';

    beforeAll(async () => {
      database = await open();
      await migrate(database, MIGRATIONS);
      queue = await createJobQueue(database, { onError });
      store = storeWith({});
    });
    afterAll(async () => {
      await queue?.stop(0);
      await database?.close();
    });
    beforeEach(async () => {
      await database.db.execute(sql.raw(`truncate ${TABLES.join(', ')}`));
      await database.db.execute(sql.raw('delete from pgboss.job'));
      faults.length = 0;
    });

    describe('migrations', () => {
      it('are applied once', async () => {
        expect(await migrate(database, MIGRATIONS)).toBe(0);
      });
      it('may be asked for in parallel, and keep what is stored', async () => {
        const scanId = await accepted();
        expect(await Promise.all([1, 2, 3].map(() => migrate(database, MIGRATIONS)))).toEqual([0, 0, 0]);
        expect(await store.claim(scanId, 'w')).toMatchObject({ scanId });
      });
      it('say in one sentence that their folder is missing', async () => {
        await expect(migrate(database, '/nowhere')).rejects.toMatchObject({
          code: 'AEGIS_INPUT',
          message: 'there are no migrations in /nowhere',
        });
      });
    });

    describe('accepting deliveries', () => {
      it('makes one scan and one job of one GUID that arrives twenty times at once', async () => {
        const twice = delivery();
        const answers = await Promise.all(Array.from({ length: 20 }, () => store.accept(twice, asked())));
        expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
        expect(new Set(answers.map(({ scanId }) => scanId)).size).toBe(1);
        expect([await count('scans'), await count('pgboss.job'), await count('webhook_deliveries')]).toEqual([1, 1, 1]);
      });
      it('shares one scan between different deliveries of one head', async () => {
        const answers = await Promise.all(Array.from({ length: 10 }, () => store.accept(delivery(), asked())));
        expect(answers.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
        expect(new Set(answers.map(({ scanId }) => scanId)).size).toBe(1);
        expect([await count('scans'), await count('pgboss.job'), await count('webhook_deliveries')]).toEqual([1, 1, 10]);
      });
      it.each([
        { name: 'another head', changes: { headSha: 'c'.repeat(40) } },
        { name: 'another base', changes: { baseSha: 'c'.repeat(40) } },
        { name: 'another pull request', changes: { number: 8 } },
        { name: 'another repository', changes: { repo: 'cart' } },
        { name: 'another attempt', changes: { attempt: 2 } },
      ])('makes a scan of its own for $name', async ({ changes }) => {
        await accepted();
        expect(await store.accept(delivery(), asked(changes))).toMatchObject({ kind: 'accepted' });
        expect(await count('scans')).toBe(2);
      });
      it('on another base a head is asked for later than it was before, so that nobody takes it for the older one', async () => {
        await accepted();
        await store.accept(delivery(), asked({ attempt: 2 }));
        const moved = await store.accept(delivery(), asked({ baseSha: 'c'.repeat(40) }));
        expect(moved.kind).toBe('accepted');
        expect(await store.lastAttempt(request())).toBe(3);
      });
      it('records a delivery that asks for no scan', async () => {
        const ping = delivery();
        expect(await store.accept(ping, null)).toEqual({ kind: 'accepted', scanId: null });
        expect(await store.accept(ping, null)).toEqual({ kind: 'duplicate', scanId: null });
      });
      it('rolls everything back when the job cannot be enqueued, so that a redelivery is taken', async () => {
        const again = delivery();
        const broken = storeWith({ enqueueIn: () => Promise.reject(new Error('no queue')) });
        await expect(broken.accept(again, asked())).rejects.toThrow('no queue');
        expect([await count('webhook_deliveries'), await count('repositories'), await count('scans')]).toEqual([0, 0, 0]);
        expect(await store.accept(again, asked())).toMatchObject({ kind: 'accepted' });
      });
      it('rolls the job back with the rest when something fails after it', async () => {
        const broken = storeWith({
          enqueueIn: async (tx, scanId) => {
            await queue.enqueueIn(tx, scanId);
            throw new Error('late');
          },
        });
        await expect(broken.accept(delivery(), asked())).rejects.toThrow('late');
        expect([await count('scans'), await count('pgboss.job')]).toEqual([0, 0]);
      });
      it('follows a repository to its new installation', async () => {
        await accepted();
        const scanId = await accepted({ installationId: 42, attempt: 2 });
        expect(await store.claim(scanId, 'w')).toMatchObject({ installationId: 42 });
      });
      it('tells the last attempt of a head', async () => {
        expect(await store.lastAttempt(request())).toBe(0);
        await accepted({ attempt: 1 });
        await accepted({ attempt: 2 });
        expect(await store.lastAttempt(request())).toBe(2);
        expect(await store.lastAttempt(request({ headSha: 'c'.repeat(40) }))).toBe(0);
      });
    });

    describe('leases', () => {
      it('go to one of twenty parallel claims', async () => {
        const scanId = await accepted();
        const claims = await Promise.all(Array.from({ length: 20 }, (_, worker) => store.claim(scanId, `w${worker}`)));
        expect(claims.filter((claim) => claim !== null)).toEqual([{ ...request(), scanId, tries: 1, result: null }]);
      });
      it('are taken over when they ran out, and the first holder then hears that it lost', async () => {
        const scanId = await accepted();
        await store.claim(scanId, 'first');
        expect(await store.abandoned()).toEqual([]);
        await wait(LEASE_MS + 100);
        expect(await store.abandoned()).toEqual([scanId]);
        expect(await store.claim(scanId, 'second')).toMatchObject({ tries: 2 });
        expect(await store.heartbeat(scanId, 'first')).toBe('lost');
        await store.finish(scanId, 'first', 'done', 'too late');
        await store.release(scanId, 'first', 'now');
        expect(await store.heartbeat(scanId, 'second')).toBe('held');
      });
      it('hold as long as they are renewed', async () => {
        const scanId = await accepted();
        await store.claim(scanId, 'w');
        for (let beat = 0; beat < 4; beat += 1) {
          await wait(LEASE_MS / 2);
          expect(await store.heartbeat(scanId, 'w')).toBe('held');
        }
        expect(await store.claim(scanId, 'thief')).toBeNull();
      });
      it('given back for later make the scan free at once, and abandoned only after a wait', async () => {
        const scanId = await accepted();
        await store.claim(scanId, 'w');
        await store.release(scanId, 'w', 'later');
        expect(await store.abandoned()).toEqual([]);
        expect(await store.claim(scanId, 'other')).toMatchObject({ tries: 2 });
      });
      it('given back for now bring a job with them, unless they were lost', async () => {
        const scanId = await accepted();
        await store.claim(scanId, 'w');
        await database.db.execute(sql.raw('delete from pgboss.job'));
        await store.release(scanId, 'thief', 'now');
        expect(await count('pgboss.job')).toBe(0);
        await store.release(scanId, 'w', 'now');
        expect(await count('pgboss.job')).toBe(1);
        expect(await store.abandoned()).toEqual([scanId]);
        expect(await store.claim(scanId, 'other')).toMatchObject({ tries: 2 });
      });
      it('are all freed when the only process starts anew', async () => {
        const scanId = await accepted();
        await store.claim(scanId, 'dead');
        expect(await store.takeOverLeases()).toBe(1);
        expect(await store.abandoned()).toEqual([scanId]);
        expect(await store.heartbeat(scanId, 'dead')).toBe('lost');
      });
      it('are not given for a scan that has ended', async () => {
        const scanId = await accepted();
        await store.claim(scanId, 'w');
        await store.finish(scanId, 'w', 'done', 'NUL \0 and all');
        expect(await store.claim(scanId, 'w')).toBeNull();
        expect(await store.heartbeat(scanId, 'w')).toBe('lost');
        expect(await store.abandoned()).toEqual([]);
      });
      it('are not given for a scan that does not exist', async () => {
        expect(await store.claim(randomUUID(), 'w')).toBeNull();
      });
      it('leave a new scan its grace time before it counts as abandoned', async () => {
        await storeWith({ graceMs: 60_000 }).accept(delivery(), asked());
        expect(await store.abandoned()).toEqual([]);
      });
    });

    describe('results', () => {
      it('read back equal, whatever text is in them', async () => {
        const scanId = await accepted();
        await store.claim(scanId, 'w');
        await store.saveResult(scanId, hostileResult());
        await store.release(scanId, 'w', 'later');
        expect((await store.claim(scanId, 'next'))?.result).toEqual(hostileResult());
      });
      it('may be stored again, with one set of rows', async () => {
        const scanId = await accepted();
        await Promise.all([1, 2, 3].map(() => store.saveResult(scanId, hostileResult())));
        expect([await count('findings'), await count('model_executions'), await count('scan_files')]).toEqual([1, 3, 2]);
      });
      it('may be larger than one statement', async () => {
        const scanId = await accepted();
        const result = hostileResult();
        const [execution] = result.executions;
        await store.saveResult(scanId, { ...result, executions: Array.from({ length: 6_000 }, () => execution!) });
        expect(await count('model_executions')).toBe(6_000);
      });
      it('of a scan that has ended stay as they are', async () => {
        const scanId = await accepted();
        await store.claim(scanId, 'w');
        await store.finish(scanId, 'w', 'cancelled', 'a newer head');
        await store.saveResult(scanId, hostileResult());
        expect(await count('findings')).toBe(0);
      });
    });

    describe('records of scans', () => {
      const kept = () => createDatabaseScanRecords(database.db);
      const rowsIn = async (query: string) => rowsOf(await database.db.execute(sql.raw(query)));

      it('are kept with their results, and read back equal', async () => {
        const scanId = await accepted();
        const record = hostileRecord();
        await store.saveResult(scanId, record.result, record);
        expect(await kept().load(scanId)).toEqual({ id: scanId, record });
        expect(await kept().list()).toMatchObject([{ id: scanId, conclusion: 'incomplete', findings: 1, what: 'octo/shop#7' }]);
        expect((await store.claim(scanId, 'w'))?.result).toEqual(record.result);
      });
      it('say of each claim which finding it went into', async () => {
        const scanId = await accepted();
        const record = hostileRecord();
        const [finding] = record.result.findings;
        const { path, fingerprint } = finding!;
        const claim = {
          title: 't',
          cwe: 'CWE-89',
          severity: 'high',
          confidence: 0.9,
          path,
          endLine: 4,
          evidence: null,
          fix: null,
        } as const;
        const claims = [
          { ...claim, startLine: 4, message: `  ${finding!.models[0]!.message}` },
          { ...claim, startLine: 5, message: 'the same in other words', severity: 'low' as const },
          { ...claim, startLine: 2, message: 'elsewhere' },
          { ...claim, startLine: null, endLine: 1e300, message: 'nowhere', confidence: null, cwe: null },
        ];
        const usage = { tokensIn: 1, tokensOut: 1, costUsd: null, latencyMs: 1, cached: false };
        const said = (modelId: string) => ({ modelId, role: 'deep_scan', chunkId: 'c1', standsInFor: null });
        const models = [{ ...finding!.models[0]!, named: { startLine: 4, endLine: 4 }, anchoredBy: 'evidence' as const }];
        const result = {
          ...record.result,
          findings: [{ ...finding!, models }],
          executions: [
            { ...said('a'), outcome: { kind: 'answered' as const, claims, usage } },
            { ...said('b'), outcome: { kind: 'truncated' as const, claims: claims.slice(0, 1), reason: 'cut', usage } },
            { ...said('c'), outcome: { kind: 'failed' as const, reason: 'gone', code: 'X', usage } },
            // A look at a proposed replacement, which is in no chunk of the change.
            { ...said('a'), chunkId: 'patched', finding: fingerprint, outcome: { kind: 'answered' as const, claims, usage } },
          ],
        };
        await store.saveResult(scanId, result, { ...record, result });
        const rows = await rowsIn('select model_id, start_line, anchored_by, fingerprint from candidates order by position');
        expect(rows).toEqual([
          { model_id: 'a', start_line: 4, anchored_by: 'evidence', fingerprint },
          { model_id: 'a', start_line: 5, anchored_by: null, fingerprint },
          { model_id: 'a', start_line: 2, anchored_by: null, fingerprint: null },
          { model_id: 'a', start_line: null, anchored_by: null, fingerprint: null },
          { model_id: 'b', start_line: 4, anchored_by: null, fingerprint: null },
        ]);
      });
      it('may be stored again, and go where a later try has none', async () => {
        const scanId = await accepted();
        const record = hostileRecord();
        for (const _ of [1, 2]) await store.saveResult(scanId, record.result, record);
        expect(await count('candidates')).toBe(1);
        await store.saveResult(scanId, record.result);
        expect(await count('candidates')).toBe(0);
        expect(await kept().list()).toEqual([]);
        await expect(kept().load(scanId)).rejects.toMatchObject({ code: 'AEGIS_INPUT' });
      });
      it('are five hundred at most, and the results of older scans stay', async () => {
        const scanId = await accepted();
        const record = hostileRecord();
        await store.saveResult(scanId, record.result, record);
        await rowsIn(`insert into scans (attempt, status, due_at, result, record, recorded_at)
          select 1, 'done', now(), '{}', '{}', now() + n * interval '1 second' from generate_series(1, 499) as n`);
        expect(await rowsIn('select count(*)::int as n from scans where record is not null')).toEqual([{ n: 500 }]);
        const newer = await accepted({ headSha: 'c'.repeat(40) });
        await database.db.execute(sql`update scans set recorded_at = now() - interval '1 hour' where id = ${scanId}`);
        await store.saveResult(newer, record.result, record);
        expect(await rowsIn('select count(*)::int as n from scans where record is not null')).toEqual([{ n: 500 }]);
        await expect(kept().load(scanId)).rejects.toMatchObject({ code: 'AEGIS_INPUT' });
        expect((await kept().load(newer)).id).toBe(newer);
        expect((await store.claim(scanId, 'w'))?.result).toEqual(record.result);
      });
      it('of another version are told in one sentence, and nobody claims a scan without a pull request', async () => {
        const id = await kept().save(hostileRecord());
        expect(await store.claim(id, 'w')).toBeNull();
        expect(await store.abandoned()).toEqual([]);
        await rowsIn(`update scans set record = '{"version": 2}'`);
        await expect(kept().load('last')).rejects.toMatchObject({
          code: 'AEGIS_INPUT',
          message: `the kept scan ${id} was written by another version of Aegis`,
        });
      });
    });

    const underTest = {
      ...{ store: () => store, storeWith, database: () => database, accepted, count },
      rows: async (query: string) => rowsOf(await database.db.execute(sql.raw(query))),
    };
    examineOutbox(underTest);
    examineTurns(underTest);
    examineTasks(underTest);
    examinePullMemory(underTest);
    examinePace(underTest);

    describe('jobs', () => {
      const withWorkers = async (handler: (scanId: string) => Promise<void>, during: () => Promise<void>, concurrency = 2) => {
        const workers = await createJobQueue(database, { onError });
        await workers.work(concurrency, handler);
        try {
          await during();
        } finally {
          await workers.stop(2_000);
        }
      };
      const until = async (isSo: () => boolean, ms = 10_000) => {
        for (const end = Date.now() + ms; !isSo() && Date.now() < end; ) await wait(10);
        expect(isSo()).toBe(true);
      };

      it('start soon after the delivery is accepted, without waiting for a poll', async () => {
        const started = new Map<string, number>();
        await withWorkers(
          async (scanId) => void started.set(scanId, performance.now()),
          async () => {
            const waits: number[] = [];
            for (let number = 1; number <= 10; number += 1) {
              const scanId = await accepted({ number });
              const before = performance.now();
              await until(() => started.has(scanId));
              waits.push((started.get(scanId) ?? 0) - before);
            }
            waits.sort((a, b) => a - b);
            expect(waits[5]).toBeLessThan(600);
          },
        );
      });
      it('run at most as many at once as allowed, and each once', async () => {
        const done: string[] = [];
        let running = 0;
        let most = 0;
        const scanIds: string[] = [];
        for (let number = 1; number <= 8; number += 1) scanIds.push(await accepted({ number }));
        await withWorkers(
          async (scanId) => {
            running += 1;
            most = Math.max(most, running);
            await wait(30);
            running -= 1;
            done.push(scanId);
          },
          () => until(() => done.length >= 8),
          3,
        );
        expect(done.sort()).toEqual(scanIds.sort());
        expect(most).toBe(3);
      });
      it('come again when their handler threw, and the fault is heard', async () => {
        let tries = 0;
        await accepted();
        await withWorkers(
          async () => {
            tries += 1;
            if (tries < 2) throw new Error('model server is down');
          },
          () => until(() => tries === 2),
        );
        expect(faults).toEqual([expect.objectContaining({ message: 'model server is down' })]);
      });
      it('wait once for each scan, and again while one is active', async () => {
        const scanId = await accepted();
        for (const _ of [1, 2, 3]) await queue.enqueue(scanId);
        expect(await count('pgboss.job')).toBe(1);
        let started = 0;
        let finish = () => {};
        const finished = new Promise<void>((resolve) => {
          finish = resolve;
        });
        await withWorkers(
          () => {
            started += 1;
            return finished;
          },
          async () => {
            await until(() => started === 1);
            await queue.enqueue(scanId);
            expect(await count('pgboss.job')).toBe(2);
            finish();
            await until(() => started === 2);
          },
          1,
        );
      });
      it('of a worker that fell silent reach another one when its lease ran out', async () => {
        const scanId = await accepted();
        const claims: string[] = [];
        const work = (worker: string, hang: boolean) => async (id: string) => {
          if ((await store.claim(id, worker)) === null) return;
          claims.push(worker);
          if (hang) await new Promise(() => {});
          await store.finish(id, worker, 'done', '');
        };
        const silent = await createJobQueue(database, { onError });
        await silent.work(1, work('silent', true));
        await until(() => claims.length === 1);
        await silent.stop(0);
        const since = performance.now();
        await withWorkers(work('next', false), async () => {
          const sweeper = startSweeper({ store, queue, everyMs: 100, onError });
          await until(() => claims.length === 2);
          await sweeper.stop();
        });
        expect(claims).toEqual(['silent', 'next']);
        expect(performance.now() - since).toBeLessThan(LEASE_MS + 2_000);
        expect(await store.claim(scanId, 'third')).toBeNull();
      });
      it('under way get their grace time when the queue stops, and no more', async () => {
        const work = async (handler: () => Promise<void>) => {
          let started = false;
          const workers = await createJobQueue(database, { onError });
          await workers.work(1, () => {
            started = true;
            return handler();
          });
          await until(() => started);
          return workers;
        };
        let isDone = false;
        await accepted();
        const slow = await work(async () => {
          await wait(300);
          isDone = true;
        });
        await slow.stop(5_000);
        expect(isDone).toBe(true);
        await accepted({ number: 8 });
        const stuck = await work(() => new Promise(() => {}));
        const since = performance.now();
        await stuck.stop(300);
        expect(performance.now() - since).toBeLessThan(2_000);
      });
    });

    it('keeps SQL and values out of what it throws', async () => {
      const fault = await store.claim('not-a-uuid; secret-code', 'w').catch((error) => error);
      expect(fault).toMatchObject({ code: 'AEGIS_UNAVAILABLE' });
      expect(`${fault.message} ${fault.cause}`).not.toMatch(/secret-code|update/i);
    });
  });
}
