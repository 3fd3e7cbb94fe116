import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FakePull } from '../test/fakes/github/state.ts';
import { deliver, pullRequestPayload } from '../test/fakes/github/webhooks.ts';
import { type FakeGitHub, startFakeGitHub } from '../test/fakes/github.ts';
import { type AppServer, SAFE, SECRET, startAppServer, UNSAFE } from './app-server.ts';
import { median } from './measure.ts';

interface Cost {
  readonly requests: number;
  readonly writes: number;
  readonly ms: number;
}

/**
 * What a review costs at GitHub: requests for a first review and for a push that edits one file, by the number of files,
 * each with a finding; and the time from the webhook to the completed check, beside that of a change of one file without a
 * finding in the same run. The models answer at once (the built-in detector).
 */
export async function benchPublishing(folder: string): Promise<string[]> {
  const lines: string[] = [];
  await withServer(folder, { AEGIS_WRITE_PACE: 'off' }, async (github, server) => {
    await review(github, server, addPull(github, 1, SAFE), 'opened');
    const clean: number[] = [];
    for (let round = 0; round < 5; round += 1)
      clean.push((await review(github, server, addPull(github, 1, `${SAFE}// ${round}\n`), 'opened')).ms);
    for (const files of [1, 50, 3_000]) {
      const rounds = files === 50 ? 5 : 1;
      const firsts: Cost[] = [];
      const pushes: Cost[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const pull = addPull(github, files, UNSAFE);
        firsts.push(await review(github, server, pull, 'opened'));
        github.pushHead(pull, { ...filesOf(files, UNSAFE), 'src/f0.js': SAFE });
        pushes.push(await review(github, server, pull, 'synchronize'));
      }
      const ms = median(firsts.map((cost) => cost.ms));
      lines.push(
        `pull request of ${files} files with ${files} findings: first review ${say(firsts[0])}, push that edits one file ${say(pushes[0])}; webhook → published ${ms.toFixed(0)} ms, push ${median(pushes.map((cost) => cost.ms)).toFixed(0)} ms; ${(ms / median(clean)).toFixed(1)} times a clean file (${median(clean).toFixed(0)} ms)`,
      );
    }
  });
  await withServer(folder, {}, async (github, server) => {
    await review(github, server, addPull(github, 1, SAFE), 'opened');
    const paced: number[] = [];
    for (let round = 0; round < 3; round += 1) paced.push((await review(github, server, addPull(github, 50, UNSAFE), 'opened')).ms);
    lines.push(`the same with 50 files and the pacing of writes on: webhook → published ${median(paced).toFixed(0)} ms`);
  });
  return lines;
}

const say = (cost: Cost | undefined) => `${cost?.requests} requests (${cost?.writes} of them writes)`;

async function withServer(
  folder: string,
  env: Record<string, string>,
  use: (github: FakeGitHub, server: AppServer) => Promise<void>,
): Promise<void> {
  const github = await startFakeGitHub();
  const server = await startAppServer(github, mkdtempSync(join(folder, 'publishing-')), env);
  try {
    await use(github, server);
  } finally {
    server.stop();
    await github.close();
  }
}

function filesOf(count: number, text: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`src/f${index}.js`, text]));
}

function addPull(github: FakeGitHub, files: number, text: string): FakePull {
  return github.addPull({ base: filesOf(files, '// nothing yet\n'), head: filesOf(files, text) });
}

/** Tells the App of a pull request and waits for its check. Requests for tokens are not counted. */
async function review(github: FakeGitHub, server: AppServer, pull: FakePull, action: string): Promise<Cost> {
  const before = github.requests.length;
  const startedAt = performance.now();
  await deliver(server.url, github.webhook('pull_request', pullRequestPayload(github.state, pull, action), SECRET));
  while (!github.state.checkRuns.some((run) => run.head_sha === pull.headSha && run.status === 'completed')) await sleep(2);
  const ms = performance.now() - startedAt;
  // What follows the check: people's reactions are read.
  await sleep(500);
  const made = github.requests.slice(before).filter(({ route }) => !route.includes('access_tokens'));
  return { requests: made.length, writes: made.filter(({ method, route }) => method !== 'GET' && route !== 'POST /graphql').length, ms };
}
