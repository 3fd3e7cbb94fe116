import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Files } from '../fakes/github/git-objects.ts';
import { type FakePull, type PullSpec, pushHead } from '../fakes/github/state.ts';
import { pullRequestPayload } from '../fakes/github/webhooks.ts';
import type { FakeGitHub } from '../fakes/github.ts';
import { type RanStep, runAction, type Step, startAction, startActionsGitHub, TOKEN } from '../fakes/run-action.ts';
import { git, makeFolder, makeRepository, writeFiles } from './run-aegis.ts';

const SAFE = 'export const find = (db, id) => db.query("select * from users where id = $1", [id]);\n';
const WEAK = 'export const find = (db, req) => db.query("select * from users where id = " + req.query.id);\n';
const CONTENT = { 'README.md': '# Shop\n' };

const REFUSED = { status: 403, message: 'Resource not accessible by integration', times: 99 };
const REVIEWS = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews';
const COMMENTS = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments';
const SUMMARY = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const SARIF = 'POST /repos/{owner}/{repo}/code-scanning/sarifs';

interface Opened {
  readonly fake: FakeGitHub;
  readonly pull: FakePull;
  run(over?: Partial<Step>): Promise<RanStep>;
}

async function open(head: Files, spec: Partial<PullSpec> = {}): Promise<Opened> {
  const fake = await startActionsGitHub();
  const pull = fake.addPull({ base: { ...CONTENT, 'src/a.js': SAFE }, head: { ...CONTENT, ...head }, ...spec });
  const run = (over: Partial<Step> = {}) =>
    runAction(fake, { event: 'pull_request', payload: pullRequestPayload(fake.state, pull, 'opened'), ...over });
  return { fake, pull, run };
}

const refuseWrites = ({ fake }: Opened) => {
  for (const route of [REVIEWS, COMMENTS, SUMMARY]) fake.fail({ route, ...REFUSED });
};

/** Lines that a runner takes for commands. */
const commandsIn = (log: string) => log.split('\n').filter((line) => /^\s*::/.test(line));

describe('a pull request', () => {
  it('with a weakness: comments, summary, SARIF, log, outputs and exit code 1; a second run adds nothing', async () => {
    const opened = await open({ 'src/a.js': WEAK });
    const { fake } = opened;
    const first = await opened.run({ inputs: { format: 'json' } });
    expect(first).toMatchObject({ code: 1, stderr: '', outputs: { conclusion: 'findings', 'findings-count': '1', 'cost-usd': '0' } });
    expect(fake.state.reviewComments.map(({ user, path, line }) => [user.login, path, line])).toEqual([
      ['github-actions[bot]', 'src/a.js', 1],
    ]);
    expect(fake.state.issueComments).toHaveLength(1);
    expect(fake.state.checkRuns).toEqual([]);
    expect(fake.state.sarifs).toMatchObject([{ commit_sha: opened.pull.headSha, ref: `refs/pull/${opened.pull.number}/head` }]);
    expect(first.log).toMatch(/^::error file=src\/a\.js,line=1,endLine=1,title=.*CWE-89/m);
    expect(first.log).toContain(`::add-mask::${TOKEN}`);
    expect(first.summary).toContain('CWE-89');
    expect(JSON.parse(readFileSync(first.outputs['report-file'] ?? '', 'utf8'))).toMatchObject({ conclusion: 'findings' });
    expect(JSON.parse(readFileSync(first.outputs['sarif-file'] ?? '', 'utf8'))).toMatchObject({ version: '2.1.0' });

    const second = await opened.run();
    expect(second.code).toBe(1);
    expect([fake.state.reviewComments.length, fake.state.issueComments.length]).toEqual([1, 1]);
    expect(fake.state.issueComments[0]?.body).toMatch(/still there/);
    expect(fake.violations).toEqual([]);
  });

  it('that is mended says so in the thread of its weakness, and passes', async () => {
    const opened = await open({ 'src/a.js': WEAK });
    await opened.run();
    pushHead(opened.fake.state, opened.pull, { ...CONTENT, 'src/a.js': SAFE.replace('find', 'search') });
    for (const comment of opened.fake.state.reviewComments) comment.line = null;
    const after = await opened.run({ payload: pullRequestPayload(opened.fake.state, opened.pull, 'synchronize') });
    expect(after).toMatchObject({ code: 0, outputs: { conclusion: 'passed' } });
    expect(opened.fake.state.reviewComments[0]?.body).toMatch(/^Fixed in/);
    expect(after.summary).toContain('fixed: SQL injection');
  });

  it.each<{
    name: string;
    inputs?: Record<string, string>;
    head?: Files;
    base?: Files;
    spec?: Partial<PullSpec>;
    expected: object;
    said?: RegExp;
  }>([
    {
      name: 'without a weakness passes',
      head: { 'src/a.js': SAFE.replace('find', 'search') },
      expected: { code: 0, outputs: { conclusion: 'passed' } },
    },
    {
      name: 'fails from the severity that the input names',
      inputs: { 'fail-on': 'critical' },
      expected: { code: 0, outputs: { conclusion: 'findings' } },
    },
    { name: 'is judged by the configuration of the base', base: { '.aegis.yml': 'check: { fail_on: none }\n' }, expected: { code: 0 } },
    {
      name: 'is judged by another file of the base, where one is named',
      ...{ inputs: { config: 'ci/aegis.yml' }, base: { 'ci/aegis.yml': 'check: { fail_on: none }\n' } },
      expected: { code: 0 },
    },
    {
      name: 'whose named configuration is not there is a usage fault',
      inputs: { config: 'ci/none.yml' },
      expected: { code: 2 },
      said: /no configuration ci\/none\.yml/,
    },
    {
      name: 'does not choose its own configuration',
      head: { 'src/a.js': WEAK, '.aegis.yml': 'check: { fail_on: none }\n' },
      expected: { code: 1 },
      said: /takes effect after the merge/,
    },
    {
      name: 'that edits the file which the input names is told when that takes effect',
      inputs: { config: './ci/aegis.yml' },
      base: { 'ci/aegis.yml': 'check: { fail_on: none }\n' },
      head: { 'src/a.js': WEAK, 'ci/aegis.yml': 'reveiw: {}\n' },
      expected: { code: 0 },
      said: /^::warning file=ci\/aegis\.yml,line=1,.*reveiw[\s\S]*This change edits ci\/aegis\.yml; that takes effect after the merge/m,
    },
    {
      name: 'that is left out by the configuration says so',
      spec: { draft: true },
      expected: { code: 0, outputs: { conclusion: 'skipped' } },
      said: /it is a draft/,
    },
    { name: 'with an input that is not known', inputs: { 'fail-on': 'hgih' }, expected: { code: 2 }, said: /fail-on has an unknown value/ },
    { name: 'with a model that is not known', inputs: { models: 'nobody' }, expected: { code: 2 }, said: /nobody/ },
    {
      name: 'with a plug-in of the repository, whose file may be that of the change',
      base: { '.aegis.yml': 'models: [{ id: own, provider: plugin, model: "./own.mjs#model" }]\n' },
      expected: { code: 2 },
      said: /modules of the repository are not run/,
    },
  ])('$name', async ({ inputs = {}, head = { 'src/a.js': WEAK }, base = {}, spec = {}, expected, said = /aegis/i }) => {
    const opened = await open({ ...base, ...head }, { base: { ...CONTENT, 'src/a.js': SAFE, ...base }, ...spec });
    const ran = await opened.run({ inputs });
    expect(ran).toMatchObject(expected);
    expect(ran.log + ran.summary).toMatch(said);
  });

  it('whose base is badly configured tells every problem at its line, on the pull request too, and exits with 2', async () => {
    const opened = await open({ 'src/a.js': WEAK }, { base: { ...CONTENT, 'src/a.js': SAFE, '.aegis.yml': 'version: 1\nreveiw: {}\n' } });
    const ran = await opened.run();
    expect(ran).toMatchObject({ code: 2, outputs: { conclusion: 'error' } });
    expect(ran.log).toMatch(/^::error file=\.aegis\.yml,line=2,title=Aegis::.*reveiw/m);
    expect(ran.summary).toContain('not reviewed');
    expect(opened.fake.state.issueComments[0]?.body).toContain('reveiw');
  });

  it('that edits a configuration which is not the named one hears nothing of it', async () => {
    const config = { 'ci/aegis.yml': 'check: { fail_on: none }\n' };
    const opened = await open(
      { ...config, 'src/a.js': WEAK, '.aegis.yml': 'reveiw: {}\n' },
      { base: { ...CONTENT, ...config, 'src/a.js': SAFE } },
    );
    const ran = await opened.run({ inputs: { config: 'ci/aegis.yml' } });
    expect(ran.code).toBe(0);
    expect(ran.log + ran.summary).not.toMatch(/after the merge/);
  });

  it('posts nothing where nothing is wanted', async () => {
    const opened = await open({ 'src/a.js': WEAK });
    const ran = await opened.run({ inputs: { comment: 'false', 'upload-sarif': 'false' } });
    expect(ran.code).toBe(1);
    expect([opened.fake.state.reviewComments, opened.fake.state.issueComments, opened.fake.state.sarifs]).toEqual([[], [], []]);
  });

  it('that has a newer head is cancelled, and does not look like a pass', async () => {
    const opened = await open({ 'src/a.js': WEAK });
    const payload = pullRequestPayload(opened.fake.state, opened.pull, 'opened');
    pushHead(opened.fake.state, opened.pull, { ...CONTENT, 'src/a.js': SAFE });
    const ran = await opened.run({ payload });
    expect(ran).toMatchObject({ code: 0, outputs: { conclusion: 'cancelled' } });
    expect(ran.summary).toMatch(/Not reviewed: a newer head/);
    expect(ran.log).toMatch(/^::notice .*Not reviewed/m);
  });

  it('whose head moves while it is reviewed is cancelled, and nothing is posted', async () => {
    const opened = await open({ 'src/a.js': WEAK });
    const { fake, pull } = opened;
    const payload = pullRequestPayload(fake.state, pull, 'opened');
    const FILES = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files';
    fake.fail({ route: FILES, status: 503, times: 1 });
    const running = opened.run({ payload });
    await expect.poll(() => fake.count(FILES)).toBeGreaterThan(0);
    pushHead(fake.state, pull, { ...CONTENT, 'src/a.js': SAFE });
    expect(await running).toMatchObject({ code: 0, outputs: { conclusion: 'cancelled' } });
    expect([fake.state.reviewComments, fake.state.issueComments, fake.state.sarifs]).toEqual([[], [], []]);
  });

  it('that is closed is not reviewed', async () => {
    const opened = await open({ 'src/a.js': WEAK });
    opened.pull.state = 'closed';
    expect(await opened.run()).toMatchObject({ code: 0, outputs: { conclusion: 'skipped' } });
  });

  it('of a stranger writes no command into the log and no output of its own', async () => {
    const name = 'src/a\n::set-output name=x::y.js';
    const opened = await open({ 'src/a.js': SAFE, [name]: WEAK }, { title: '::stop-commands::x' });
    const ran = await opened.run();
    expect(ran.code).toBe(1);
    expect(commandsIn(ran.log).every((line) => /^::(error|warning|notice|add-mask)[ :]/.test(line))).toBe(true);
    expect(Object.keys(ran.outputs)).toHaveLength(5);
  });
});

describe('a token that may not write', () => {
  it.each<{ name: string; spec?: Partial<PullSpec>; env?: Record<string, string>; said: RegExp }>([
    { name: 'of a fork', spec: { fork: true }, said: /fork’s pull request a token that may not write/ },
    { name: 'of Dependabot', env: { GITHUB_ACTOR: 'dependabot[bot]' }, said: /Dependabot sets off may not write/ },
    { name: 'of a job without the permission', said: /pull-requests: write/ },
  ])('$name: findings stand in the summary of the job, which says why', async ({ spec, env = {}, said }) => {
    const opened = await open({ 'src/a.js': WEAK }, spec);
    refuseWrites(opened);
    const ran = await opened.run({ env });
    expect(ran).toMatchObject({ code: 1, outputs: { conclusion: 'findings' } });
    expect(ran.summary).toMatch(said);
    expect(ran.summary).toContain('CWE-89');
    expect(ran.log).toMatch(/^::warning .*Nothing was posted/m);
  });

  it('does not make a change without weakness fail', async () => {
    const opened = await open({ 'src/a.js': SAFE.replace('find', 'search') }, { fork: true });
    refuseWrites(opened);
    expect(await opened.run()).toMatchObject({ code: 0, outputs: { conclusion: 'passed' } });
  });

  it('without code scanning: everything else is as it was', async () => {
    const opened = await open({ 'src/a.js': WEAK });
    opened.fake.fail({ route: SARIF, status: 403, message: 'Code scanning is not enabled for this repository' });
    const ran = await opened.run();
    expect(ran.code).toBe(1);
    expect(ran.summary).toMatch(/SARIF: Code scanning is not enabled/);
    expect(opened.fake.state.reviewComments).toHaveLength(1);
  });

  it('that is not taken at all, or may read nothing, is told in one sentence', async () => {
    const opened = await open({ 'src/a.js': WEAK });
    expect(await opened.run({ inputs: { 'github-token': 'ghs_other' } })).toMatchObject({ code: 3, outputs: { conclusion: 'error' } });
    opened.fake.fail({ route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}', ...REFUSED });
    const ran = await opened.run();
    expect(ran.code).toBe(3);
    expect(ran.log).toMatch(/::error .*permissions: contents: read/);
  });
});

describe('other events', () => {
  it('pull_request_target reads the change over the API alone', async () => {
    const opened = await open({ 'src/a.js': WEAK }, { fork: true });
    const workspace = makeFolder();
    writeFiles(workspace, { 'src/a.js': SAFE, '.aegis.yml': 'this is: [not read' });
    const ran = await opened.run({ event: 'pull_request_target', workspace });
    expect(ran.code).toBe(1);
    expect(opened.fake.state.reviewComments).toHaveLength(1);
  });

  it('merge_group is judged and nothing is posted', async () => {
    const opened = await open({ 'src/a.js': WEAK });
    const merge_group = {
      head_sha: opened.pull.headSha,
      base_sha: opened.pull.baseSha,
      head_ref: 'refs/heads/gh-readonly-queue/main/pr-1',
    };
    const ran = await opened.run({ event: 'merge_group', payload: { action: 'checks_requested', merge_group } });
    expect(ran).toMatchObject({ code: 1, outputs: { conclusion: 'findings' } });
    expect([opened.fake.state.reviewComments, opened.fake.state.issueComments, opened.fake.state.sarifs]).toEqual([[], [], []]);
  });

  const ZERO = '0'.repeat(40);
  const push = ({ pull }: Opened, over: object) => ({
    ...{ before: pull.baseSha, after: pull.headSha, ref: 'refs/heads/feature', repository: { default_branch: 'main' } },
    ...over,
  });

  it.each<{ name: string; over: (opened: Opened) => object; code: number; conclusion: string }>([
    { name: 'of further commits is reviewed from what was there', over: () => ({}), code: 1, conclusion: 'findings' },
    { name: 'of a new branch begins at the default branch', over: () => ({ before: ZERO }), code: 1, conclusion: 'findings' },
    {
      name: 'by force, whose old commits are gone, begins at the default branch',
      over: () => ({ before: 'e'.repeat(40), forced: true }),
      code: 1,
      conclusion: 'findings',
    },
    { name: 'that deletes a branch has nothing to review', over: () => ({ after: ZERO }), code: 0, conclusion: 'skipped' },
    {
      name: 'by force to nothing that GitHub knows is told',
      over: () => ({ before: 'e'.repeat(40), ref: 'refs/heads/main' }),
      code: 3,
      conclusion: 'error',
    },
  ])('push $name', async ({ over, code, conclusion }) => {
    const opened = await open({ 'src/a.js': WEAK });
    const repository = opened.fake.state.repositories.get('acme/shop');
    const base = repository?.commits.get(opened.pull.baseSha);
    if (base !== undefined) repository?.commits.set('main', base);
    const ran = await opened.run({ event: 'push', payload: push(opened, over(opened)) });
    expect(ran).toMatchObject({ code, outputs: { conclusion } });
    if (conclusion === 'findings')
      expect(opened.fake.state.sarifs).toMatchObject([{ ref: 'refs/heads/feature', commit_sha: opened.pull.headSha }]);
  });

  it('schedule reviews the whole checkout, and workflow_dispatch a range of it where one is named', async () => {
    const fake = await startActionsGitHub();
    const { baseSha } = fake.addPull({ base: CONTENT, head: CONTENT });
    const env = { GITHUB_SHA: baseSha };
    const workspace = makeRepository({ 'src/old.js': WEAK });
    const base = git(workspace, 'rev-parse', 'HEAD').trim();
    writeFiles(workspace, { 'src/new.js': SAFE });
    git(workspace, 'add', '--all');
    git(workspace, 'commit', '--quiet', '--message=more');
    const all = await runAction(fake, { event: 'schedule', payload: {}, workspace, env, inputs: { 'sarif-file': 'out/aegis.sarif' } });
    expect(all).toMatchObject({ code: 1, outputs: { 'findings-count': '1', 'sarif-file': `${workspace}/out/aegis.sarif` } });
    expect(existsSync(`${workspace}/out/aegis.sarif`)).toBe(true);
    expect(fake.state.sarifs).toMatchObject([{ ref: 'refs/heads/main', commit_sha: baseSha }]);
    const range = await runAction(fake, { event: 'workflow_dispatch', payload: {}, workspace, env, inputs: { base } });
    expect(range).toMatchObject({ code: 0, outputs: { conclusion: 'passed' } });
  });

  it.each<{ name: string; step: Step; said: RegExp }>([
    { name: 'an event without a change', step: { event: 'issues', payload: {} }, said: /the event issues names no change/ },
    { name: 'a pull_request event without one', step: { event: 'pull_request', payload: {} }, said: /names no pull request/ },
    { name: 'a schedule without a checkout', step: { event: 'schedule', payload: {} }, said: /no checkout/ },
    {
      name: 'a folder that is not there',
      step: { event: 'schedule', payload: {}, inputs: { 'working-directory': 'none' } },
      said: /no folder none/,
    },
  ])('$name is one sentence and exit code 2', async ({ step, said }) => {
    const ran = await runAction(await startActionsGitHub(), step);
    expect(ran).toMatchObject({ code: 2, stderr: '', outputs: { conclusion: 'error' } });
    expect(ran.log).toMatch(said);
    expect(commandsIn(ran.log).filter((line) => line.startsWith('::error'))).toHaveLength(1);
  });
});

describe('a runner', () => {
  it('whose files cannot be written to is told so in the log, without a stack', async () => {
    const opened = await open({ 'src/a.js': WEAK });
    const ran = await opened.run({ env: { GITHUB_OUTPUT: '/dev/null/none', GITHUB_STEP_SUMMARY: '/dev/null/none' } });
    expect(ran).toMatchObject({ code: 3, stderr: '' });
    expect(ran.log).toMatch(/^::error .*ENOTDIR/m);
    expect(ran.log).not.toMatch(/^ +at /m);
  });

  it('of an Enterprise Server is sent to its own addresses', async () => {
    const opened = await open({ 'src/a.js': WEAK });
    const { url } = opened.fake;
    const ran = await opened.run({
      env: { GITHUB_API_URL: `${url}/api/v3`, GITHUB_GRAPHQL_URL: `${url}/api/graphql`, GITHUB_SERVER_URL: 'https://github.example.com' },
    });
    expect(ran.code).toBe(1);
    expect(opened.fake.state.issueComments[0]?.body).toContain('https://github.example.com/acme/shop/blob/');
    expect(opened.fake.violations).toEqual([]);
  });

  it('that cancels the run ends it soon, with nothing concluded', async () => {
    const opened = await open({ 'src/a.js': WEAK });
    opened.fake.fail({ route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files', status: 503, times: 99 });
    const { child, ended } = startAction(opened.fake, {
      event: 'pull_request',
      payload: pullRequestPayload(opened.fake.state, opened.pull, 'opened'),
    });
    await expect.poll(() => opened.fake.count('GET /repos/{owner}/{repo}/pulls/{pull_number}/files')).toBeGreaterThan(0);
    child.kill('SIGINT');
    const ran = await ended;
    expect(ran.code).toBe(130);
    expect(ran.log).toContain('cancelled; nothing was concluded');
    expect(opened.fake.state.issueComments).toEqual([]);
  });
});
