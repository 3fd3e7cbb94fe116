import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';

const run = promisify(execFile);
const ROOT = '/usr/lib/postgresql';

interface PostgresForTests {
  /** Makes an empty database and answers its URL. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * A PostgreSQL to test against: the server at `AEGIS_TEST_DATABASE_URL`, else one of Debian's own kind started for
 * the occasion. Answers the reason where there is neither; under CI that is an error, since a suite that skips in
 * silence proves nothing.
 */
export async function findPostgres(): Promise<PostgresForTests | { readonly missing: string }> {
  const given = process.env['AEGIS_TEST_DATABASE_URL'];
  if (given) return databasesOf(given);
  const bin = await findServer();
  if (bin !== null) return startServer(bin);
  const missing = `no PostgreSQL: AEGIS_TEST_DATABASE_URL is not set and there is no initdb under ${ROOT}`;
  if (process.env['CI']) throw new Error(missing);
  return { missing };
}

function databasesOf(server: string): PostgresForTests {
  const made: string[] = [];
  const asAdmin = async (command: (name: string) => string, names: readonly string[]) => {
    const admin = postgres(server, { max: 1, onnotice: () => {} });
    for (const name of names) await admin.unsafe(command(name));
    await admin.end();
  };
  return {
    async createDatabase() {
      const name = `aegis_test_${randomUUID().replaceAll('-', '')}`;
      await asAdmin((it) => `create database ${it}`, [name]);
      made.push(name);
      const url = new URL(server);
      url.pathname = `/${name}`;
      return url.href;
    },
    stop: () => asAdmin((it) => `drop database if exists ${it} with (force)`, made),
  };
}

async function findServer(): Promise<string | null> {
  const versions = await readdir(ROOT).catch(() => []);
  for (const version of versions.sort((a, b) => Number(b) - Number(a))) {
    const bin = join(ROOT, version, 'bin');
    const found = await access(join(bin, 'initdb')).then(
      () => true,
      () => false,
    );
    if (found) return bin;
  }
  return null;
}

async function startServer(bin: string): Promise<PostgresForTests> {
  const folder = await mkdtemp(join(tmpdir(), 'aegis-postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  // PostgreSQL refuses to run as root: its own user does it then.
  const isRoot = process.getuid?.() === 0;
  const shell = (command: string) => (isRoot ? run('su', ['postgres', '-c', command]) : run('sh', ['-c', command]));
  if (isRoot) await run('chown', ['postgres', folder]);
  await chmod(folder, 0o700);
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`;
  await shell(`cd ${folder} && ${bin}/initdb -D ${data} -A trust -U postgres --no-sync`);
  await shell(`cd ${folder} && ${bin}/pg_ctl -D ${data} -o "${settings}" -l ${folder}/log -w start`);
  return {
    ...databasesOf(`postgres://postgres@127.0.0.1:${port}/postgres`),
    async stop() {
      await shell(`${bin}/pg_ctl -D ${data} -m immediate stop`);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
