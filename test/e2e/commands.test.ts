import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addCommit } from '../fakes/github/state.ts';
import { issueCommentPayload, mergeGroupPayload, reviewCommentPayload, reviewThreadPayload } from '../fakes/github/task-payloads.ts';
import { checkRunPayload, deliver, type Payload } from '../fakes/github/webhooks.ts';
import { SECRET, until } from './run-server.ts';
import { body, filler, openStories, type StoryTeller, shell, sql, type Telling } from './tell-story.ts';

let teller: StoryTeller;
beforeAll(async () => {
  teller = await openStories();
}, 60_000);
afterAll(() => teller?.close());

const MONA = { login: 'octocat', type: 'User' } as const;
const STRANGER = { login: 'stranger', type: 'User' } as const;

async function send(event: string, payload: Payload, guid?: string) {
  const answer = await deliver(teller.server.url, teller.github.webhook(event, payload, SECRET, guid));
  expect(answer.status).toBeLessThan(300);
}

/** A story with one SQL injection that is reviewed, and what a person can do with it. */
async function begin(name: string, files: Readonly<Record<string, string>> = { 'src/a.js': body('find', sql('users')) }) {
  const { github } = teller;
  const story = await teller.tellStory(name, {});
  story.commit(files);
  await story.review('opened');
  const comments = () => github.state.reviewComments.filter(({ pull }) => pull === story.pull);
  const first = () => comments().find(({ in_reply_to_id }) => in_reply_to_id === undefined);
  const idOf = () => /\/aegis dismiss (\w+)/.exec(first()?.body ?? '')?.[1] ?? '';
  /** Answers to a comment: in the conversation, or in a thread. */
  const answers = () =>
    [...github.state.issueComments, ...github.state.reviewComments].filter(
      (comment) =>
        comment.pull === story.pull &&
        comment.user.login === `${github.state.slug}[bot]` &&
        !/aegis:summary|aegis:v1 fingerprint/.test(comment.body),
    );
  return {
    ...story,
    comments,
    first,
    idOf,
    answers,
    async say(text: string, author: { readonly login: string; readonly type: 'User' | 'Bot' } = MONA, guid?: string) {
      const id = github.state.nextId++;
      github.state.issueComments.push({ id, user: author, pull: story.pull, appId: null, body: text, edits: 0 });
      const payload = issueCommentPayload(github.state, story.pull, text, author);
      const delivery = { ...payload, comment: { ...payload.comment, id } };
      await send('issue_comment', delivery, guid);
      return { id, delivery };
    },
    async answer(text: string) {
      const head = first();
      if (head === undefined) throw new Error('there is no thread');
      const id = github.state.nextId++;
      github.state.reviewComments.push({ ...head, id, user: MONA, in_reply_to_id: head.id, body: text });
      const payload = reviewCommentPayload(github.state, story.pull, text, { author: MONA, inReplyTo: head.id });
      await send('pull_request_review_comment', { ...payload, comment: { ...payload.comment, id } });
    },
    reactionsTo: (id: number) => github.state.reactions.filter(({ commentId }) => commentId === id).map(({ content }) => content),
  };
}

async function said(story: Pick<Awaited<ReturnType<typeof begin>>, 'answers'>, pattern: RegExp) {
  return await until(
    () => story.answers().find(({ body: text }) => pattern.test(text)),
    10_000,
    () =>
      `no answer that says ${pattern}:\n${story
        .answers()
        .map(({ body: text }) => text)
        .join('\n---\n')}\n${teller.server.output()}`,
  );
}

const checksOf = (story: Telling) => teller.github.state.checkRuns.filter(({ repository }) => repository === `acme/${story.pull.repo}`);

describe('/aegis dismiss', () => {
  it('with a reason: check, summary and thread follow without a call; it holds while the line moves, and ends when it is edited', async () => {
    const story = await begin('dismiss');
    const { id } = await story.say(`/aegis dismiss ${story.idOf()} the table is @ours <!-- aegis:summary -->`);
    const after = await story.reviewed(2);
    expect(after).toMatchObject({ conclusion: 'success', open: [], closed: ['src/a.js CWE-89'], asked: [] });
    expect(after.summary).toMatch(/dismissed/i);
    expect(after.summary).toContain('the table is');
    expect(after.summary.match(/<!-- aegis:summary -->/g)).toHaveLength(1);
    await until(
      () => story.reactionsTo(id).includes('+1'),
      5_000,
      () => 'the command got no reaction',
    );

    story.commit({ 'src/a.js': `${filler(9)}\n${body('find', sql('users'))}` });
    expect(await story.review()).toMatchObject({ conclusion: 'success', open: [] });

    story.commit({ 'src/a.js': `${filler(9)}\n${body('find', sql('customers'))}` });
    expect(await story.review()).toMatchObject({ conclusion: 'failure', open: ['src/a.js CWE-89'] });
  }, 60_000);

  it('in its thread the ID can be left out; reopened, it counts again in the same thread', async () => {
    const story = await begin('dismiss-in-thread');
    await story.answer('/aegis dismiss the driver escapes it');
    expect(await story.reviewed(2)).toMatchObject({ conclusion: 'success', closed: ['src/a.js CWE-89'] });
    await story.say(`/aegis reopen ${story.idOf()}`);
    expect(await story.reviewed(3)).toMatchObject({ conclusion: 'failure', open: ['src/a.js CWE-89'], closed: [] });
    expect(story.comments().filter(({ in_reply_to_id }) => in_reply_to_id === undefined)).toHaveLength(1);
  }, 60_000);

  it.each([
    { name: 'without a reason', text: (id: string) => `/aegis dismiss ${id}`, by: MONA, answer: /reason/i },
    { name: 'of an ID that is not there', text: () => '/aegis dismiss zzzzzz it is fine', by: MONA, answer: /zzzzzz/ },
    { name: 'by somebody who may not write', text: (id: string) => `/aegis dismiss ${id} it is fine`, by: STRANGER, answer: /write/i },
  ])('$name changes nothing and says so', async ({ name, text, by, answer }) => {
    const story = await begin(`dismiss-${name.replaceAll(' ', '-')}`);
    const { id } = await story.say(text(story.idOf()), by);
    await said(story, answer);
    await until(
      () => story.reactionsTo(id).includes('confused'),
      5_000,
      () => 'there is no reaction',
    );
    expect(checksOf(story)).toHaveLength(1);
    expect(story.look()).toMatchObject({ open: ['src/a.js CWE-89'], closed: [] });
  });
});

describe('other words', () => {
  it('an unknown command gets the help, once, however often its delivery comes; an edit and a bot get nothing', async () => {
    const story = await begin('unknown');
    const { delivery } = await story.say('/aegis destroy everything', MONA, 'the-same-guid');
    await said(story, /\/aegis dismiss/);
    await send('issue_comment', delivery, 'the-same-guid');
    await send('issue_comment', { ...delivery, action: 'edited', changes: { body: { from: 'x' } } });
    await story.say('/aegis help', { login: 'renovate[bot]', type: 'Bot' });
    await story.say('what does /aegis help do?');
    await sleep(1_000);
    expect(story.answers()).toHaveLength(1);
  });

  it('explains a finding in words', async () => {
    const story = await begin('explain');
    await story.say(`/aegis explain ${story.idOf()}`);
    await said(story, /SQL injection|Untrusted input/);
  });

  it('paused, a push is not reviewed and its check asks for action; resumed, it is', async () => {
    const story = await begin('pause');
    await story.say('/aegis pause');
    await said(story, /pause/i);
    story.commit({ 'src/b.js': body('draw', shell('id')) });
    expect(await story.review()).toMatchObject({ conclusion: 'action_required', asked: [] });
    await story.say('/aegis resume');
    expect(await story.reviewed(2)).toMatchObject({ conclusion: 'failure', open: ['src/a.js CWE-89', 'src/b.js CWE-78'] });
  }, 60_000);

  it('a button runs it again', async () => {
    const story = await begin('button');
    const run = checksOf(story)[0];
    const payload = checkRunPayload(teller.github.state, story.pull, run?.external_id ?? '', 'requested_action');
    await send('check_run', { ...payload, requested_action: { identifier: 'review' }, sender: { ...payload.sender, ...MONA } });
    expect(await story.reviewed(2)).toMatchObject({ conclusion: 'failure', open: ['src/a.js CWE-89'], asked: [] });
    expect(checksOf(story)).toHaveLength(2);
  });

  it('a thread that is resolved without a word is asked about once', async () => {
    const story = await begin('resolved');
    const resolve = async () => {
      const author = story.first()?.user ?? MONA;
      const payload = reviewThreadPayload(teller.github.state, story.pull, { author, sender: MONA });
      const [head, ...others] = payload.thread.comments;
      await send('pull_request_review_thread', {
        ...payload,
        thread: { ...payload.thread, comments: [{ ...head, id: story.first()?.id }, ...others] },
      });
    };
    await resolve();
    await said(story, /\/aegis dismiss/);
    await resolve();
    await sleep(1_000);
    expect(story.answers()).toHaveLength(1);
  });
});

describe('comments in the code', () => {
  it('one of the base is obeyed and listed; one that the change adds is listed and not obeyed', async () => {
    const ignored = (name: string) => ['  // aegis-ignore[CWE-89]: the table is ours', sql(name)];
    const story = await teller.tellStory('ignores', { 'src/a.js': `${filler(3)}\n${ignored('users').join('\n')}\n` });
    story.commit({ 'src/a.js': `${filler(3)}\n${ignored('users')[0]}\n${sql('people')}\n`, 'src/b.js': body('find', ...ignored('shops')) });
    const look = await story.review('opened');
    expect(look).toMatchObject({ conclusion: 'failure', open: ['src/b.js CWE-89'] });
    expect(look.summary).toContain('the table is ours');
    expect(look.summary).toContain('This change adds 1 comment');
  });
});

describe('a merge queue', () => {
  it('its group gets a check run and nothing else', async () => {
    const story = await begin('queue');
    const { state } = teller.github;
    const before = { comments: state.reviewComments.length, reviews: state.reviews.length, words: state.issueComments.length };
    const base = addCommit(state, { repo: 'queue' }, { 'README.md': '# shop\n' });
    const head = addCommit(state, { repo: 'queue' }, { 'README.md': '# shop\n', 'src/a.js': body('find', sql('users')) });
    const payload = mergeGroupPayload(state, story.pull);
    await send('merge_group', { ...payload, merge_group: { ...payload.merge_group, head_sha: head, base_sha: base } });
    const check = await until(
      () => checksOf(story).find(({ head_sha, status }) => head_sha === head && status === 'completed'),
      15_000,
      () => `the group has no check:\n${teller.server.output()}`,
    );
    expect(check.conclusion).toBe('failure');
    expect({ comments: state.reviewComments.length, reviews: state.reviews.length, words: state.issueComments.length }).toEqual(before);
  });
});

it('nothing here broke a rule of GitHub', () => {
  expect(teller.github.violations).toEqual([]);
});
