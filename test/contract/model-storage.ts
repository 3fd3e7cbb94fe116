import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Outcome } from '#model/outcome.ts';
import { createModelRegistry } from '#models/registry/model-registry.ts';
import { createDatabaseAnswerCache } from '#storage/answer-cache.ts';
import type { Database } from '#storage/database.ts';
import { migrate } from '#storage/migrate.ts';
import { listHealth, recordHealth } from '#storage/model-health.ts';
import { createDatabaseRecords } from '#storage/model-records.ts';
import { listTests, recordTest } from '#storage/model-tests.ts';
import { createDatabaseQuirks } from '#storage/quirk-memory.ts';
import { rowsOf } from '#storage/rows.ts';
import { saveScanResult } from '#storage/save-result.ts';
import { createSecretStore } from '#storage/secret-store.ts';
import { modelEntry, REGISTRY_PARTS } from '../fakes/registry-parts.ts';
import { hostileResult } from '../fakes/scan-result.ts';
import { examineAnswerCache } from './answer-cache.ts';
import { examineRegistry } from './model-registry.ts';
import { examineSecretStore } from './secret-store.ts';

const TABLES = ['models', 'model_versions', 'providers', 'model_health', 'model_tests', 'model_quirks', 'scans', 'repositories'];
const HOSTILE = "NUL \0, a half \ud800, \ue000 and '; drop table models; --";

/** The examinations of everything about models that a database keeps. `open` gives an empty one. */
export async function examineModelStorage(name: string, open: () => Promise<Database>): Promise<void> {
  const database = await open();
  await migrate(database, 'drizzle');
  const { db } = database;
  const run = (statement: string) => db.execute(sql.raw(statement));
  const clear = async () => void (await run(`truncate ${TABLES.join(', ')}, secrets, answer_cache cascade`));
  const count = async (table: string, where = 'true') =>
    Number(rowsOf(await run(`select count(*) as n from ${table} where ${where}`))[0]?.['n']);

  examineRegistry(`the registry in ${name}`, async () => ({ open: () => createDatabaseRecords(database), clear, close: async () => {} }));

  examineSecretStore(`secrets in ${name}`, async () => ({
    open: (secretKey) => createSecretStore(db, secretKey),
    contents: async () => JSON.stringify(rowsOf(await run('select * from secrets'))),
    tamper: async (secret, { name: other, sealed, ...terms }) => {
      for (const [column, value] of Object.entries(terms))
        await db.execute(sql`update secrets set ${sql.raw(column)} = ${JSON.stringify(value)}::jsonb where name = ${secret}`);
      if (sealed !== undefined) await db.execute(sql`update secrets set sealed = ${sealed} where name = ${secret}`);
      if (other !== undefined) await db.execute(sql`update secrets set name = ${other} where name = ${secret}`);
    },
    clear,
    close: async () => {},
  }));

  examineAnswerCache(`answers in ${name}`, async () => ({
    open: (maxBytes) => createDatabaseAnswerCache(db, { maxBytes }),
    damages: [
      {
        name: 'another shape',
        damage: async (key) => void (await db.execute(sql`update answer_cache set reply = '{"text": 5}' where key = ${key}`)),
      },
      { name: 'no object', damage: async (key) => void (await db.execute(sql`update answer_cache set reply = 'null' where key = ${key}`)) },
    ],
    lasts: true,
    close: clear,
  }));

  describe(`what ${name} keeps of models`, () => {
    const records = createDatabaseRecords(database);
    const registry = createModelRegistry(records, { ...REGISTRY_PARTS, now: () => new Date().toISOString() });
    afterEach(clear);
    afterAll(() => database.close());

    const USAGE = { tokensIn: 1, tokensOut: 1, costUsd: 0, latencyMs: 1, cached: false };
    const answered: Outcome = { kind: 'answered', claims: [], usage: USAGE };
    const cached: Outcome = { kind: 'answered', claims: [], usage: { ...USAGE, cached: true } };
    const failed: Outcome = { kind: 'failed', reason: 'no answer', code: 'X', usage: USAGE };
    const skipped: Outcome = { kind: 'skipped', reason: 'budget' };
    /** A scan of some days ago with these calls. */
    const scanned = async (calls: readonly (readonly [string, Outcome])[], options: { status?: string; daysAgo?: number } = {}) => {
      const { status = 'done', daysAgo = 0 } = options;
      const id = randomUUID();
      await db.execute(sql`insert into repositories (owner, name, installation_id) values ('o', ${id}, 1)`);
      await db.execute(sql`
        insert into scans (id, repository_id, pull_number, head_sha, base_sha, attempt, status, due_at, created_at)
        select ${id}::uuid, id, 1, 'h', 'b', 1, 'running', now(), now() - ${daysAgo}::int * interval '1 day' from repositories where name = ${id}`);
      const executions = calls.map(([modelId, outcome]) => ({ modelId, role: 'deep_scan', chunkId: 'c', outcome, standsInFor: 'other' }));
      await saveScanResult(db, id, { ...hostileResult(), findings: [], executions });
      await db.execute(sql`update scans set status = ${status} where id = ${id}::uuid`);
    };

    it('counts the calls of each model, but for cached, skipped and old ones', async () => {
      expect(await records.callRecords()).toEqual(new Map());
      await scanned([
        ['a', answered],
        ['a', failed],
        ['a', cached],
        ['a', skipped],
        ['b', skipped],
        ['c', failed],
      ]);
      await scanned(
        [
          ['a', answered],
          ['old', failed],
        ],
        { daysAgo: 1 },
      );
      await scanned(
        [
          ['a', failed],
          ['old', failed],
        ],
        { daysAgo: 91 },
      );
      expect(await records.callRecords()).toEqual(
        new Map([
          ['a', { calls: 3, answered: 2 }],
          ['c', { calls: 1, answered: 0 }],
          ['old', { calls: 1, answered: 0 }],
        ]),
      );
      expect(await count('model_executions', "stands_in_for = 'other'")).toBe(10);
    });

    it('gives a role to the model with the better record, weights being equal', async () => {
      await registry.registerAll([
        modelEntry('a', { roles: ['judge'] }),
        modelEntry('b', { roles: ['judge'] }),
        modelEntry('c', { roles: ['judge'] }),
      ]);
      await scanned(Array.from({ length: 40 }, () => ['c', answered] as const));
      await scanned(Array.from({ length: 40 }, (_, index) => ['a', index % 2 === 0 ? answered : failed] as const));
      expect((await registry.modelsForRole('judge')).map(({ model_id }) => model_id)).toEqual(['c', 'b', 'a']);
    });

    it('says who uses a model, and refuses to delete it then', async () => {
      await registry.registerAll(['a', 'b', 'c', 'old'].map((id) => modelEntry(id)));
      await scanned([['a', answered]], { status: 'running' });
      await scanned(
        [
          ['a', answered],
          ['a', failed],
        ],
        { status: 'queued' },
      );
      await scanned([
        ['a', failed],
        ['b', answered],
        ['c', skipped],
      ]);
      await scanned([['old', answered]], { daysAgo: 31 });
      const today = new Date().toISOString().slice(0, 10);
      expect(await records.usesOf('a')).toEqual([
        '2 scans are under way and may call it',
        `1 scan of the last 30 days called it, on ${today} last`,
      ]);
      expect(await records.usesOf('never')).toEqual(['2 scans are under way and may call it']);
      await run("update scans set status = 'done'");
      expect(await records.usesOf('b')).toEqual([`1 scan of the last 30 days called it, on ${today} last`]);
      for (const id of ['c', 'old', 'never']) expect(await records.usesOf(id)).toEqual([]);
      await expect(registry.delete('b')).rejects.toMatchObject({
        code: 'AEGIS_INPUT',
        message: expect.stringContaining('is in use: 1 scan') as string,
      });
      await registry.delete('b', { force: true });
      await registry.delete('old');
      expect((await registry.list()).map(({ model_id }) => model_id)).toEqual(['builtin/patterns', 'a', 'c']);
    });

    it('keeps one row for each endpoint, as long as a model is behind it', async () => {
      const gpu = { base_url: 'http://gpu:11434' };
      await registry.registerAll([modelEntry('a', gpu), modelEntry('b', gpu), modelEntry('c')]);
      expect(rowsOf(await run('select provider_id, model_type, base_url from providers order by provider_id'))).toEqual([
        { provider_id: 'http://gpu:11434', model_type: 'ollama_local', base_url: 'http://gpu:11434' },
        { provider_id: 'ollama_local', model_type: 'ollama_local', base_url: null },
      ]);
      await registry.delete('a');
      expect(await count('providers')).toBe(2);
      await registry.register(modelEntry('b'));
      expect(await count('providers')).toBe(1);
    });

    it('keeps what health checks found, newest first, and forgets what is old', async () => {
      await recordHealth(db, 'a', { available: true, detail: 'Ollama 0.9 answers', latencyMs: 12.5 });
      await recordHealth(db, 'b', { available: true, detail: 'other', latencyMs: null });
      await run("update model_health set checked_at = now() - interval '91 days' where model_id = 'a'");
      await recordHealth(db, 'a', { available: false, detail: 'NUL \0 came', latencyMs: null });
      await recordHealth(db, 'a', { available: true, detail: 'again', latencyMs: 1 });
      expect(await listHealth(db, 'a')).toEqual([
        { available: true, detail: 'again', latencyMs: 1, checkedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string },
        { available: false, detail: 'NUL \ufffd came', latencyMs: null, checkedAt: expect.any(String) as string },
      ]);
      expect(await listHealth(db, 'a', 1)).toHaveLength(1);
      expect(await listHealth(db, 'b')).toHaveLength(1);
    });

    it('keeps tests with whatever was asked and answered', async () => {
      const test = {
        prompt: HOSTILE,
        outcome: 'answered',
        reason: null,
        answer: HOSTILE,
        tokensIn: 5,
        tokensOut: null,
        costUsd: 0.001,
        latencyMs: 7,
      } as const;
      await recordTest(db, 'a', test);
      await recordTest(db, 'a', { ...test, outcome: 'failed', reason: 'no answer', answer: 'x'.repeat(30_000) });
      const [last, first] = await listTests(db, 'a');
      expect(first).toEqual({ ...test, testedAt: expect.stringMatching(/Z$/) as string });
      expect(last).toMatchObject({ outcome: 'failed', reason: 'no answer', answer: 'x'.repeat(20_000) });
      expect(await listTests(db, 'b')).toEqual([]);
    });

    it('carries health, tests and calls over to the new name of a model, and drops the first two with a model', async () => {
      await registry.registerAll([modelEntry('a'), modelEntry('z')]);
      await recordHealth(db, 'a', { available: true, detail: 'ok', latencyMs: 1 });
      await recordTest(db, 'a', {
        prompt: 'p',
        outcome: 'answered',
        reason: null,
        answer: 'x',
        tokensIn: 1,
        tokensOut: 1,
        costUsd: 0,
        latencyMs: 1,
      });
      await scanned([['a', answered]]);
      await registry.rename('a', 'b');
      expect([await listHealth(db, 'a'), await listTests(db, 'a')]).toEqual([[], []]);
      expect([(await listHealth(db, 'b')).length, (await listTests(db, 'b')).length]).toEqual([1, 1]);
      expect(await records.callRecords()).toEqual(new Map([['b', { calls: 1, answered: 1 }]]));
      await registry.delete('b', { force: true });
      expect([await count('model_health'), await count('model_tests'), await count('model_versions')]).toEqual([0, 0, 1]);
      expect(await count('model_executions')).toBe(1);
    });

    it('remembers what was learned about models, each once', async () => {
      const quirks = createDatabaseQuirks(db);
      expect(await quirks.recall('openai https://x gpt')).toEqual([]);
      await quirks.learn('k', [{ id: 'no-seed', value: null }]);
      await quirks.learn('k', [
        { id: 'no-seed', value: null },
        { id: 'max-answer', value: 4096 },
        { id: 'name', value: 'it\'s "\0" so' },
      ]);
      await Promise.all([quirks.learn('k', [{ id: 'max-answer', value: 2048 }]), quirks.learn('other', [{ id: 'no-seed', value: null }])]);
      const recalled = await createDatabaseQuirks(db).recall('k');
      expect(recalled.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
        { id: 'max-answer', value: 2048 },
        { id: 'name', value: 'it\'s "\0" so' },
        { id: 'no-seed', value: null },
      ]);
    });
  });
}
