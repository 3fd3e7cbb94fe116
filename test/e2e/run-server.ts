import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { migrateDatabase } from '#storage/migrate.ts';
import type { FakeGitHub } from '../fakes/github.ts';
import { AEGIS, cleanEnv, makeFolder } from './run-aegis.ts';

export const SECRET = 'a webhook secret of the tests';

export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything that it wrote so far. */
  output(): string;
  /** Sends a signal and waits for the end; answers the exit code, null for a signal's death. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** The environment of an App that talks to the fake GitHub. */
export function appEnv(github: FakeGitHub, extra: Record<string, string> = {}): Record<string, string> {
  return {
    APP_ID: String(github.state.appId),
    PRIVATE_KEY: github.privateKey,
    WEBHOOK_SECRET: SECRET,
    GHE_HOST: github.host,
    GHE_PROTOCOL: 'http',
    ...extra,
  };
}

let template: Promise<string> | undefined;

/** A folder whose embedded database is made already: making one takes seconds, and is tested elsewhere. */
export async function makeDataFolder(): Promise<string> {
  template ??= (async () => {
    const made = mkdtempSync(join(tmpdir(), 'aegis-template-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    await migrateDatabase({ dataDir: made, migrationsFolder: fileURLToPath(new URL('../../drizzle', import.meta.url)) });
    return made;
  })();
  const folder = makeFolder();
  cpSync(await template, folder, { recursive: true });
  return folder;
}

/** Starts the built `aegis serve` as a child process and waits until it listens. It is killed when the test ends, unless it is to be kept for others. */
export async function startServer(
  env: Record<string, string>,
  options: { cwd?: string; args?: readonly string[]; keep?: boolean } = {},
): Promise<ServerProcess> {
  const dataDir = options.cwd === undefined ? { AEGIS_DATA_DIR: await makeDataFolder() } : {};
  const child = spawn(process.execPath, [AEGIS, 'serve', '--port', '0', ...(options.args ?? [])], {
    cwd: options.cwd ?? makeFolder(),
    env: cleanEnv({ ...dataDir, ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (options.keep !== true) onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (part: Buffer) => {
    output += part.toString();
  });
  child.stderr.on('data', (part: Buffer) => {
    output += part.toString();
  });
  const exited = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  const url = await until(
    () => /listening on (http:\/\/[\d.:]+)/.exec(output)?.[1],
    20_000,
    () => `the server did not start:\n${output}`,
  );
  return {
    url,
    child,
    output: () => output,
    end: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

/** Asks again and again until there is an answer. Fails with `complaint` after `ms`. */
export async function until<T>(ask: () => T | undefined | false | null, ms: number, complaint: () => string): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    const answer = ask();
    if (answer !== undefined && answer !== false && answer !== null) return answer;
    await sleep(20);
  }
  throw new Error(complaint());
}
