import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { GitStory } from '../fakes/github/git-story.ts';
import { until } from './run-server.ts';
import { body, filler, openStories, type StoryTeller, safe, shell, sql } from './tell-story.ts';

let teller: StoryTeller;
beforeAll(async () => {
  teller = await openStories();
}, 60_000);
afterAll(() => teller?.close());

const tellStory = (name: string, base: Readonly<Record<string, string>>) => {
  onTestFinished(() => {
    teller.slow = 0;
  });
  return teller.tellStory(name, base);
};
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
    expect(teller.github.state.reviewComments.find(({ pull }) => pull === story.pull)?.body).toContain(story.pull.headSha.slice(0, 7));
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

  it('the base is changed to a branch that has a part of it: that part is neither fixed nor in the check any more', async () => {
    const story = await tellStory('retarget', {});
    story.commit({ 'src/a.js': body('find', sql('users')) });
    story.git('branch', 'release');
    story.commit({ 'src/b.js': body('draw', shell('id')) });
    await story.review('opened');
    const after = await story.review('edited', 'release');
    expect(after).toMatchObject({ title: '1 finding blocks this change', closed: [], asked: [] });
    expect(after.summary).toMatch(/1 still there/);
    expect(after.summary).toMatch(/1 not looked at again/);
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
    const [first, second] = teller.github.state.reviewComments
      .filter(({ pull }) => pull === story.pull)
      .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
    story.commit({ 'src/a.js': `${body('find')}${filler(20)}\n${body('find', shell('id'))}` });
    const after = await story.review();
    expect(after).toMatchObject({ open: ['src/a.js CWE-78'], closed: ['src/a.js CWE-78'] });
    const bodyOf = (id: number | undefined) => teller.github.state.reviewComments.find((comment) => comment.id === id)?.body ?? '';
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
      () => teller.github.state.checkRuns.find(({ head_sha, status }) => head_sha === older && status === 'completed'),
      10_000,
      () => 'the check of the older head did not end',
    );
    expect(['cancelled', 'failure']).toContain(ended.conclusion);
  });

  it('a push during a scan: calls for the older head are aborted, and its check ends as cancelled', async () => {
    const story = await tellStory('during', {});
    story.commit({ 'src/a.js': body('find', sql('orders')) });
    teller.slow = 30_000;
    const older = story.push();
    const calls = teller.openai.requests.length;
    await story.tell('opened');
    const call = await until(
      () => teller.openai.requests.slice(calls).find(({ path }) => path.endsWith('/chat/completions')),
      10_000,
      () => 'the model was not asked',
    );
    teller.slow = 0;
    story.commit({ 'src/a.js': body('find', safe('users')) });
    const after = await story.review();
    await call.abandoned;
    expect(after).toMatchObject({ conclusion: 'success', open: [], closed: [] });
    expect(teller.github.state.checkRuns.find(({ head_sha }) => head_sha === older)?.conclusion).toBe('cancelled');
  });

  it('closed and reopened: it is reviewed once', async () => {
    const story = await tellStory('reopen', {});
    story.commit({ 'src/a.js': body('find', sql('users')) });
    await story.review('opened');
    await story.tell('closed');
    await story.tell('reopened');
    await sleep(1_000);
    expect(story.look()).toMatchObject({ open: ['src/a.js CWE-89'], closed: [], asked: [] });
    expect(teller.github.state.checkRuns.filter(({ repository }) => repository === 'acme/reopen')).toHaveLength(1);
  });

  it('an installation that is suspended during a scan: one line in the log says so, and the others go on', async () => {
    const story = await tellStory('suspended', {});
    story.commit({ 'src/a.js': body('find', sql('invoices')) });
    teller.slow = 1_500;
    story.push();
    const calls = teller.openai.requests.length;
    await story.tell('opened');
    await until(
      () => teller.openai.requests.slice(calls).find(({ path }) => path.endsWith('/chat/completions')),
      10_000,
      () => 'the model was not asked',
    );
    teller.github.fail({ route: '*', status: 403, message: 'This installation has been suspended', times: 999 });
    try {
      await until(
        () => /suspended#1[^\n]*This installation has been suspended/.test(teller.server.output()),
        20_000,
        () => `nothing was said:\n${teller.server.output()}`,
      );
    } finally {
      teller.github.mend();
    }
    teller.slow = 0;
    const other = await tellStory('not-suspended', {});
    other.commit({ 'src/a.js': body('find', sql('offers')) });
    expect(await other.review('opened')).toMatchObject({ conclusion: 'failure', open: ['src/a.js CWE-89'] });
  });

  it('no story broke a rule of GitHub', () => {
    expect(teller.github.violations).toEqual([]);
  });
});
