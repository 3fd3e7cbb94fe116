import { deliver, pullRequestPayload } from '../test/fakes/github/webhooks.ts';
import { startFakeGitHub } from '../test/fakes/github.ts';
import { SAFE, SECRET, startAppServer, UNSAFE } from './app-server.ts';
import { median, quantile } from './measure.ts';

/** From webhook to its answer, over 200 deliveries one after the other while the scans run. */
export async function benchWebhooks(folder: string, deliveries = 200): Promise<string[]> {
  const github = await startFakeGitHub();
  const server = await startAppServer(github, folder);
  try {
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
    ];
  } finally {
    server.stop();
    await github.close();
  }
}

async function timed(call: () => Promise<Response>): Promise<number> {
  const startedAt = performance.now();
  const response = await call();
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return performance.now() - startedAt;
}
