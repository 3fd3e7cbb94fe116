import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeGitHub } from '../test/fakes/github.ts';
import { AEGIS } from './measure.ts';

export const SECRET = 'bench';
export const SAFE = 'export const one = 1;\n';
export const UNSAFE = 'export const find = (db, req) => db.query("SELECT * FROM users WHERE name = \'" + req.query.name + "\'");\n';

export interface AppServer {
  readonly url: string;
  stop(): void;
}

/** The built `aegis serve` in front of a fake GitHub, once it works. */
export async function startAppServer(github: FakeGitHub, cwd: string, extra: Record<string, string> = {}): Promise<AppServer> {
  const env = {
    ...process.env,
    APP_ID: String(github.state.appId),
    PRIVATE_KEY: github.privateKey,
    WEBHOOK_SECRET: SECRET,
    GHE_HOST: github.host,
    GHE_PROTOCOL: 'http',
    ...extra,
  };
  const child = spawn(process.execPath, [AEGIS, 'serve', '--port', '0'], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (part: Buffer) => {
    output += part.toString();
  });
  for (;;) {
    const url = /listening on (http:\/\/[\d.:]+)/.exec(output)?.[1];
    if (url !== undefined && output.includes('migrations applied')) return { url, stop: () => void child.kill('SIGKILL') };
    if (child.exitCode !== null) throw new Error(`the server did not start: ${output}`);
    await sleep(20);
  }
}
