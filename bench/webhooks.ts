import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliver, pullRequestPayload } from '../test/fakes/github/webhooks.ts';
import { type FakeGitHub, startFakeGitHub } from '../test/fakes/github.ts';
import { AEGIS, median, quantile } from './measure.ts';

const SECRET = 'bench';
const SAFE = 'export const one = 1;\n';
const UNSAFE = 'export const find = (db, req) => db.query("SELECT * FROM users WHERE name = \'" + req.query.name + "\'");\n';

/** From webhook to its answer, over 200 deliveries one after the other while the scans run; and requests to GitHub. */
export async function benchWebhooks(folder: string, deliveries = 200): Promise<string[]> {
  const github = await startFakeGitHub();
  const server = await start(github, folder);
  try {
    const fifty = await countRequests(github, server.url, 50);
    const answers: number[] = [];
    const health: number[] = [];
    for (let index = 0; index < deliveries; index += 1) {
      const pull = github.addPull({ base: { 'a.js': SAFE }, head: { 'a.js': UNSAFE } });
      const webhook = github.webhook('pull_request', pullRequestPayload(github.state, pull), SECRET);
      answers.push(await timed(() => deliver(server.url, webhook)));
      health.push(await timed(() => fetch(`${server.url}/healthz`)));
    }
    const p50 = median(answers);
    return [
      `webhook → answer over ${deliveries} deliveries: median ${p50.toFixed(1)} ms, p99 ${quantile(answers, 0.99).toFixed(1)} ms; ${(p50 / median(health)).toFixed(1)} times /healthz (median ${median(health).toFixed(1)} ms)`,
      `requests to GitHub for a pull request of 50 files with 50 findings: ${fifty} (tokens not counted)`,
    ];
  } finally {
    server.stop();
    await github.close();
  }
}

async function countRequests(github: FakeGitHub, url: string, files: number): Promise<number> {
  const all = (text: string) => Object.fromEntries(Array.from({ length: files }, (_, index) => [`src/f${index}.js`, text]));
  const pull = github.addPull({ base: all(SAFE), head: all(UNSAFE) });
  await deliver(url, github.webhook('pull_request', pullRequestPayload(github.state, pull), SECRET));
  while (!github.state.checkRuns.some((run) => run.head_sha === pull.headSha && run.status === 'completed')) await sleep(20);
  await sleep(1_000);
  return github.count();
}

async function timed(call: () => Promise<Response>): Promise<number> {
  const startedAt = performance.now();
  const response = await call();
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return performance.now() - startedAt;
}

async function start(github: FakeGitHub, cwd: string): Promise<{ url: string; stop(): void }> {
  const env = {
    ...process.env,
    APP_ID: String(github.state.appId),
    PRIVATE_KEY: github.privateKey,
    WEBHOOK_SECRET: SECRET,
    GHE_HOST: github.host,
    GHE_PROTOCOL: 'http',
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
