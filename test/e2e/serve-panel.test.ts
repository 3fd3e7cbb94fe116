import { describe, expect, it, onTestFinished } from 'vitest';
import type { FakePull, PullSpec } from '../fakes/github/state.ts';
import { deliver, pullRequestPayload } from '../fakes/github/webhooks.ts';
import { type FakeGitHub, startFakeGitHub } from '../fakes/github.ts';
import { startFakeOpenAi } from '../fakes/openai.ts';
import { reportLines, type SimulatedModel } from '../fakes/simulated-model.ts';
import { makeFolder, writeFiles } from './run-aegis.ts';
import { appEnv, SECRET, type ServerProcess, startServer, until } from './run-server.ts';

const UNSAFE = [
  "import { clean } from './clean.js';",
  '',
  'export function find(db, request) {',
  '  return db.query("SELECT * FROM users WHERE name = \'" + clean(request.query.name) + "\'");',
  '}',
  '',
].join('\n');
const SAFE_LINE = "  return db.query('SELECT * FROM users WHERE name = $1', [clean(request.query.name)]);";

const change = (config: string, path = 'src/users.js'): PullSpec => {
  const base = {
    'README.md': '# shop\n',
    '.aegis.yml': config,
    'src/clean.js': 'export function clean(text) {\n  return text.trim();\n}\n',
  };
  return { base, head: { ...base, [path]: UNSAFE } };
};

interface Registered {
  readonly roles: readonly string[];
  readonly answer: SimulatedModel;
  readonly settings?: string;
}

/** A server with these models of one endpoint, and a GitHub that it serves. */
async function open(models: Record<string, Registered>, env: Record<string, string> = {}) {
  const github = await startFakeGitHub();
  const openai = await startFakeOpenAi({ models: Object.fromEntries(Object.entries(models).map(([id, { answer }]) => [id, answer])) });
  onTestFinished(async () => {
    await github.close();
    await openai.close();
  });
  const folder = makeFolder();
  const rows = Object.entries(models).map(
    ([id, { roles, settings = '{}' }]) =>
      `  - { id: ${id}, provider: openai_compatible, model: ${id}, base_url: "${openai.url}/v1", roles: [${roles.join(', ')}], settings: ${settings} }`,
  );
  writeFiles(folder, { 'models.yml': `version: 1\nmodels:\n${rows.join('\n')}\n` });
  const server = await startServer(appEnv(github, { AEGIS_MODELS_FILE: `${folder}/models.yml`, ...env }));
  const asked = (model: string) => openai.requests.filter(({ body }) => body?.['model'] === model).length;
  return { github, server, asked };
}

async function review(github: FakeGitHub, server: ServerProcess, pull: FakePull) {
  await deliver(server.url, github.webhook('pull_request', pullRequestPayload(github.state, pull), SECRET));
  return await until(
    () => github.state.checkRuns.find((run) => run.head_sha === pull.headSha && run.status === 'completed'),
    40_000,
    () => `no completed check run; the server said:\n${server.output()}`,
  );
}

const sql = reportLines(/SELECT.*\+/, { cwe: 'CWE-89', severity: 'high', title: 'SQL injection' });
const scans = ['deep_scan'];

describe('a panel on GitHub', () => {
  it('hears a judge about a single claim, explains it, and offers a checked replacement to commit', async () => {
    const { github, server, asked } = await open({
      one: { roles: scans, answer: sql },
      two: { roles: scans, answer: () => [] },
      three: { roles: scans, answer: () => [] },
      judge: {
        roles: ['judge'],
        answer: () =>
          '{"verdicts": [{"id": "c1", "verdict": "confirmed", "confidence": 0.9, "severity": "critical", "reason": "Nothing escapes the name."}]}',
      },
      writer: {
        roles: ['explain'],
        answer: () =>
          JSON.stringify({ explanation: 'A caller writes SQL into the name.', fix: 'Pass it as a parameter.', replacement: SAFE_LINE }),
      },
    });
    expect(await review(github, server, github.addPull(change('models: [one, two, three, judge, writer]\n')))).toMatchObject({
      conclusion: 'failure',
    });
    const [comment] = github.state.reviewComments;
    expect(comment).toMatchObject({ path: 'src/users.js', line: 4 });
    expect(comment?.body).toContain('A caller writes SQL into the name.');
    expect(comment?.body).toContain(`\n\`\`\`suggestion\n${SAFE_LINE}\n\`\`\`\n`);
    expect(comment?.body).toContain('1 of 3 models agree, and the judge confirms it');
    expect(comment?.body).toContain('| judge | critical, 0.90 | judge: **confirmed** | Nothing escapes the name. |');
    // The reporter is asked about the code as it is, and about the replacement.
    expect([asked('one'), asked('two'), asked('judge'), asked('writer')]).toEqual([2, 1, 1, 1]);
  }, 120_000);

  it('gives a model the definition that it asks for, from the head of the pull request', async () => {
    const curious: SimulatedModel = (question) =>
      question.prompt.includes('return text.trim();') ? sql(question) : JSON.stringify({ findings: [], needs: ['clean'] });
    const { github, server, asked } = await open({ reader: { roles: scans, answer: curious } });
    expect(await review(github, server, github.addPull(change('models: [reader]\n')))).toMatchObject({ conclusion: 'failure' });
    expect(asked('reader')).toBe(2);
  }, 120_000);

  it('gives the seat of a model that is out of order to a reserve, and says so', async () => {
    const { github, server, asked } = await open({
      away: { roles: scans, answer: () => ({ kind: 'json', status: 401, body: { error: { message: 'no' } } }) },
      spare: { roles: scans, answer: sql },
    });
    const config = 'models: [away, spare]\npipeline: { deep_scan: { models: [away] } }\n';
    expect(await review(github, server, github.addPull(change(config)))).toMatchObject({ conclusion: 'failure' });
    expect(asked('spare')).toBe(1);
    expect(github.state.reviewComments).toHaveLength(1);
    const said = github.state.issueComments.map(({ body }) => body).join('\n');
    expect(said).toContain('**spare** stood in for **away**');
  }, 120_000);

  it('holds all reviews of a repository to its month', async () => {
    const price = '{ max_tokens: 200, price: { input_per_million: 1000, output_per_million: 1000 } }';
    const { github, server, asked } = await open({ dear: { roles: scans, answer: () => [], settings: price } }, { AEGIS_MONTHLY_USD: '2' });
    const config = 'budget: { usd: 100 }\n';
    const first = await review(github, server, github.addPull(change(config)));
    expect(first).toMatchObject({ conclusion: 'success' });
    let last = first;
    for (const at of [1, 2, 3]) last = await review(github, server, github.addPull(change(config, `src/users${at}.js`)));
    expect(last).toMatchObject({ conclusion: 'failure' });
    expect(last.output.summary).toMatch(/this month's .{0,2}2/);
    expect(asked('dear')).toBeLessThan(4);
  }, 180_000);
});
