import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { beginStory, type GitStory } from '../fakes/github/git-story.ts';
import { deliver, pullRequestPayload } from '../fakes/github/webhooks.ts';
import { type FakeGitHub, startFakeGitHub } from '../fakes/github.ts';
import type { ModelServer } from '../fakes/model-server.ts';
import { startFakeOpenAi } from '../fakes/openai.ts';
import type { SimulatedModel } from '../fakes/simulated-model.ts';
import { makeFolder, writeFiles } from './run-aegis.ts';
import { appEnv, SECRET, type ServerProcess, startServer, until } from './run-server.ts';

/** What the model reports, by what stands on an added line. */
const WEAKNESSES = [
  { pattern: /SELECT.*\+/, cwe: 'CWE-89', title: 'SQL injection' },
  { pattern: /exec\(.*\+/, cwe: 'CWE-78', title: 'OS command injection' },
  { pattern: /redirect\(/, cwe: 'CWE-601', title: 'Open redirect' },
];

const sql = (name: string) => `  return db.query("SELECT * FROM ${name} WHERE id = " + id);`;
const safe = (name: string) => `  return db.query('SELECT * FROM ${name} WHERE id = $1', [id]);`;
const shell = (name: string) => `  exec('convert ' + ${name});`;
const body = (name: string, ...lines: readonly string[]) => [`export function ${name}(db, id) {`, ...lines, '}', ''].join('\n');
const filler = (count: number, word = 'step') =>
  Array.from({ length: count }, (_, index) => `export const ${word}${index} = ${index};`).join('\n');

let github: FakeGitHub;
let openai: ModelServer;
let server: ServerProcess;
/** Set by a story that wants its model to take its time, milliseconds. */
let slow = 0;

/** Reports each added line that is weak, in the file that the prompt names above it. */
const reader: SimulatedModel = async ({ prompt }) => {
  if (slow > 0) await sleep(slow);
  let path = '';
  return prompt.split('\n').flatMap((row) => {
    path = /^File: (.*)$/.exec(row)?.[1] ?? path;
    const [, line, code = ''] = /^ *(\d+) \+ (.*)$/.exec(row) ?? [];
    return line === undefined
      ? []
      : WEAKNESSES.filter(({ pattern }) => pattern.test(code)).map(({ cwe, title }) => ({
          cwe,
          title,
          path,
          startLine: Number(line),
          evidence: code.trim(),
        }));
  });
};

beforeAll(async () => {
  github = await startFakeGitHub();
  openai = await startFakeOpenAi({ models: { reader } });
  const folder = makeFolder();
  writeFiles(folder, {
    'models.yml': `version: 1\nmodels:\n  - { id: reader, provider: openai_compatible, model: reader, base_url: "${openai.url}/v1", roles: [deep_scan], settings: {} }\n`,
  });
  server = await startServer(appEnv(github, { AEGIS_MODELS_FILE: `${folder}/models.yml`, AEGIS_WRITE_PACE: 'off' }));
}, 60_000);

afterAll(async () => {
  await server?.end('SIGKILL');
  await openai?.close();
  await github?.close();
});

interface Telling extends GitStory {
  /** Pushes, tells the App, and waits for the end of the review. Answers what the review showed and what it asked. */
  review(action?: string, baseRef?: string): Promise<Look>;
  /** Sends the webhook of a pull request event and waits for nothing. */
  tell(action: string): Promise<void>;
  look(): Look;
}

/** A pull request as a person sees it after a review. */
interface Look {
  readonly conclusion: string | null;
  readonly title: string | null;
  readonly summary: string;
  /** `src/a.js CWE-89` of each comment that stands open, sorted. */
  readonly open: readonly string[];
  readonly closed: readonly string[];
  /** Weak added lines that the model was shown since the last look, sorted. */
  readonly asked: readonly string[];
}

async function tellStory(name: string, base: Readonly<Record<string, string>>): Promise<Telling> {
  const story = beginStory(github.state, makeFolder(), name, { 'README.md': '# shop\n', ...base });
  onTestFinished(() => {
    slow = 0;
  });
  let heard = openai.requests.length;
  const tell = async (action: string) => {
    const answer = await deliver(server.url, github.webhook('pull_request', pullRequestPayload(github.state, story.pull, action), SECRET));
    expect(answer.status).toBeLessThan(300);
  };
  const look = (): Look => {
    const comments = github.state.reviewComments.filter(({ pull, in_reply_to_id }) => pull === story.pull && in_reply_to_id === undefined);
    const named = (closed: boolean) =>
      comments
        .filter((comment) => comment.body.includes('<!-- aegis:closed -->') === closed)
        .map((comment) => `${comment.path} ${/CWE-\d+/.exec(comment.body)?.[0]}`)
        .toSorted();
    const check = github.state.checkRuns.findLast(
      ({ head_sha, repository }) => head_sha === story.pull.headSha && repository === `acme/${name}`,
    );
    const asked = openai.requests.slice(heard).flatMap(({ body: sent }) =>
      JSON.stringify(sent['messages'] ?? '')
        .split('\\n')
        .filter((row) => /^ *\d+ \+ /.test(row) && WEAKNESSES.some(({ pattern }) => pattern.test(row)))
        .map((row) =>
          row
            .replace(/^ *\d+ \+ */, '')
            .replaceAll('\\\\', '')
            .replaceAll('\\"', '"'),
        ),
    );
    heard = openai.requests.length;
    return {
      conclusion: check?.conclusion ?? null,
      title: check?.output.title ?? null,
      summary: github.state.issueComments.find(({ pull }) => pull === story.pull)?.body ?? '',
      open: named(false),
      closed: named(true),
      asked: asked.toSorted(),
    };
  };
  const checksOf = (head: string) =>
    github.state.checkRuns.filter(({ head_sha, repository }) => head_sha === head && repository === `acme/${name}`);
  return {
    ...story,
    tell,
    look,
    async review(action = 'synchronize', baseRef = 'main') {
      const before = checksOf(story.git('rev-parse', 'feature')).filter(({ status }) => status === 'completed').length;
      const head = story.push(baseRef);
      await tell(action);
      await until(
        () => checksOf(head).filter(({ status }) => status === 'completed').length > before,
        20_000,
        () => `no completed check run in "${name}"; the server said:\n${server.output()}`,
      );
      return look();
    },
  };
}

const weak = (line: string) => line.trim();

describe('a finding from push to push', () => {
  it('a push that adds a weakness: the first stays as it is, and only what is new is asked about', async () => {
    const story = await tellStory('push', { 'src/a.js': '' });
    story.commit({ 'src/a.js': body('find', sql('users')) });
    const first = await story.review('opened');
    expect(first).toMatchObject({ conclusion: 'failure', open: ['src/a.js CWE-89'], asked: [weak(sql('users'))] });
    story.commit({ 'src/b.js': body('draw', shell('id')) });
    const second = await story.review();
    expect(second).toMatchObject({ open: ['src/a.js CWE-89', 'src/b.js CWE-78'], closed: [], asked: [weak(shell('id'))] });
    expect(second.summary).toMatch(/1 still there/);
    expect(second.summary).toMatch(/1 new/);
  });

  it('a push that mends it: its thread says in which commit and is closed, and the check passes', async () => {
    const story = await tellStory('mend', {});
    story.commit({ 'src/a.js': body('find', sql('users')) });
    await story.review('opened');
    story.commit({ 'src/a.js': body('find', safe('users')) });
    const after = await story.review();
    expect(after).toMatchObject({ conclusion: 'success', open: [], closed: ['src/a.js CWE-89'] });
    expect(github.state.reviewComments.find(({ pull }) => pull === story.pull)?.body).toContain(
      `Fixed in ${story.pull.headSha.slice(0, 7)}`,
    );
    expect(after.summary).toMatch(/1 fixed/);
  });

  it.each([
    { name: 'amend', rewrite: (story: GitStory) => story.git('commit', '-q', '--amend', '-m', 'in other words') },
    {
      name: 'rebase onto a moved base',
      rewrite(story: GitStory) {
        story.git('checkout', '-q', 'main');
        story.commit({ 'src/elsewhere.js': filler(5), 'src/a.js': `${filler(8, 'before')}\n${filler(30)}\n` });
        story.git('checkout', '-q', 'feature');
        story.git('rebase', '-q', 'main');
      },
    },
    {
      name: 'squash',
      rewrite(story: GitStory) {
        story.git('reset', '-q', '--soft', 'HEAD~2');
        story.git('commit', '-qm', 'both at once');
      },
    },
    {
      name: 'base merged in',
      rewrite(story: GitStory) {
        story.git('checkout', '-q', 'main');
        story.commit({ 'src/elsewhere.js': filler(5) });
        story.git('checkout', '-q', 'feature');
        story.git('merge', '-q', '--no-edit', 'main');
      },
    },
    {
      name: 'split commit',
      rewrite(story: GitStory) {
        story.git('reset', '-q', '--soft', 'HEAD~2');
        story.git('reset', '-q', '--', 'src/b.js');
        story.git('commit', '-qm', 'the first half');
        story.git('add', '-A');
        story.git('commit', '-qm', 'the second half');
      },
    },
    {
      name: 'cherry-pick onto a fresh branch',
      rewrite(story: GitStory) {
        const commits = story.git('rev-list', '--reverse', 'main..feature').split('\n');
        story.git('checkout', '-q', 'main');
        story.commit({ 'src/elsewhere.js': filler(3) });
        story.git('branch', '-qD', 'feature');
        story.git('checkout', '-qb', 'feature');
        story.git('cherry-pick', ...commits);
      },
    },
  ])('$name: the change is the same, so nothing is asked, nothing is posted again and nothing is lost', async ({ name, rewrite }) => {
    const story = await tellStory(name.replaceAll(' ', '-'), { 'src/a.js': `${filler(30)}\n` });
    story.commit({ 'src/a.js': `${filler(30)}\n${body('find', sql('users'))}` });
    story.commit({ 'src/b.js': body('draw', shell('id')) });
    const before = await story.review('opened');
    expect(before.open).toEqual(['src/a.js CWE-89', 'src/b.js CWE-78']);
    rewrite(story);
    const after = await story.review();
    expect(after).toMatchObject({ conclusion: 'failure', open: before.open, closed: [], asked: [] });
    expect(after.summary).toMatch(/2 still there/);
  });

  it('a force-push to an older commit: what is gone with it is closed, what it had stays', async () => {
    const story = await tellStory('older', {});
    story.commit({ 'src/a.js': body('find', sql('users')) });
    story.commit({ 'src/b.js': body('draw', shell('id')) });
    await story.review('opened');
    story.git('reset', '-q', '--hard', 'HEAD~1');
    const after = await story.review();
    expect(after).toMatchObject({ open: ['src/a.js CWE-89'], closed: ['src/b.js CWE-78'], asked: [] });
  });

  it('the base is changed to a branch that has a part of it: that part is no longer of this change', async () => {
    const story = await tellStory('retarget', {});
    story.commit({ 'src/a.js': body('find', sql('users')) });
    story.git('branch', 'release');
    story.commit({ 'src/b.js': body('draw', shell('id')) });
    await story.review('opened');
    const after = await story.review('edited', 'release');
    expect(after).toMatchObject({ open: ['src/b.js CWE-78'], closed: ['src/a.js CWE-89'], asked: [] });
  });

  it('a revert closes it, and the revert of the revert opens the same thread again', async () => {
    const story = await tellStory('revert', { 'src/a.js': body('find', safe('users')) });
    story.commit({ 'src/a.js': body('find', sql('users')) });
    await story.review('opened');
    story.git('revert', '--no-edit', 'HEAD');
    expect(await story.review()).toMatchObject({ conclusion: 'success', open: [], closed: ['src/a.js CWE-89'] });
    story.git('revert', '--no-edit', 'HEAD');
    const again = await story.review();
    expect(again).toMatchObject({ conclusion: 'failure', open: ['src/a.js CWE-89'], closed: [] });
    expect(again.summary).toMatch(/1 (is )?back|1 reopened/);
  });

  it('a renamed file keeps its finding, in one thread', async () => {
    const story = await tellStory('rename', { 'src/a.js': `${filler(30)}\n` });
    story.commit({ 'src/a.js': `${filler(30)}\n${body('find', sql('users'))}` });
    await story.review('opened');
    story.git('mv', 'src/a.js', 'src/users.js');
    story.git('commit', '-qm', 'a better name');
    const after = await story.review();
    expect(after).toMatchObject({ conclusion: 'failure', asked: [] });
    expect([...after.open, ...after.closed]).toHaveLength(1);
    expect(after.summary).toMatch(/1 still there/);
  });

  it('a new file that gets another name keeps its finding, in one thread', async () => {
    const story = await tellStory('rename-new', {});
    story.commit({ 'src/a.js': body('find', sql('users')) });
    await story.review('opened');
    story.git('mv', 'src/a.js', 'src/users.js');
    story.git('commit', '-qm', 'a better name');
    const after = await story.review();
    expect(after.conclusion).toBe('failure');
    expect([...after.open, ...after.closed]).toHaveLength(1);
    expect(after.summary).toMatch(/1 still there/);
  });

  it('a block that moves within its file keeps its finding', async () => {
    const story = await tellStory('move', { 'src/a.js': `${filler(40)}\n` });
    story.commit({ 'src/a.js': `${body('find', sql('users'))}${filler(40)}\n` });
    await story.review('opened');
    story.commit({ 'src/a.js': `${filler(40)}\n${body('find', sql('users'))}` });
    const after = await story.review();
    expect([...after.open, ...after.closed]).toHaveLength(1);
    expect(after.summary).toMatch(/1 still there/);
  });

  it('lines above it move it down: the comment stays', async () => {
    const story = await tellStory('shift', {});
    story.commit({ 'src/a.js': body('find', sql('users')) });
    await story.review('opened');
    story.commit({ 'src/a.js': `${filler(12)}\n${body('find', sql('users'))}` });
    const after = await story.review();
    expect(after).toMatchObject({ open: ['src/a.js CWE-89'], closed: [] });
    expect(after.summary).toMatch(/1 still there/);
  });

  it('the first of two equal lines goes: the second keeps its own thread', async () => {
    const story = await tellStory('twins', {});
    const both = `${body('find', shell('id'))}${filler(20)}\n${body('find', shell('id'))}`;
    story.commit({ 'src/a.js': both });
    await story.review('opened');
    const [first, second] = github.state.reviewComments
      .filter(({ pull }) => pull === story.pull)
      .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
    story.commit({ 'src/a.js': `${body('find')}${filler(20)}\n${body('find', shell('id'))}` });
    const after = await story.review();
    expect(after).toMatchObject({ open: ['src/a.js CWE-78'], closed: ['src/a.js CWE-78'] });
    const bodyOf = (id: number | undefined) => github.state.reviewComments.find((comment) => comment.id === id)?.body ?? '';
    expect([bodyOf(first?.id).includes('aegis:closed'), bodyOf(second?.id).includes('aegis:closed')]).toEqual([true, false]);
  });

  it('two pushes in a second: the newer head is reviewed, the check of the older one is cancelled', async () => {
    const story = await tellStory('two-pushes', {});
    story.commit({ 'src/a.js': body('find', sql('users')) });
    const older = story.push();
    await story.tell('opened');
    story.commit({ 'src/b.js': body('draw', shell('id')) });
    const after = await story.review();
    expect(after).toMatchObject({ conclusion: 'failure', open: ['src/a.js CWE-89', 'src/b.js CWE-78'] });
    const ended = await until(
      () => github.state.checkRuns.find(({ head_sha, status }) => head_sha === older && status === 'completed'),
      10_000,
      () => 'the check of the older head did not end',
    );
    expect(['cancelled', 'failure']).toContain(ended.conclusion);
  });

  it('a push during a scan: calls for the older head are aborted, and its check ends as cancelled', async () => {
    const story = await tellStory('during', {});
    story.commit({ 'src/a.js': body('find', sql('users')) });
    slow = 30_000;
    const older = story.push();
    const calls = openai.requests.length;
    await story.tell('opened');
    const call = await until(
      () => openai.requests[calls],
      10_000,
      () => 'the model was not asked',
    );
    slow = 0;
    story.commit({ 'src/a.js': body('find', safe('users')) });
    const after = await story.review();
    await call.abandoned;
    expect(after).toMatchObject({ conclusion: 'success', open: [], closed: [] });
    expect(github.state.checkRuns.find(({ head_sha }) => head_sha === older)?.conclusion).toBe('cancelled');
  });

  it('closed and reopened: it is reviewed once', async () => {
    const story = await tellStory('reopen', {});
    story.commit({ 'src/a.js': body('find', sql('users')) });
    await story.review('opened');
    await story.tell('closed');
    await story.tell('reopened');
    await sleep(1_000);
    expect(story.look()).toMatchObject({ open: ['src/a.js CWE-89'], closed: [], asked: [] });
    expect(github.state.checkRuns.filter(({ repository }) => repository === 'acme/reopen')).toHaveLength(1);
  });

  it('no story broke a rule of GitHub', () => {
    expect(github.violations).toEqual([]);
  });
});
