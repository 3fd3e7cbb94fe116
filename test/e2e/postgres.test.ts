import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { FakePull, PullSpec } from '../fakes/github/state.ts';
import { deliver, pullRequestPayload } from '../fakes/github/webhooks.ts';
import { type FakeGitHub, startFakeGitHub } from '../fakes/github.ts';
import type { ModelServer } from '../fakes/model-server.ts';
import { startFakeOllama } from '../fakes/ollama.ts';
import { findPostgres } from '../fakes/postgres.ts';
import { makeFolder } from './run-aegis.ts';
import { appEnv, SECRET, type ServerProcess, startServer, until } from './run-server.ts';

const SAFE = "export const find = (db, req) => db.query('SELECT * FROM users WHERE name = $1', [req.query.name]);\n";
const UNSAFE = 'export const find = (db, req) => db.query("SELECT * FROM users WHERE name = \'" + req.query.name + "\'");\n';
const CONFIG = 'models:\n  - builtin/patterns\n  - { id: qwen, provider: ollama_local, model: "qwen2.5-coder:7b" }\n';
const CHANGE: PullSpec = {
  base: { 'src/users.js': SAFE, '.aegis.yml': CONFIG },
  head: { 'src/users.js': UNSAFE, '.aegis.yml': CONFIG },
};

const server = await findPostgres();
afterAll(async () => {
  if ('stop' in server) await server.stop();
});

interface Cluster {
  readonly github: FakeGitHub;
  readonly ollama: ModelServer;
  readonly web: ServerProcess;
  readonly workers: readonly ServerProcess[];
  /** The worker that holds the lease of a scan, as the database says. */
  holder(): Promise<ServerProcess>;
}

/** One process for webhooks and two that work, started at once on an empty database. The first call of a model may hang. */
async function startCluster(createDatabase: () => Promise<string>, hangsFirst: boolean): Promise<Cluster> {
  const databaseUrl = await createDatabase();
  const github = await startFakeGitHub();
  onTestFinished(() => github.close());
  const ollama = await startFakeOllama({ script: hangsFirst ? [{ kind: 'hang' }] : [] });
  onTestFinished(() => ollama.close());
  const env = appEnv(github, { DATABASE_URL: databaseUrl, AEGIS_INLINE_MODELS: '1', OLLAMA_HOST: ollama.url });
  const [web, ...workers] = await Promise.all(
    ['web', 'worker', 'worker'].map((role) => startServer(env, { cwd: makeFolder(), args: ['--role', role] })),
  );
  if (web === undefined) throw new Error('there is no web process');
  return {
    ...{ github, ollama, web, workers },
    async holder() {
      const sql = postgres(databaseUrl, { max: 1 });
      const [scan] = await sql<{ lease_owner: string }[]>`select lease_owner from scans where lease_owner is not null`;
      await sql.end();
      const found = workers.find(({ child }) => scan?.lease_owner.includes(`:${child.pid}:`));
      if (found === undefined) throw new Error(`no worker holds the scan: ${scan?.lease_owner}`);
      return found;
    },
  };
}

const open = (github: FakeGitHub, pull: FakePull) => github.webhook('pull_request', pullRequestPayload(github.state, pull), SECRET);
const chats = (ollama: ModelServer) => ollama.requests.filter(({ path }) => path === '/api/chat');

function completed({ github, workers }: Cluster, pull: FakePull, ms: number) {
  return until(
    () => github.state.checkRuns.find((run) => run.head_sha === pull.headSha && run.status === 'completed'),
    ms,
    () => `no completed check run:\n${workers.map((worker) => worker.output()).join('\n---\n')}`,
  );
}

function publishedOnce({ github }: Cluster, pulls: number): void {
  const { checkRuns, reviews, reviewComments, issueComments } = github.state;
  expect([checkRuns.length, reviews.length, reviewComments.length, issueComments.length]).toEqual([pulls, pulls, pulls, pulls]);
  expect(github.violations).toEqual([]);
}

if ('missing' in server) {
  describe('several processes on one database', () => {
    it.skip(server.missing, () => {});
  });
} else {
  describe('several processes on one database', () => {
    it('review each of six pull requests once, however often and at once they are told', async () => {
      const cluster = await startCluster(server.createDatabase, false);
      const { github, web, ollama } = cluster;
      const pulls = Array.from({ length: 6 }, (_, at) => {
        // What is the same would be answered from the cache.
        const head = { ...CHANGE.head, 'src/users.js': `// ${at}\n${UNSAFE}` };
        return github.addPull({ base: CHANGE.base, head, number: at + 1, title: `Change ${at + 1}` });
      });
      const answers = await Promise.all([...pulls, ...pulls].map((pull) => deliver(web.url, open(github, pull))));
      expect(answers.every(({ ok }) => ok)).toBe(true);
      for (const pull of pulls) expect(await completed(cluster, pull, 30_000)).toMatchObject({ conclusion: 'failure' });
      await sleep(500);
      publishedOnce(cluster, 6);
      expect(chats(ollama)).toHaveLength(6);
      for (const pull of pulls) expect(github.state.reviewComments.filter((comment) => comment.pull === pull)).toHaveLength(1);
      // What one worker was told the other knows, too.
      const again = github.addPull({ base: CHANGE.base, head: { ...CHANGE.head, 'src/users.js': `// 0\n${UNSAFE}` }, number: 7 });
      await deliver(web.url, open(github, again));
      expect(await completed(cluster, again, 30_000)).toMatchObject({ conclusion: 'failure' });
      expect(chats(ollama)).toHaveLength(6);
      for (const worker of cluster.workers)
        expect((await fetch(`${worker.url}/api/github/webhooks`, { method: 'POST', body: '{}' })).status).toBe(404);
      expect(await Promise.all([web, ...cluster.workers].map((process) => process.end('SIGTERM')))).toEqual([0, 0, 0]);
    }, 60_000);

    it('a worker that is killed while it scans is replaced by the other within 30 s', async () => {
      const cluster = await startCluster(server.createDatabase, true);
      const { github, web, ollama } = cluster;
      const pull = github.addPull(CHANGE);
      await deliver(web.url, open(github, pull));
      await until(() => chats(ollama).length > 0, 20_000, web.output);
      expect(github.state.checkRuns).toMatchObject([{ status: 'in_progress' }]);
      const holder = await cluster.holder();
      expect(await holder.end('SIGKILL')).toBeNull();
      const killed = performance.now();
      await completed(cluster, pull, 40_000);
      expect(performance.now() - killed).toBeLessThan(30_000);
      publishedOnce(cluster, 1);
    }, 90_000);

    it('a worker that is told to stop gives its scan back, and the other takes it at once', async () => {
      const cluster = await startCluster(server.createDatabase, true);
      const { github, web, ollama } = cluster;
      const pull = github.addPull(CHANGE);
      await deliver(web.url, open(github, pull));
      const [call] = await until(() => chats(ollama).length > 0 && chats(ollama), 20_000, web.output);
      const holder = await cluster.holder();
      const told = performance.now();
      expect(await holder.end('SIGTERM')).toBe(0);
      expect(await call?.abandoned).toBeGreaterThan(told);
      const again = await until(() => chats(ollama)[1], 20_000, web.output);
      expect(again.at - told).toBeLessThan(3_000);
      await completed(cluster, pull, 20_000);
      publishedOnce(cluster, 1);
    }, 60_000);
  });
}
