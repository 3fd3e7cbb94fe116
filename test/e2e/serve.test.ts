import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FakePull, PullSpec } from '../fakes/github/state.ts';
import { deliver, pullRequestPayload } from '../fakes/github/webhooks.ts';
import { type FakeGitHub, type FakeGitHubOptions, startFakeGitHub } from '../fakes/github.ts';
import { startFakeOllama } from '../fakes/ollama.ts';
import { cleanEnv, makeFolder, runAegis } from './run-aegis.ts';
import { appEnv, SECRET, type ServerProcess, startServer, until } from './run-server.ts';

const SAFE = "export const find = (db, req) => db.query('SELECT * FROM users WHERE name = $1', [req.query.name]);\n";
const UNSAFE = 'export const find = (db, req) => db.query("SELECT * FROM users WHERE name = \'" + req.query.name + "\'");\n';
const CHANGE: PullSpec = { base: { 'src/users.js': `// users\n\n${SAFE}` }, head: { 'src/users.js': `// users\n\n${UNSAFE}` } };

async function openGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const github = await startFakeGitHub(options);
  onTestFinished(() => github.close());
  return github;
}

function opened(github: FakeGitHub, pull: FakePull, guid?: string, action = 'opened') {
  return github.webhook('pull_request', pullRequestPayload(github.state, pull, action), SECRET, guid);
}

function completed(github: FakeGitHub, headSha: string) {
  return github.state.checkRuns.find((run) => run.head_sha === headSha && run.status === 'completed');
}

/** Waits until the check of a head has ended. */
function conclusion(github: FakeGitHub, server: ServerProcess, headSha: string, ms = 60_000) {
  return until(
    () => completed(github, headSha),
    ms,
    () => `no completed check run; the server said:\n${server.output()}`,
  );
}

describe('a pull request is opened', () => {
  it('becomes one review on lines of the diff, one summary, a failed check with annotations, and an upload', async () => {
    const github = await openGitHub();
    const pull = github.addPull(CHANGE);
    const server = await startServer(appEnv(github));
    const answer = await deliver(server.url, opened(github, pull));
    expect(answer.status).toBeGreaterThanOrEqual(200);
    expect(answer.status).toBeLessThan(300);
    const check = await conclusion(github, server, pull.headSha);
    expect(check).toMatchObject({ name: 'Aegis', conclusion: 'failure' });
    expect(check.annotations).toMatchObject([{ path: 'src/users.js', start_line: 3, end_line: 3, annotation_level: 'failure' }]);
    expect(github.state.reviews).toMatchObject([{ commit_id: pull.headSha, state: 'COMMENTED' }]);
    expect(github.state.reviewComments).toMatchObject([{ path: 'src/users.js', line: 3, side: 'RIGHT' }]);
    expect(github.state.reviewComments[0]?.body).toMatch(/CWE-89[\s\S]*<!-- aegis:v1 fingerprint=[0-9a-f]{64} -->$/);
    expect(github.state.issueComments).toHaveLength(1);
    expect(github.state.issueComments[0]?.body).toContain('<!-- aegis:summary -->');
    await until(
      () => github.state.sarifs[0],
      5_000,
      () => 'no upload',
    );
    expect(github.state.sarifs).toMatchObject([{ commit_sha: pull.headSha }]);
    expect(github.violations).toEqual([]);
  });

  it('delivered many times and at once, it is reviewed once', async () => {
    const github = await openGitHub();
    const pull = github.addPull(CHANGE);
    const server = await startServer(appEnv(github));
    const same = opened(github, pull, 'one-guid');
    const answers = await Promise.all(
      [same, same, same, opened(github, pull), opened(github, pull, undefined, 'reopened')].map((one) => deliver(server.url, one)),
    );
    expect(answers.map((answer) => answer.ok)).toEqual([true, true, true, true, true]);
    await conclusion(github, server, pull.headSha);
    await deliver(server.url, same);
    await sleep(1_500);
    expect([github.state.checkRuns.length, github.state.reviews.length, github.state.issueComments.length]).toEqual([1, 1, 1]);
  });

  it('a push adds no comment for what is commented already, and edits the one summary', async () => {
    const github = await openGitHub();
    const pull = github.addPull(CHANGE);
    const server = await startServer(appEnv(github));
    await deliver(server.url, opened(github, pull));
    await conclusion(github, server, pull.headSha);
    const head = github.pushHead(pull, { 'src/users.js': `// users of the shop\n// and more\n\n${UNSAFE}` });
    await deliver(server.url, opened(github, pull, undefined, 'synchronize'));
    await conclusion(github, server, head);
    expect(github.state.reviewComments).toHaveLength(1);
    expect(github.state.issueComments).toHaveLength(1);
    expect(github.state.issueComments[0]?.edits).toBe(1);
  });

  it('a clean change passes: a green check, no review', async () => {
    const github = await openGitHub();
    const pull = github.addPull({ base: { 'a.js': 'let a = 1;\n' }, head: { 'a.js': 'let a = 2;\n' } });
    const server = await startServer(appEnv(github));
    await deliver(server.url, opened(github, pull));
    expect(await conclusion(github, server, pull.headSha)).toMatchObject({ conclusion: 'success' });
    expect(github.state.reviews).toEqual([]);
  });

  it('120 findings: annotations in batches, 20 comments, the rest in the summary', async () => {
    const github = await openGitHub();
    const many = (line: string) => Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`src/f${index}.js`, line]));
    const pull = github.addPull({ base: many(SAFE), head: many(UNSAFE) });
    const server = await startServer(appEnv(github));
    await deliver(server.url, opened(github, pull));
    const check = await conclusion(github, server, pull.headSha, 60_000);
    expect(check.annotations).toHaveLength(120);
    expect(github.state.reviewComments).toHaveLength(20);
    for (let index = 0; index < 120; index += 1) expect(github.state.issueComments[0]?.body).toContain(`src/f${index}.js`);
    expect(github.violations).toEqual([]);
  }, 90_000);

  it('where code scanning is not available, the review goes on without the upload', async () => {
    const github = await openGitHub();
    github.state.sarifRefusal = { status: 403, message: 'Advanced Security must be enabled for this repository to use code scanning.' };
    const pull = github.addPull({ ...CHANGE, private: true });
    const server = await startServer(appEnv(github));
    await deliver(server.url, opened(github, pull));
    expect(await conclusion(github, server, pull.headSha)).toMatchObject({ conclusion: 'failure' });
    expect(github.state.reviewComments).toHaveLength(1);
  });
});

describe('configuration comes from the base', () => {
  it('a broken .aegis.yml asks for action and tells every problem at once', async () => {
    const github = await openGitHub();
    const broken = 'reveiw: {}\nreview:\n  min_severity: awful\n';
    const pull = github.addPull({ base: { ...CHANGE.base, '.aegis.yml': broken }, head: { ...CHANGE.head, '.aegis.yml': '' } });
    const server = await startServer(appEnv(github));
    await deliver(server.url, opened(github, pull));
    const check = await conclusion(github, server, pull.headSha);
    expect(check.conclusion).toBe('action_required');
    expect(check.output.summary).toMatch(/line 1, column 1.*reveiw/s);
    expect(check.output.summary).toMatch(/line 3.*min_severity/s);
    expect(github.state.reviews).toEqual([]);
  });

  it('what the head says of itself is not obeyed', async () => {
    const github = await openGitHub();
    const pull = github.addPull({
      base: CHANGE.base,
      head: { ...CHANGE.head, '.aegis.yml': 'paths: { exclude: ["**"] }\ncheck: { fail_on: none }\n' },
    });
    const server = await startServer(appEnv(github));
    await deliver(server.url, opened(github, pull));
    expect(await conclusion(github, server, pull.headSha)).toMatchObject({ conclusion: 'failure' });
  });

  it('a repository cannot use the keys of the server or make it call where it pleases', async () => {
    const github = await openGitHub();
    const config =
      'models:\n  - { id: m, provider: openai_compatible, model: x, base_url: "http://127.0.0.1:9", api_key: env:PRIVATE_KEY }\n';
    const pull = github.addPull({ base: { ...CHANGE.base, '.aegis.yml': config }, head: CHANGE.head });
    const server = await startServer(appEnv(github, { AEGIS_INLINE_MODELS: '1' }));
    await deliver(server.url, opened(github, pull));
    const check = await conclusion(github, server, pull.headSha);
    expect(check.conclusion).toBe('action_required');
    const said = check.output.summary?.replaceAll('\\', '');
    expect(said).toMatch(/AEGIS_ALLOWED_HOSTS/);
    expect(said).toMatch(/key of the server/);
  });

  it('a model server that is down is told in the check, and nothing looks reviewed', async () => {
    const github = await openGitHub();
    const config = 'models:\n  - { id: qwen, provider: ollama_local, model: "qwen2.5-coder:7b" }\n';
    const pull = github.addPull({ base: { ...CHANGE.base, '.aegis.yml': config }, head: { ...CHANGE.head, '.aegis.yml': config } });
    const server = await startServer(appEnv(github, { AEGIS_INLINE_MODELS: '1', OLLAMA_HOST: 'http://127.0.0.1:9' }));
    await deliver(server.url, opened(github, pull));
    const check = await conclusion(github, server, pull.headSha, 40_000);
    expect(check.conclusion).toBe('action_required');
    expect(check.output.summary).toMatch(/qwen/);
    expect(check.output.summary).toMatch(/ollama serve/);
  }, 60_000);
});

describe('what was accepted is done', () => {
  it('a process that is killed while it scans takes the scan up after its restart, and publishes once', async () => {
    const github = await openGitHub();
    const ollama = await startFakeOllama({ script: [{ kind: 'hang' }] });
    onTestFinished(() => ollama.close());
    const config = 'models:\n  - builtin/patterns\n  - { id: qwen, provider: ollama_local, model: "qwen2.5-coder:7b" }\n';
    const pull = github.addPull({ base: { ...CHANGE.base, '.aegis.yml': config }, head: { ...CHANGE.head, '.aegis.yml': config } });
    const cwd = makeFolder();
    const env = appEnv(github, { AEGIS_INLINE_MODELS: '1', OLLAMA_HOST: ollama.url });
    const first = await startServer(env, { cwd });
    await deliver(first.url, opened(github, pull));
    await until(() => ollama.requests.some((request) => request.path === '/api/chat'), 20_000, first.output);
    expect(github.state.checkRuns).toMatchObject([{ status: 'in_progress' }]);
    expect(await first.end('SIGKILL')).toBeNull();
    const restartedAt = Date.now();
    const second = await startServer(env, { cwd });
    await conclusion(github, second, pull.headSha, 30_000);
    expect(Date.now() - restartedAt).toBeLessThan(30_000);
    expect([github.state.checkRuns.length, github.state.reviews.length, github.state.issueComments.length]).toEqual([1, 1, 1]);
  }, 90_000);

  it('a process that is killed between two posts repeats neither', async () => {
    const github = await openGitHub();
    const pull = github.addPull(CHANGE);
    const cwd = makeFolder();
    github.fail({ route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', delayMs: 60_000 });
    const first = await startServer(appEnv(github), { cwd });
    await deliver(first.url, opened(github, pull));
    await until(() => github.count('POST /repos/{owner}/{repo}/issues/{issue_number}/comments') > 0, 20_000, first.output);
    await first.end('SIGKILL');
    const second = await startServer(appEnv(github), { cwd });
    await conclusion(github, second, pull.headSha, 30_000);
    expect([github.state.checkRuns.length, github.state.reviews.length, github.state.reviewComments.length]).toEqual([1, 1, 1]);
    expect(github.state.issueComments.length).toBe(1);
  }, 90_000);

  it('a newer head makes the older check end as cancelled', async () => {
    const github = await openGitHub();
    const pull = github.addPull(CHANGE);
    const old = { sha: pull.headSha, webhook: opened(github, pull) };
    const head = github.pushHead(pull, { 'src/users.js': SAFE });
    const server = await startServer(appEnv(github));
    await deliver(server.url, old.webhook);
    await deliver(server.url, opened(github, pull, undefined, 'synchronize'));
    expect(await conclusion(github, server, old.sha)).toMatchObject({ conclusion: 'cancelled' });
    expect(await conclusion(github, server, head)).toMatchObject({ conclusion: 'success' });
  });
});

describe('the server itself', () => {
  it('answers health at once, refuses a wrong signature and an unknown path, and ends on SIGTERM with 0', async () => {
    const github = await openGitHub();
    const pull = github.addPull(CHANGE);
    const server = await startServer(appEnv(github));
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
    const forged = github.webhook('pull_request', pullRequestPayload(github.state, pull), 'another secret');
    expect((await deliver(server.url, forged)).status).toBe(400);
    const lost = await fetch(`${server.url}/nowhere`);
    expect([lost.status, lost.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
    await sleep(500);
    expect(github.state.checkRuns).toEqual([]);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('refuses a body over 25 MB without reading it', async () => {
    const github = await openGitHub();
    const server = await startServer(appEnv(github));
    const answer = await fetch(`${server.url}/api/github/webhooks`, { method: 'POST', body: 'x'.repeat(26 * 1024 * 1024) }).catch(
      () => null,
    );
    if (answer !== null) expect(answer.status).toBe(413);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it('writes no secret into its log', async () => {
    const github = await openGitHub();
    const pull = github.addPull(CHANGE);
    const server = await startServer(appEnv(github, { LOG_LEVEL: 'trace' }));
    await deliver(server.url, opened(github, pull));
    await conclusion(github, server, pull.headSha);
    for (const secret of [SECRET, ...github.state.tokens.keys(), github.privateKey.split('\n')[1] ?? ''])
      expect(server.output()).not.toContain(secret);
  });

  it('without a webhook secret it refuses to start', async () => {
    const github = await openGitHub();
    const { WEBHOOK_SECRET: _, ...env } = appEnv(github);
    const ran = await runAegis(['serve', '--port', '0'], { env });
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toMatch(/WEBHOOK_SECRET is not set/);
  });

  it('without an App it shows the set-up page, with the permissions of app.yml and the webhook address', async () => {
    const server = await startServer({});
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    const page = await fetch(`${server.url}/probot`);
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(html).toContain('security_events');
    expect(html).toContain(`${server.url}/api/github/webhooks`);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('told to stop while it still opens its database, it stops', async () => {
    const server = await startServer(appEnv(await openGitHub()), { cwd: makeFolder() });
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('a second server on the same folder is refused', async () => {
    const github = await openGitHub();
    const cwd = makeFolder();
    await startServer(appEnv(github), { cwd });
    const ran = await runAegis(['serve', '--port', '0'], { cwd, env: appEnv(github) });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/DATABASE_URL/);
    expect(cleanEnv()).not.toHaveProperty('DATABASE_URL');
  });
});
