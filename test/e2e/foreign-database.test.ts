import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { afterAll, describe, expect, it } from 'vitest';
import { migrate } from '#storage/migrate.ts';
import { openDatabase } from '#storage/open-database.ts';
import { findPostgres } from '../fakes/postgres.ts';
import { makeFolder, runAegis, writeFiles } from './run-aegis.ts';

const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
const DRIZZLE = fileURLToPath(new URL('../../drizzle', import.meta.url));

const server = await findPostgres();
afterAll(async () => {
  if ('stop' in server) await server.stop();
});

/** Everything that somebody made in a database. */
async function contentsOf(databaseUrl: string): Promise<unknown> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  const made = await sql`
    select nspname || '.' || relname as name from pg_class join pg_namespace n on n.oid = relnamespace
    where nspname not like 'pg\\_%' and nspname <> 'information_schema'
    union all select nspname from pg_namespace where nspname not like 'pg\\_%' and nspname <> 'information_schema'
    order by 1`;
  await sql.end();
  return made.map(({ name }) => name as string);
}

async function execute(databaseUrl: string, script: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  await sql.unsafe(script);
  await sql.end();
}

const COMMANDS = [
  ['models', 'list'],
  ['secrets', 'list'],
  ['secrets', 'remove', 'KEY'],
  ['pipelines', 'list'],
  ['replay', '--database'],
  ['feedback', '--database'],
];

describe.skipIf('missing' in server)('a DATABASE_URL that names a database of somebody else', () => {
  const createDatabase = () => ('missing' in server ? Promise.reject(new Error(server.missing)) : server.createDatabase());
  const said = (url: string, state: string) => {
    const { host, pathname } = new URL(url);
    return `aegis: the database at ${host}${pathname} ${state}. If it is the one that you mean, run \`aegis db migrate\`.\n`;
  };

  it('is told in one sentence, and nothing is made in it', async () => {
    const databaseUrl = await createDatabase();
    await execute(databaseUrl, 'create table customers (id int)');
    const before = await contentsOf(databaseUrl);
    for (const command of COMMANDS) {
      const ran = await runAegis(command, { env: { DATABASE_URL: databaseUrl } });
      expect([command, ran]).toEqual([command, { code: 2, stdout: '', stderr: said(databaseUrl, 'holds no state of Aegis') }]);
    }
    expect(await contentsOf(databaseUrl)).toEqual(before);
  });

  it('that keeps migrations of its own by the same tool is told, too', async () => {
    const databaseUrl = await createDatabase();
    await execute(
      databaseUrl,
      `create schema drizzle;
       create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint);
       insert into drizzle.__drizzle_migrations (hash, created_at) values ('theirs', 9999999999999)`,
    );
    const before = await contentsOf(databaseUrl);
    const ran = await runAegis(['models', 'list'], { env: { DATABASE_URL: databaseUrl } });
    expect(ran).toEqual({ code: 2, stdout: '', stderr: said(databaseUrl, 'holds no state of Aegis') });
    expect(await contentsOf(databaseUrl)).toEqual(before);
  });

  it('of an earlier version is brought up to date by `aegis db migrate` alone', async () => {
    const [databaseUrl, old] = [await createDatabase(), join(makeFolder(), 'drizzle')];
    cpSync(DRIZZLE, old, { recursive: true });
    const journal = JSON.parse(readFileSync(join(old, 'meta/_journal.json'), 'utf8')) as { entries: unknown[] };
    writeFileSync(join(old, 'meta/_journal.json'), JSON.stringify({ ...journal, entries: journal.entries.slice(0, 2) }));
    const database = await openDatabase({ databaseUrl, dataDir: '' });
    await migrate(database, old);
    await database.close();
    const env = { DATABASE_URL: databaseUrl };
    const before = await contentsOf(databaseUrl);
    expect(await runAegis(['models', 'list'], { env })).toMatchObject({
      code: 2,
      stderr: said(databaseUrl, 'is of an earlier version of Aegis'),
    });
    expect(await contentsOf(databaseUrl)).toEqual(before);
    expect((await runAegis(['db', 'migrate'], { env })).code).toBe(0);
    for (const command of COMMANDS.filter(([, verb]) => verb !== 'remove'))
      expect(await runAegis(command, { env })).toMatchObject({ code: 0, stderr: '' });
  });

  it('keeps consensus pipelines and keys once it is ours', async () => {
    const env = { DATABASE_URL: await createDatabase() };
    await runAegis(['db', 'migrate'], { env });
    const withKey = { ...env, AEGIS_SECRET_KEY: SECRET_KEY };
    await runAegis(['secrets', 'set', 'GPT', '--hosts', 'api.example.com'], { env: withKey, stdin: 'sk-1' });
    expect((await runAegis(['secrets', 'list'], { env })).stdout).toMatch(/GPT +api\.example\.com/);
    expect(await runAegis(['secrets', 'remove', 'GPT'], { env })).toMatchObject({ code: 0, stdout: 'GPT is removed\n' });
    expect((await runAegis(['pipelines', 'save', 'quick', '-'], { env, stdin: '- vote: union\n' })).code).toBe(0);
    expect((await runAegis(['pipelines', 'list'], { env })).stdout).toMatch(/quick +vote union/);
    expect((await runAegis(['pipelines', 'list'], { env: { ...env, AEGIS_MODELS_FILE: join(makeFolder(), 'models.yml') } })).stdout).toBe(
      'no consensus pipeline is stored\n',
    );
  });
});

describe('the embedded database', () => {
  it('is made and brought up to date where a command needs it', async () => {
    const env = { AEGIS_DATA_DIR: join(makeFolder(), 'data') };
    expect(await runAegis(['pipelines', 'save', 'quick', '-', '--database'], { env, stdin: '- vote: union\n' })).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect((await runAegis(['pipelines', 'show', 'quick', '--database'], { env })).stdout).toBe('steps:\n  - vote: union\n');
    expect(await runAegis(['replay', '--database'], { env })).toMatchObject({ code: 0, stdout: 'no scan is kept yet\n' });
  });
});

describe('stored keys without AEGIS_SECRET_KEY', () => {
  it('can be listed and removed, and not stored', async () => {
    const env = { AEGIS_MODELS_FILE: join(makeFolder(), 'models.yml') };
    const set = (more: Record<string, string>) =>
      runAegis(['secrets', 'set', 'GPT', '--hosts', 'api.example.com'], { env: { ...env, ...more }, stdin: 'sk-1' });
    expect(await set({})).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^aegis: AEGIS_SECRET_KEY is not set, so no key can be stored\./),
    });
    expect((await set({ AEGIS_SECRET_KEY: SECRET_KEY })).code).toBe(0);
    expect((await runAegis(['secrets', 'list'], { env })).stdout).toMatch(/GPT +api\.example\.com/);
    expect(await runAegis(['secrets', 'remove', 'GPT'], { env })).toMatchObject({ code: 0, stdout: 'GPT is removed\n' });
    expect((await runAegis(['secrets', 'list'], { env })).stdout).toBe('no key is stored\n');
  });

  it('are no secret to who has them wrong: a damaged file is told', async () => {
    const folder = makeFolder();
    writeFiles(folder, { 'models.yml.secrets': 'rubbish' });
    const ran = await runAegis(['secrets', 'list'], { env: { AEGIS_MODELS_FILE: join(folder, 'models.yml') } });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(/^aegis: the file of secrets .* is damaged\./) });
  });
});
