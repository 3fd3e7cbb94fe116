import { afterEach, describe, expect, it } from 'vitest';
import { commentOn, numbered, type OpenPull, openPull, publicationOf } from '../../test/fakes/github/open-pull.ts';
import type { PullSpec } from '../../test/fakes/github/state.ts';

const REVIEWS = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews';
const DISMISS = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals';

let open: OpenPull;
afterEach(() => open.fake.close());

async function start(spec: Partial<PullSpec> = {}): Promise<void> {
  open = await openPull({ base: {}, head: { 'b.js': numbered(100) }, ...spec });
}

async function publish(scanId: string, lines: readonly number[], blocks = true) {
  const review = {
    body: 'Aegis found something.',
    event: 'REQUEST_CHANGES',
    comments: lines.map((line) => commentOn('b.js', line)),
  } as const;
  return open.host.publish(await open.pull(), publicationOf({ scanId, review, blocks, summary: null, check: null }), await open.change());
}

const states = () => open.fake.state.reviews.map(({ state }) => state);

describe('a request for changes', () => {
  it('is made by the first part of a review alone', async () => {
    await start();
    await publish('first', numbers(70));
    expect(states()).toEqual(['CHANGES_REQUESTED', 'COMMENTED', 'COMMENTED']);
    expect(open.fake.violations).toEqual([]);
  });

  it('is not made where nothing blocks', async () => {
    await start();
    await publish('first', [1], false);
    expect(states()).toEqual(['COMMENTED']);
  });

  it('stands over later heads, and is not made again for nothing new', async () => {
    await start();
    await publish('first', [1]);
    await publish('second', [1]);
    expect(states()).toEqual(['CHANGES_REQUESTED']);
  });

  it('is dismissed when nothing blocks any more, and made again, without a comment, when something does', async () => {
    await start();
    await publish('first', [1]);
    await publish('second', [1], false);
    expect(states()).toEqual(['DISMISSED']);
    await publish('third', [1]);
    expect(states()).toEqual(['DISMISSED', 'CHANGES_REQUESTED']);
    expect(open.fake.state.reviewComments).toHaveLength(1);
  });

  it('that somebody dismissed in the same moment needs nothing', async () => {
    await start();
    await publish('first', [1]);
    open.fake.fail({ route: DISMISS, status: 422, message: 'Can not dismiss' });
    expect((await publish('second', [1], false)).degraded).toEqual([]);
  });

  it('of others is left alone', async () => {
    await start();
    const user = { login: 'mona', type: 'User' } as const;
    open.fake.state.reviews.push({ id: 1, user, pull: open.there, body: '', state: 'CHANGES_REQUESTED', commit_id: open.there.headSha });
    await publish('first', [], false);
    expect(states()).toEqual(['CHANGES_REQUESTED']);
  });

  it('on a pull request of our own becomes a comment', async () => {
    await start({ author: { login: 'aegis-review[bot]', type: 'Bot' } });
    expect(await publish('first', [1])).toMatchObject({ commentsPosted: 1, degraded: [] });
    expect(states()).toEqual(['COMMENTED']);
  });

  it('is made without comments where each of them had to go alone', async () => {
    await start();
    open.fake.fail({ route: REVIEWS, status: 422, message: 'Line could not be resolved' });
    expect((await publish('first', [1, 2])).commentsPosted).toBe(2);
    expect(states()).toEqual(['CHANGES_REQUESTED']);
    expect(open.fake.state.reviewComments).toHaveLength(2);
  });
});

describe('a head that moves while a review is posted', () => {
  it('ends it where GitHub refuses a line of the old one', async () => {
    await start();
    const [pull, change] = [await open.pull(), await open.change()];
    open.fake.pushHead(open.there, { 'b.js': 'all is new\n' });
    const publication = publicationOf({ comments: [commentOn('b.js', 50)] });
    await expect(open.host.publish(pull, publication, change)).rejects.toMatchObject({ code: 'AEGIS_HOST_SUPERSEDED', retryable: false });
    expect(open.fake.state.reviewComments).toEqual([]);
  });

  it('ends it between two parts', async () => {
    await start();
    const [pull, change] = [await open.pull(), await open.change()];
    const { record } = open.log;
    open.log.record = async (scanId, key, id) => {
      await record(scanId, key, id);
      if (key === 'review:1') open.fake.pushHead(open.there, { 'b.js': `first\n${numbered(100)}` });
    };
    const publication = publicationOf({ comments: numbers(70).map((line) => commentOn('b.js', line)) });
    await expect(open.host.publish(pull, publication, change)).rejects.toMatchObject({ code: 'AEGIS_HOST_SUPERSEDED' });
    expect(open.fake.state.reviewComments).toHaveLength(30);
  });
});

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
