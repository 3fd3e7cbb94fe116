import { describe, expect, it } from 'vitest';
import { createMemoryLog } from '../../test/fakes/publication-log.ts';
import { authorSchema, recallOwnPosts } from './own-posts.ts';

const us = { appId: 7, slug: 'aegis' };
const bot = { login: 'aegis[bot]', type: 'Bot' };
const human = { user: { login: 'mallory', type: 'User' } };
const MARKED = 'text\n\n<!-- aegis:summary -->';

async function recall(identity: { appId: number; slug: string | null } = us) {
  const log = createMemoryLog();
  await log.record('one', 'review:1', '11');
  await log.record('one', 'review:2', 'single-comments');
  await log.record('one', 'comment:f00', '12');
  await log.record('one', 'check', '13');
  await log.record('two', 'summary', '14');
  return recallOwnPosts(log, identity, 'three');
}

describe('what is not on record is judged by its author', () => {
  it.each([
    { name: 'the App by its id', author: { user: bot, performed_via_github_app: { id: 7 } }, own: true },
    { name: 'the App by its login, where GitHub names no App', author: { user: bot }, own: true },
    { name: 'not another App', author: { user: { login: 'other[bot]', type: 'Bot' }, performed_via_github_app: { id: 8 } }, own: false },
    { name: 'not another App of our name', author: { user: bot, performed_via_github_app: { id: 8 } }, own: false },
    { name: 'not a person', author: { user: { login: 'aegis', type: 'User' } }, own: false },
    { name: 'not a person who acts through the App', author: { ...human, performed_via_github_app: { id: 7 } }, own: false },
    { name: 'not a person who is called a bot', author: { user: { login: 'aegis[bot]', type: 'User' } }, own: false },
    { name: 'not an account that is gone', author: { user: null }, own: false },
    { name: 'not one of whom nothing is told', author: {}, own: false },
  ])('$name', async ({ author, own }) => {
    const posts = await recall();
    expect(posts.isComment({ id: 1, ...author })).toBe(own);
    expect(posts.isReview({ id: 1, state: 'COMMENTED', ...author })).toBe(own);
    expect(posts.summaryIn([{ id: 1, body: MARKED, ...author }])?.id).toBe(own ? 1 : undefined);
  });

  it('any bot, where our own name could not be had, and still no person', async () => {
    const posts = await recall({ appId: 7, slug: null });
    expect(posts.isComment({ id: 1, user: bot })).toBe(true);
    expect(posts.isComment({ id: 1, ...human })).toBe(false);
  });

  it('an author who is shown in an unknown form is nobody, and no fault', () => {
    expect(authorSchema.parse({ user: 'mallory', performed_via_github_app: true })).toEqual({ user: null, performed_via_github_app: null });
  });
});

describe('what is on record is ours, whoever is shown as its author', () => {
  it.each([
    { name: 'a comment of a recorded review', comment: { id: 1, pull_request_review_id: 11 }, own: true },
    { name: 'a comment that was posted alone', comment: { id: 12, pull_request_review_id: 99 }, own: true },
    { name: 'not a comment of another review', comment: { id: 1, pull_request_review_id: 10 }, own: false },
    { name: 'not an answer to one of ours', comment: { id: 1, pull_request_review_id: 11, in_reply_to_id: 5 }, own: false },
    { name: 'not a comment with the number of a check', comment: { id: 13, pull_request_review_id: 14 }, own: false },
  ])('$name', async ({ comment, own }) => expect((await recall()).isComment({ ...human, ...comment })).toBe(own));

  it('a review', async () => {
    const posts = await recall();
    expect([11, 12, 14].map((id) => posts.isReview({ id, state: 'COMMENTED', ...human }))).toEqual([true, false, false]);
  });

  it('the summary, also when somebody took its marker away, and before others that carry it', async () => {
    const posts = await recall();
    expect(
      posts.summaryIn([
        { id: 1, user: bot, body: MARKED },
        { id: 14, ...human, body: 'edited' },
      ])?.id,
    ).toBe(14);
    expect(posts.summaryIn([{ id: 11, ...human, body: MARKED }])).toBeNull();
  });
});
