import { afterEach, describe, expect, it } from 'vitest';
import { type OpenPull, openPull } from '../../test/fakes/github/open-pull.ts';
import type { FakeIssueComment, FakeReviewComment } from '../../test/fakes/github/state.ts';

let open: OpenPull;
afterEach(() => open.fake.close());

const mona = { login: 'mona', type: 'User' } as const;
const ref = { installationId: 99, owner: 'acme', repo: 'shop', number: 1 };

/** A pull request with a command in its conversation (501), a comment of ours on code (601) and a command under it (602). */
async function start(): Promise<void> {
  open = await openPull({ base: {}, head: { 'a.js': 'a\n' } });
  const { state } = open.fake;
  const us = { login: `${state.slug}[bot]`, type: 'Bot' } as const;
  const command: FakeIssueComment = { id: 501, user: mona, pull: open.there, appId: null, body: '/aegis help', edits: 0 };
  state.issueComments.push(command);
  const ours: FakeReviewComment = {
    ...{ id: 601, user: us, pull: open.there, reviewId: 1, body: 'a weakness', path: 'a.js', line: 1, start_line: null },
    ...{ side: 'RIGHT', subject_type: 'line', commit_id: open.there.headSha },
  };
  state.reviewComments.push(ours, { ...ours, id: 602, user: mona, body: '/aegis dismiss a test', in_reply_to_id: 601 });
}

const reply = (key: string, body = 'Done.', on: { kind: 'issue' | 'review'; id: number } = { kind: 'issue', id: 501 }) =>
  open.host.reply(ref, on, { key, body });

describe('who may write', () => {
  it.each([
    { role: 'admin', can: true },
    { role: 'maintain', can: true },
    { role: 'write', can: true },
    { role: 'triage', can: false },
    { role: 'read', can: false },
    { role: 'none', can: false },
  ] as const)('$role: $can', async ({ role, can }) => {
    await start();
    open.fake.state.repositories.get('acme/shop')?.permissions.set('mona', role);
    expect(await open.host.canWrite(ref, 'mona')).toBe(can);
  });

  it('an account that is gone may not', async () => {
    await start();
    expect(await open.host.canWrite(ref, 'ghost')).toBe(false);
  });

  it('a server that is down is no answer', async () => {
    await start();
    open.fake.fail({ route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission', status: 502, times: 9 });
    await expect(open.host.canWrite(ref, 'mona')).rejects.toMatchObject({ fault: 'server', retryable: true });
  });
});

describe('a reaction', () => {
  it.each(['issue', 'review'] as const)('to a comment (%s) shows once', async (kind) => {
    await start();
    const comment = { kind, id: kind === 'issue' ? 501 : 602 };
    await open.host.react(ref, comment, 'eyes');
    await open.host.react(ref, comment, 'eyes');
    await open.host.react(ref, comment, '+1');
    expect(open.fake.state.reactions).toMatchObject([
      { on: kind, commentId: comment.id, content: 'eyes' },
      { on: kind, commentId: comment.id, content: '+1' },
    ]);
    expect(open.fake.violations).toEqual([]);
  });

  it('to a comment that is gone fails for good', async () => {
    await start();
    await expect(open.host.react(ref, { kind: 'issue', id: 9 }, 'eyes')).rejects.toMatchObject({ fault: 'not-found', retryable: false });
  });
});

describe('a reply', () => {
  it('to the conversation stands in it, with a hidden mark', async () => {
    await start();
    await reply('reply:501');
    expect(open.fake.state.issueComments.at(-1)?.body).toBe('Done.\n\n<!-- aegis:answer reply:501 -->');
    expect(open.fake.violations).toEqual([]);
  });

  it('to a comment on code stands in its thread', async () => {
    await start();
    await reply('reply:602', 'Done.', { kind: 'review', id: 601 });
    expect(open.fake.state.reviewComments.at(-1)).toMatchObject({ in_reply_to_id: 601, body: 'Done.\n\n<!-- aegis:answer reply:602 -->' });
    expect(open.fake.violations).toEqual([]);
  });

  it.each([
    { name: 'conversation', on: { kind: 'issue', id: 501 } as const },
    { name: 'thread', on: { kind: 'review', id: 601 } as const },
  ])('under the same key is given once in a $name, and under another again', async ({ on }) => {
    await start();
    for (const key of ['reply:1', 'reply:1', 'reply:12', 'reply:1']) await reply(key, 'Done.', on);
    const { issueComments, reviewComments } = open.fake.state;
    expect([...issueComments, ...reviewComments].filter(({ body }) => body.startsWith('Done.'))).toHaveLength(2);
  });

  it('whose answer was lost on the way is not given twice', async () => {
    await start();
    open.fake.fail({ route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', drop: 'after' });
    await expect(reply('reply:501')).rejects.toMatchObject({ retryable: true });
    await reply('reply:501');
    expect(open.fake.state.issueComments).toHaveLength(2);
  });

  it('is not taken for given because a stranger copied its mark', async () => {
    await start();
    const [command] = open.fake.state.issueComments;
    if (command !== undefined) command.body = '/aegis help\n\n<!-- aegis:answer reply:501 -->';
    await reply('reply:501');
    expect(open.fake.state.issueComments).toHaveLength(2);
  });

  it('that is too long is cut', async () => {
    await start();
    await reply('reply:501', 'x'.repeat(70_000));
    expect(open.fake.violations).toEqual([]);
  });
});

describe('a file of another repository of the owner', () => {
  const read = (path: string) => open.host.textOfOwner(ref, '.github', path);

  it('is read from its default branch', async () => {
    await start();
    open.fake.addPull({ owner: 'acme', repo: '.github', base: { 'aegis.yml': 'version: 1\n' }, head: {} });
    expect(await read('aegis.yml')).toBe('version: 1\n');
    expect(open.fake.requests.at(-1)).toMatchObject({ path: '/repos/acme/.github/contents/aegis.yml' });
  });

  it.each([404, 403])('that GitHub answers with %i is none', async (status) => {
    await start();
    open.fake.fail({ route: 'GET /repos/{owner}/{repo}/contents/{path}', status });
    expect(await read('aegis.yml')).toBeNull();
  });

  it('that could not be read is not taken for one that is not there', async () => {
    await start();
    open.fake.fail({ route: 'GET /repos/{owner}/{repo}/contents/{path}', status: 502, times: 9 });
    await expect(read('aegis.yml')).rejects.toMatchObject({ fault: 'server' });
  });
});
