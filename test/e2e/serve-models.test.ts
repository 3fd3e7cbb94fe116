import { describe, expect, it, onTestFinished } from 'vitest';
import type { FakePull, PullSpec } from '../fakes/github/state.ts';
import { deliver, pullRequestPayload } from '../fakes/github/webhooks.ts';
import { type FakeGitHub, startFakeGitHub } from '../fakes/github.ts';
import { startFakeOpenAi } from '../fakes/openai.ts';
import { findPostgres } from '../fakes/postgres.ts';
import { reportLines } from '../fakes/simulated-model.ts';
import { makeFolder, type Ran, runAegis, writeFiles } from './run-aegis.ts';
import { appEnv, makeDataFolder, SECRET, type ServerProcess, startServer, until } from './run-server.ts';

const KEY = 'sk-the-key-of-the-operator-0123456789';
const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
const UNSAFE = 'export const find = (db, req) => db.query("SELECT * FROM users WHERE name = \'" + req.query.name + "\'");\n';
const sql = reportLines(/SELECT/, { cwe: 'CWE-89', severity: 'high', title: 'SQL injection' });

const change = (config: string): PullSpec => ({
  base: { 'README.md': '# shop\n', '.aegis.yml': config },
  head: { 'README.md': '# shop\n', '.aegis.yml': config, 'src/users.js': UNSAFE },
});

async function openGitHub(): Promise<FakeGitHub> {
  const github = await startFakeGitHub();
  onTestFinished(() => github.close());
  return github;
}

async function openModels() {
  const openai = await startFakeOpenAi({ key: KEY, models: { 'gpt-5-mini': sql } });
  onTestFinished(() => openai.close());
  return openai;
}

async function review(github: FakeGitHub, server: ServerProcess, pull: FakePull) {
  await deliver(server.url, github.webhook('pull_request', pullRequestPayload(github.state, pull), SECRET));
  return await until(
    () => github.state.checkRuns.find((run) => run.head_sha === pull.headSha && run.status === 'completed'),
    30_000,
    () => `no completed check run; the server said:\n${server.output()}`,
  );
}

/** A server's state, and commands that work with it while the server does not run or beside it. */
async function operator(state: Record<string, string>) {
  const env = { ...state, AEGIS_SECRET_KEY: SECRET_KEY };
  const run = async (args: readonly string[], stdin = ''): Promise<Ran> => {
    const ran = await runAegis(args, { env, stdin });
    expect(`${ran.code}: ${ran.stderr}`).toBe('0: ');
    return ran;
  };
  return { env, run, raw: (args: readonly string[]) => runAegis(args, { env }) };
}

const registerWords = (url: string) => [
  ...['models', 'register', 'openai_compatible:gpt-5-mini', '--id', 'gpt', '--base-url', `${url}/v1`],
  ...['--api-key', 'secret:GPT', '--database'],
];

async function walk(state: Record<string, string>): Promise<void> {
  const [github, openai] = [await openGitHub(), await openModels()];
  const { env, run, raw } = await operator(state);
  await run(['secrets', 'set', 'GPT', '--hosts', new URL(openai.url).host, '--database'], KEY);
  await run(registerWords(openai.url));
  expect((await run(['models', 'list', '--database'])).stdout).toMatch(/gpt .*not checked/);

  const server = await startServer(appEnv(github, env), { cwd: makeFolder() });
  const first = github.addPull(change('models: [gpt]\n'));
  expect(await review(github, server, first)).toMatchObject({ conclusion: 'failure' });
  expect(github.state.reviewComments).toMatchObject([{ path: 'src/users.js', line: 1 }]);
  const chats = () => openai.requests.filter(({ path }) => path.endsWith('/chat/completions')).length;
  const asked = chats();
  // The same code in another pull request is answered from the cache of the database.
  const second = github.addPull(change('models: [gpt]\n'));
  expect(await review(github, server, second)).toMatchObject({ conclusion: 'failure' });
  expect(chats()).toBe(asked);
  expect(server.output()).not.toContain(KEY);
  expect(await server.end('SIGTERM')).toBe(0);
  await mergeAgain(first, second, run, raw);

  expect((await run(['models', 'list', '--database'])).stdout).toMatch(/gpt .*available/);
  const refused = await raw(['models', 'remove', 'gpt', '--database']);
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(/the model gpt is in use/i);
  await run(['models', 'remove', 'gpt', '--force', '--database']);
}

/** What the server reviewed is merged again and judged from the command line. */
async function mergeAgain(
  first: FakePull,
  second: FakePull,
  run: (args: readonly string[]) => Promise<Ran>,
  raw: (args: readonly string[]) => Promise<Ran>,
): Promise<void> {
  const kept = JSON.parse((await run(['replay', '--database', '--format', 'json'])).stdout) as { id: string; what: string }[];
  expect(kept).toMatchObject([{ conclusion: 'findings', findings: 1 }, { findings: 1 }]);
  expect(kept.map(({ what }) => what.split('#')[1])).toEqual([`${second.number}`, `${first.number}`]);
  const again = await raw(['replay', kept[1]?.id ?? '', '--database', '--strategy', 'majority_vote', '--format', 'json']);
  expect(again).toMatchObject({ code: 1, stderr: '' });
  const { findings, consensus } = JSON.parse(again.stdout) as { findings: { id: string }[]; consensus: { strategy: string } };
  expect(consensus.strategy).toBe('majority_vote');
  await run(['feedback', findings[0]?.id ?? '', 'confirmed', '--database']);
  expect((await run(['feedback', '--database'])).stdout).toMatch(/gpt +1 +0 +100 %/);
}

describe('models of the server', () => {
  it('are registered with a stored key, review a pull request, answer the same code from the cache, and are not removed while in use', async () => {
    await walk({ AEGIS_DATA_DIR: await makeDataFolder() });
  }, 180_000);

  it('come from AEGIS_MODELS_FILE at each start; an id that nobody registered is told with the nearest', async () => {
    const [github, openai] = [await openGitHub(), await openModels()];
    const folder = makeFolder();
    writeFiles(folder, {
      'models.yml': `version: 1\nmodels:\n  - { id: gpt, provider: openai_compatible, model: gpt-5-mini, base_url: "${openai.url}/v1", api_key: env:GPT_KEY }\n`,
    });
    const env = appEnv(github, { AEGIS_MODELS_FILE: `${folder}/models.yml`, GPT_KEY: KEY });
    const server = await startServer(env);
    await until(
      () => /models: 1 in .*models\.yml, 1 of them new or changed/.test(server.output()),
      20_000,
      () => server.output(),
    );
    const pull = github.addPull(change('models: [gpt]\n'));
    expect(await review(github, server, pull)).toMatchObject({ conclusion: 'failure' });
    const misspelt = github.addPull(change('models: [gtp]\n'));
    const check = await review(github, server, misspelt);
    expect(check.conclusion).toBe('action_required');
    expect(check.output.summary).toMatch(/gtp.*gpt/);
  }, 120_000);

  it.each([
    { name: 'a program', model: '{ id: m, provider: tool, model: bandit }' },
    { name: 'a coding agent', model: '{ id: m, provider: agent, model: claude }' },
    { name: 'a module', model: '{ id: m, provider: plugin, model: "./evil.mjs#model" }' },
    { name: 'a parser of its own', model: '{ id: m, provider: ollama_local, model: x, parser: "./evil.mjs#parser" }' },
  ])('never run $name that a repository names, whatever is allowed', async ({ model }) => {
    const github = await openGitHub();
    const server = await startServer(appEnv(github, { AEGIS_INLINE_MODELS: '1' }));
    const check = await review(github, server, github.addPull(change(`models:\n  - ${model}\n`)));
    expect(check.conclusion).toBe('action_required');
    expect(check.output.summary).toMatch(/line 2/);
    expect(github.state.reviews).toEqual([]);
  });
});

describe('keys of the server, and the models that a repository defines', () => {
  it('meet only where the operator said so', async () => {
    const [github, openai, gateway] = [await openGitHub(), await openModels(), await startFakeOpenAi({ models: { 'gpt-5-mini': sql } })];
    onTestFinished(() => gateway.close());
    const [host, gatewayHost] = [new URL(openai.url).host, new URL(gateway.url).host];
    const { env, run } = await operator({ AEGIS_DATA_DIR: await makeDataFolder() });
    const store = async (name: string, ...repositories: string[]) =>
      await run(['secrets', 'set', name, '--hosts', host, '--database', ...repositories], `${KEY}-${name}`);
    await store('OURS', '--repositories', 'acme/*');
    await store('THEIRS', '--repositories', 'other/shop,acme/other');
    await store('OPERATORS');
    const server = await startServer(
      appEnv(github, {
        ...env,
        ...{ AEGIS_INLINE_MODELS: '1', AEGIS_ALLOWED_HOSTS: gatewayHost, OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${openai.url}/v1` },
      }),
    );
    const conclude = async (...rest: string[]) => {
      const models = rest.map((more, at) => `  - { id: m${at}, provider: openai_compatible, model: gpt-5-mini${more} }\n`);
      const { conclusion, output } = await review(github, server, github.addPull(change(`models:\n${models.join('')}`)));
      return `${conclusion} ${output.summary}`;
    };
    const at = (url: string) => `, base_url: "${url}/v1"`;

    const refused = await conclude(
      `${at(openai.url)}, api_key: secret:THEIRS`,
      `${at(openai.url)}, api_key: secret:OPERATORS`,
      `${at(openai.url)}, settings: { headers: { x-api-key: secret:THEIRS } }`,
      `${at(gateway.url)}, api_key: secret:OURS`,
      `${at(openai.url)}, api_key: env:OPENAI_API_KEY`,
      at('http://169.254.169.254'),
    );
    expect(refused).toMatch(/^action_required /);
    for (const told of [
      /line 2.*THEIRS may not be used for acme\/shop/,
      /line 3.*no stored key OPERATORS/,
      /line 4.*THEIRS may not be used for acme\/shop/,
      /line 5.*OURS may not be sent to/,
      /line 6.*cannot use a key/,
      /line 7.*does not call/,
    ])
      expect(refused).toMatch(told);
    expect([...openai.requests, ...gateway.requests]).toEqual([]);

    // Without a key of its own it is called without any, at the operator's own address, too.
    expect(await conclude(at(gateway.url))).toMatch(/^failure /);
    expect(await conclude('')).not.toMatch(/^(success|failure .*SQL)/s);
    expect(gateway.requests.length * openai.requests.length).toBeGreaterThan(0);
    for (const { headers } of [...openai.requests, ...gateway.requests]) expect(JSON.stringify(headers)).not.toContain(KEY);

    await conclude(`${at(openai.url)}, api_key: secret:OURS`);
    expect(openai.requests.at(-1)?.headers['authorization']).toBe(`Bearer ${KEY}-OURS`);
    expect(server.output()).not.toContain(KEY);
  }, 120_000);
});

const postgres = await findPostgres();
describe('models of the server, in PostgreSQL', () => {
  if ('missing' in postgres) it.skip(postgres.missing, () => {});
  else {
    it('do the same there', async () => {
      onTestFinished(() => postgres.stop());
      const databaseUrl = await postgres.createDatabase();
      await runAegis(['db', 'migrate'], { env: { DATABASE_URL: databaseUrl } });
      await walk({ DATABASE_URL: databaseUrl });
    }, 180_000);
  }
});
