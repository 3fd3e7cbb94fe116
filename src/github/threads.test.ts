import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClosedThread } from '#model/publication.ts';
import { commentOn, numbered, type OpenPull, openPull, publicationOf } from '../../test/fakes/github/open-pull.ts';
import type { FakeReviewComment } from '../../test/fakes/github/state.ts';

const GRAPHQL = 'POST /graphql';
const EDIT = 'PATCH /repos/{owner}/{repo}/pulls/comments/{comment_id}';
const person = { login: 'mona', type: 'User' } as const;

let open: OpenPull;
beforeEach(async () => {
  open = await openPull({ base: {}, head: { 'b.js': numbered(20) } });
  await publish('first', { comments: [commentOn('b.js', 4), commentOn('b.js', 9)] });
});
afterEach(() => open.fake.close());

async function publish(scanId: string, parts: Parameters<typeof publicationOf>[0]) {
  return open.host.publish(await open.pull(), publicationOf({ scanId, check: null, summary: null, ...parts }), await open.change());
}

function closing(line: number, more: Partial<ClosedThread> = {}): ClosedThread {
  return { fingerprint: commentOn('b.js', line).fingerprint, because: 'fixed', removed: true, note: 'Fixed in abc1234.', ...more };
}

function comment(index = 0): FakeReviewComment {
  const found = open.fake.state.reviewComments[index];
  if (found === undefined) throw new Error('there is no such comment');
  return found;
}

function answer(user: FakeReviewComment['user'] = person): void {
  open.fake.state.reviewComments.push({ ...comment(), id: 1, user, in_reply_to_id: comment().id, body: 'Are you sure?' });
}

const threads = async () => open.host.threads({ installationId: 99, owner: 'acme', repo: 'shop', number: 1 });

describe('a finding that is fixed', () => {
  it('has its comment say so, with what was said before folded below, and is minimised', async () => {
    const before = comment().body;
    expect((await publish('second', { closed: [closing(4)] })).degraded).toEqual([]);
    expect(comment().body).toBe(
      `Fixed in abc1234.\n\n<details><summary>What was reported</summary>\n\na weakness at b.js:4\n\n</details>\n\n<!-- aegis:closed -->\n${before.slice(before.indexOf('<!--'))}`,
    );
    expect(comment()).toMatchObject({ minimized: 'RESOLVED', edits: 1 });
    expect(comment().resolved).toBeUndefined();
    expect(comment(1)).not.toHaveProperty('minimized');
  });

  it('has its thread resolved where the operator granted that', async () => {
    open.fake.state.writesContents = true;
    await publish('second', { closed: [closing(4)] });
    expect(comment()).toMatchObject({ minimized: 'RESOLVED', resolved: true });
  });

  it('asks once for many threads whether it may resolve them', async () => {
    await publish('second', { closed: [closing(4), closing(9)] });
    const asked = open.fake.requests.filter(({ route, body }) => route === GRAPHQL && body.query.includes('resolveReviewThread'));
    expect(asked).toHaveLength(1);
  });

  it.each([
    { name: 'is still in the diff', more: { removed: false }, prepare: () => {}, closed: false },
    {
      name: 'is outdated by the word of GitHub',
      more: { removed: false },
      prepare: () => void Object.assign(comment(), { line: null }),
      closed: true,
    },
    { name: 'was answered by a person', more: {}, prepare: () => answer(), closed: false },
    { name: 'was answered by us', more: {}, prepare: () => answer(comment().user), closed: true },
    {
      name: 'was answered, and is dismissed by a person',
      more: { because: 'dismissed', removed: false } as const,
      prepare: () => answer(),
      closed: true,
    },
  ])('that $name is closed: $closed', async ({ more, prepare, closed }) => {
    prepare();
    await publish('second', { closed: [closing(4, more)] });
    expect(comment().body.includes('<!-- aegis:closed -->')).toBe(closed);
  });

  it('is closed once, however often it is asked for, and edited no more by later scans', async () => {
    for (const scanId of ['second', 'second', 'third']) await publish(scanId, { closed: [closing(4)] });
    expect(comment().edits).toBe(1);
  });

  it('is closed by its comment alone where GraphQL is not to be had', async () => {
    open.fake.fail({ route: GRAPHQL, status: 404, times: 99 });
    expect((await publish('second', { closed: [closing(4)] })).degraded).toEqual([]);
    expect(comment().body).toContain('<!-- aegis:closed -->');
  });

  it('whose comment somebody deleted needs nothing', async () => {
    open.fake.fail({ route: EDIT, status: 404 });
    expect((await publish('second', { closed: [closing(4)] })).degraded).toEqual([]);
  });

  it('costs no request to GraphQL where nothing is to be closed', async () => {
    answer();
    await publish('second', { closed: [closing(4), closing(15)] });
    expect(open.fake.count(GRAPHQL)).toBe(0);
  });
});

describe('a finding that is back', () => {
  const fresh = { ...commentOn('b.js', 4), body: 'a weakness, seen anew' };

  it('has its comment restored in the same thread', async () => {
    open.fake.state.writesContents = true;
    await publish('second', { closed: [closing(4)] });
    const report = await publish('third', { comments: [fresh] });
    expect(report).toMatchObject({ commentsPosted: 0, degraded: [] });
    expect(open.fake.state.reviewComments).toHaveLength(2);
    expect(comment()).toMatchObject({ body: expect.stringMatching(/^a weakness, seen anew\n\n<!-- aegis:v1/), resolved: false });
    expect(comment()).not.toHaveProperty('minimized');
  });

  it('whose comment may not be edited stands in the summary, and is posted no second time', async () => {
    await publish('second', { closed: [closing(4)] });
    open.fake.fail({ route: EDIT, status: 403, message: 'Resource not accessible by integration' });
    await publish('third', { comments: [fresh], summary: 'summary' });
    expect(open.fake.state.reviewComments).toHaveLength(2);
    expect(open.fake.state.issueComments[0]?.body).toContain('a weakness, seen anew');
  });

  it('beyond the cap has its comment restored where its thread was closed, and is posted nowhere else', async () => {
    await publish('second', { closed: [closing(4)] });
    const never = [commentOn('b.js', 15), commentOn('elsewhere.js', 1)];
    const comments = [fresh, ...never].map((each) => ({ ...each, restoreOnly: true as const }));
    const report = await publish('third', { comments, summary: 'summary' });
    expect(report).toMatchObject({ commentsPosted: 0, degraded: [] });
    expect(comment().body).toContain('a weakness, seen anew');
    expect(open.fake.state.reviewComments).toHaveLength(2);
    expect(open.fake.state.issueComments[0]?.body).not.toContain('a weakness at');
  });

  it('and whose thread a person resolved while it was open is left as it is', async () => {
    comment().resolved = true;
    await publish('second', { comments: [fresh] });
    expect(comment()).toMatchObject({ resolved: true, body: commentOn('b.js', 4).body });
    expect(open.fake.count(EDIT)).toBe(0);
  });
});

describe('our threads', () => {
  it('are told with what people said and showed there', async () => {
    answer();
    comment(1).resolved = true;
    comment(1).line = null;
    open.fake.state.reactions.push(
      ...[
        { user: person, content: '-1' },
        { user: person, content: 'heart' },
      ].map((each, index) => ({
        id: index + 1,
        on: 'review' as const,
        commentId: comment(1).id,
        ...each,
      })),
    );
    const shared = { path: 'b.js', closed: false };
    expect(await threads()).toMatchObject([
      {
        ...shared,
        fingerprint: commentOn('b.js', 4).fingerprint,
        commentId: comment().id,
        line: 4,
        resolved: false,
        hasReplies: true,
        reactions: [],
      },
      {
        ...{ ...shared, fingerprint: commentOn('b.js', 9).fingerprint, commentId: comment(1).id, line: null },
        ...{ resolved: true, hasReplies: false, reactions: [{ login: 'mona', kind: '-1' }] },
      },
    ]);
    expect(open.fake.count('GET /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions')).toBe(1);
  });

  it('tell nothing of being resolved where GraphQL is not to be had', async () => {
    open.fake.fail({ route: GRAPHQL, status: 404, times: 99 });
    expect((await threads()).map(({ resolved }) => resolved)).toEqual([null, null]);
  });

  it('are closed when their comment says so', async () => {
    await publish('second', { closed: [closing(4)] });
    expect((await threads()).map(({ closed }) => closed)).toEqual([true, false]);
  });

  it('are never those of others, whatever marker these carry', async () => {
    open.fake.state.reviewComments.push({ ...comment(), id: 1, user: person, body: commentOn('b.js', 15).body });
    expect(await threads()).toHaveLength(2);
  });

  it('cost one request where there are none', async () => {
    open.fake.state.reviewComments.splice(0);
    const before = open.fake.count();
    expect(await threads()).toEqual([]);
    expect(open.fake.count() - before).toBeLessThanOrEqual(2);
  });
});
