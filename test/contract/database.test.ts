import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import type { JobQueue } from '#ports/store.ts';
import { createJobQueue } from '#queue/job-queue.ts';
import { startSweeper } from '#queue/sweeper.ts';
import type { Database } from '#storage/database.ts';
import { migrate, migrateDatabase } from '#storage/migrate.ts';
import { openDatabase } from '#storage/open-database.ts';
import { createStore, type DatabaseStore } from '#storage/store.ts';
import { findPostgres } from '../fakes/postgres.ts';

const MIGRATIONS = (JSON.parse(await readFile('drizzle/meta/_journal.json', 'utf8')) as { entries: unknown[] }).entries.length;

const root = await mkdtemp(join(tmpdir(), 'aegis-database-'));
const server = await findPostgres();
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
  if ('stop' in server) await server.stop();
});

const folderFor = (name: string) => mkdtemp(join(root, name));

/** Starts `accept-until-killed.ts` and waits until it has accepted `count` deliveries. */
async function acceptInChild(place: string, count: number): Promise<{ child: ChildProcess; accepted: { guid: string; scanId: string }[] }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/fakes/accept-until-killed.ts', place], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const accepted: { guid: string; scanId: string }[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the child ended by itself: ${code}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const [guid = '', scanId = ''] = line.split(' ');
      accepted.push({ guid, scanId });
      if (accepted.length === count) resolve();
    });
  });
  child.removeAllListeners('exit');
  return { child, accepted };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Works every scan and task in the database until none is left; answers the ids of the scans in the order of their end. */
async function finishAll(queue: JobQueue, store: DatabaseStore, count: number, sweepMs: number): Promise<string[]> {
  const done: string[] = [];
  const tasks: string[] = [];
  const onError = (error: unknown) => {
    throw error;
  };
  await queue.work(4, async (jobId) => {
    if (jobId.startsWith('task:')) {
      const task = await store.claimTask(jobId.slice('task:'.length), 'next');
      if (task === null) return;
      await store.finishTask(task.taskId, 'next', { status: 'done', reason: '' });
      tasks.push(task.taskId);
      return;
    }
    const scanId = jobId;
    if ((await store.claim(scanId, 'next')) === null) return;
    await store.finish(scanId, 'next', 'done', '');
    done.push(scanId);
  });
  const sweeper = startSweeper({ store, queue, everyMs: sweepMs, onError });
  await expect.poll(() => done.length, { timeout: 29_000, interval: 50 }).toBeGreaterThanOrEqual(count);
  await expect.poll(() => tasks.length, { timeout: 29_000, interval: 50 }).toBeGreaterThanOrEqual(Math.floor((count - 1) / 4));
  await sweeper.stop();
  expect(new Set(tasks).size).toBe(tasks.length);
  return done;
}

async function openParts(database: Database): Promise<{ queue: JobQueue; store: DatabaseStore }> {
  const queue = await createJobQueue(database, { onError: () => {} });
  return { queue, store: createStore(database, { enqueueIn: queue.enqueueIn, graceMs: 0 }) };
}

describe('the embedded database', () => {
  it('refuses a second process, and after SIGKILL of the first loses nothing that was accepted', { timeout: 120_000 }, async () => {
    const dataDir = await folderFor('killed-');
    const { child, accepted } = await acceptInChild(dataDir, 30);
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({
      code: 'AEGIS_UNAVAILABLE',
      message: `another aegis (pid ${child.pid}) uses ${join(dataDir, 'db')}`,
      hint: expect.stringContaining('DATABASE_URL'),
    });
    await kill(child);

    const database = await openDatabase({ dataDir });
    const { queue, store } = await openParts(database);
    for (const { guid } of accepted) {
      expect(await store.accept({ guid, event: 'pull_request', action: 'opened' }, null)).toMatchObject({ kind: 'duplicate' });
    }
    expect(await store.takeOverLeases()).toBeGreaterThanOrEqual(10);
    const done = await finishAll(queue, store, accepted.length, 3_000);
    expect(new Set(done).size).toBe(done.length);
    expect(done).toEqual(expect.arrayContaining(accepted.map(({ scanId }) => scanId)));
    await queue.stop(1_000);
    await database.close();
  });

  it('says in one sentence that its folder cannot be used', async () => {
    const dataDir = await folderFor('file-');
    await writeFile(join(dataDir, 'taken'), '');
    await expect(openDatabase({ dataDir: join(dataDir, 'taken') })).rejects.toMatchObject({
      code: 'AEGIS_INPUT',
      message: expect.stringMatching(/^cannot use the folder .*taken\/db: it is not a folder$/),
    });
  });

  it('says in one sentence that its files are broken, and gives the lock back', async () => {
    const dataDir = join(await folderFor('broken-'), '.aegis');
    await mkdir(join(dataDir, 'db', 'base'), { recursive: true });
    await chmod(join(dataDir, 'db'), 0o700);
    await writeFile(join(dataDir, 'db', 'PG_VERSION'), 'rubbish');
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({
      code: 'AEGIS_UNAVAILABLE',
      message: expect.stringMatching(/^the embedded database in .* could not be opened/),
    });
    // It lies where the server was started, which may be a repository: git, and so a review, passes it over.
    expect(await readFile(join(dataDir, '.gitignore'), 'utf8')).toBe('*\n');
    await expect(readFile(join(dataDir, 'db.lock'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is migrated from the command line, again without effect', async () => {
    const dataDir = await folderFor('migrate-');
    const place = { dataDir, migrationsFolder: 'drizzle' };
    expect(await migrateDatabase(place)).toEqual({ applied: MIGRATIONS, place: join(dataDir, 'db') });
    expect(await migrateDatabase(place)).toMatchObject({ applied: 0 });
  });
});

describe('a wrong DATABASE_URL', () => {
  it.each([
    { name: 'no URL', url: 'hunter2', code: 'AEGIS_INPUT', message: /^DATABASE_URL is not the address of a PostgreSQL database$/ },
    { name: 'another kind', url: 'mysql://u:hunter2@h/db', code: 'AEGIS_INPUT', message: /^DATABASE_URL is not the address/ },
    {
      name: 'nobody there',
      url: 'postgres://u:hunter2@127.0.0.1:1/db',
      code: 'AEGIS_UNAVAILABLE',
      message: /^cannot use the database at 127\.0\.0\.1:1\/db: nothing listens there$/,
    },
    {
      name: 'no such host',
      url: 'postgres://u:hunter2@no-such-host.invalid/db',
      code: 'AEGIS_UNAVAILABLE',
      message: /^cannot use the database at no-such-host\.invalid:5432\/db: the host name/,
    },
  ])('is told in one sentence without the password: $name', async ({ url, code, message }) => {
    const fault = await openDatabase({ databaseUrl: url, dataDir: '' }).catch((error) => error);
    expect(fault).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(JSON.stringify([fault.message, fault.hint, String(fault.cause)])).not.toContain('hunter2');
  });
});

describe.skipIf('missing' in server)('PostgreSQL', () => {
  const createDatabase = () => ('missing' in server ? Promise.reject(new Error(server.missing)) : server.createDatabase());

  it('is set up by several processes at once', async () => {
    const databaseUrl = await createDatabase();
    const databases = await Promise.all([1, 2, 3, 4].map(() => openDatabase({ databaseUrl, dataDir: '' })));
    const applied = await Promise.all(databases.map((database) => migrate(database, 'drizzle')));
    expect(applied.sort()).toEqual([0, 0, 0, MIGRATIONS]);
    const queues = await Promise.all(databases.map((database) => createJobQueue(database, { onError: () => {} })));
    await Promise.all(queues.map((queue) => queue.stop(0)));
    await Promise.all(databases.map((database) => database.close()));
  });

  it('that is missing is told by its name', async () => {
    const url = new URL(await createDatabase());
    url.pathname = '/nowhere';
    await expect(openDatabase({ databaseUrl: url.href, dataDir: '' })).rejects.toMatchObject({
      message: `cannot use the database at ${url.host}/nowhere: there is no database of that name`,
    });
  });

  it('hands the scans of a killed process to another within its lease', { timeout: 120_000 }, async () => {
    const databaseUrl = await createDatabase();
    const { child, accepted } = await acceptInChild(databaseUrl, 30);
    await kill(child);
    const killed = performance.now();
    const database = await openDatabase({ databaseUrl, dataDir: '' });
    const { queue, store } = await openParts(database);
    const done = await finishAll(queue, store, accepted.length, 3_000);
    expect(performance.now() - killed).toBeLessThan(30_000);
    expect(new Set(done).size).toBe(done.length);
    expect(done).toEqual(expect.arrayContaining(accepted.map(({ scanId }) => scanId)));
    await queue.stop(1_000);
    await database.close();
  });
});
