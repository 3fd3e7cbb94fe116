import { describe, expect, it } from 'vitest';
import { addPull, createState } from '../../../test/fakes/github/state.ts';
import { issueCommentPayload, reviewCommentPayload, reviewThreadPayload } from '../../../test/fakes/github/task-payloads.ts';
import { checkRunPayload, type Payload } from '../../../test/fakes/github/webhooks.ts';
import { externalIdOf } from '../check-run.ts';
import { requestFromEvent } from '../webhook.ts';

const state = createState({});
const pull = addPull(state, { number: 12, base: {}, head: { 'a.js': 'a\n' } });
const ref = { installationId: 99, owner: 'acme', repo: 'shop', number: 12 };
const mona = { login: 'mona', isBot: false };
const us = { login: 'aegis-review[bot]', type: 'Bot' } as const;
const ignored = (reason: string) => ({ kind: 'ignored', reason });

describe('a comment', () => {
  it('in the conversation is a command', () => {
    const body = '/aegis review';
    expect(requestFromEvent('issue_comment', issueCommentPayload(state, pull, body))).toEqual({
      kind: 'task',
      ref,
      task: { kind: 'command', comment: { kind: 'issue', id: 501 }, inReplyTo: null, actor: mona, body },
    });
  });

  it('on code is a command, and knows the head of its thread', () => {
    const body = '/aegis dismiss a test';
    expect(requestFromEvent('pull_request_review_comment', reviewCommentPayload(state, pull, body, { inReplyTo: 77 }))).toEqual({
      kind: 'task',
      ref,
      task: { kind: 'command', comment: { kind: 'review', id: 502 }, inReplyTo: 77, actor: mona, body },
    });
    expect(requestFromEvent('pull_request_review_comment', reviewCommentPayload(state, pull, body))).toMatchObject({
      task: { inReplyTo: null },
    });
  });

  it.each([
    { name: 'the first word alone', body: '/aegis', runs: true },
    { name: 'small and capital letters alike', body: '/Aegis HELP', runs: true },
    { name: 'blank lines before it', body: '\r\n\n  /aegis help', runs: true },
    { name: 'further lines', body: '/aegis help\nthank you', runs: true },
    { name: 'a longer word', body: '/aegisx help', runs: false },
    { name: 'words before it', body: 'please /aegis help', runs: false },
    { name: 'a quoted command', body: '> /aegis review', runs: false },
    { name: 'a mention', body: '@aegis-review review', runs: false },
    { name: 'nothing', body: '', runs: false },
    { name: 'a hidden mark before it', body: '<!-- x -->/aegis review', runs: false },
  ])('with $name: runs $runs', ({ body, runs }) => {
    const asked = requestFromEvent('issue_comment', issueCommentPayload(state, pull, body));
    expect(asked).toMatchObject(runs ? { kind: 'task', task: { body } } : ignored('the comment is no command'));
  });

  it.each(['edited', 'deleted'])('that is %s runs nothing: an edit would run a command twice', (action) => {
    expect(requestFromEvent('issue_comment', issueCommentPayload(state, pull, '/aegis review', undefined, action))).toEqual(
      ignored(`issue_comment ${action} runs no command`),
    );
    expect(requestFromEvent('pull_request_review_comment', reviewCommentPayload(state, pull, '/aegis review', { action }))).toEqual(
      ignored(`pull_request_review_comment ${action} runs no command`),
    );
  });

  it('on an issue is none of our business', () => {
    const payload = issueCommentPayload(state, pull, '/aegis review');
    delete payload.issue.pull_request;
    expect(requestFromEvent('issue_comment', payload)).toEqual(ignored('the comment stands on an issue'));
  });

  it.each<{ name: string; spoil: (payload: Payload) => void }>([
    { name: 'our own App', spoil: (payload) => Object.assign(payload.sender, us) },
    { name: 'an author that is a bot, whoever sent it', spoil: (payload) => Object.assign(payload.comment.user, us) },
    { name: 'a bot whose type the server leaves out', spoil: (payload) => Object.assign(payload.sender, { login: 'x[bot]', type: null }) },
  ])('of $name is not answered', ({ spoil }) => {
    for (const [event, payload] of [
      ['issue_comment', issueCommentPayload(state, pull, '/aegis review')],
      ['pull_request_review_comment', reviewCommentPayload(state, pull, '/aegis review')],
    ] as const) {
      spoil(payload);
      expect(requestFromEvent(event, payload)).toEqual(ignored('the comment is a bot’s'));
    }
  });

  it('whose author deleted the account is the sender’s', () => {
    const payload = issueCommentPayload(state, pull, '/aegis help');
    payload.comment.user = null;
    expect(requestFromEvent('issue_comment', payload)).toMatchObject({ kind: 'task', task: { actor: mona } });
  });
});

describe('a thread', () => {
  const read = (parts: Parameters<typeof reviewThreadPayload>[2]) =>
    requestFromEvent('pull_request_review_thread', reviewThreadPayload(state, pull, parts));

  it('of a bot that a person resolves is a task', () => {
    expect(read({ author: us })).toEqual({ kind: 'task', ref, task: { kind: 'thread-resolved', commentId: 601, actor: mona } });
  });

  it.each([
    {
      name: 'that is opened again',
      parts: { author: us, action: 'unresolved' },
      reason: 'pull_request_review_thread unresolved asks for nothing',
    },
    {
      name: 'that a person began',
      parts: { author: { login: 'hubot', type: 'User' } as const },
      reason: 'the thread was begun by a person',
    },
    { name: 'that we resolved ourselves', parts: { author: us, sender: us }, reason: 'a bot resolved the thread' },
  ])('$name asks for nothing', ({ parts, reason }) => expect(read(parts)).toEqual(ignored(reason)));
});

describe('a button of the check', () => {
  function pressed(change: (payload: Payload) => void = () => undefined, number = 12) {
    const payload = checkRunPayload(state, pull, externalIdOf('01JSCAN', { number, baseSha: pull.baseSha }), 'requested_action');
    Object.assign(payload, { requested_action: { identifier: 'pause' }, sender: { login: 'mona', type: 'User' } });
    change(payload);
    return requestFromEvent('check_run', payload);
  }

  it('is a task', () => {
    const task = { kind: 'button', identifier: 'pause', headSha: pull.headSha, actor: mona };
    expect(pressed()).toEqual({ kind: 'task', ref, task });
    expect(pressed((payload) => Object.assign(payload.check_run, { pull_requests: [] }))).toEqual({ kind: 'task', ref, task });
  });

  it.each<{ name: string; change: (payload: Payload) => void; number?: number; reason: string }>([
    { name: 'of a bot', change: (payload) => Object.assign(payload.sender, us), reason: 'a bot pressed a button of the check' },
    {
      name: 'without a name',
      change: (payload) => delete payload.requested_action,
      reason: 'the check_run payload lacks who pressed which button',
    },
    { name: 'by nobody', change: (payload) => delete payload.sender, reason: 'the check_run payload lacks who pressed which button' },
    {
      name: 'of a merge group',
      change: (payload) => Object.assign(payload.check_run, { pull_requests: [] }),
      number: 0,
      reason: 'the check of a merge group has no buttons',
    },
    {
      name: 'of a check without a pull request',
      change: (payload) => Object.assign(payload.check_run, { pull_requests: [], external_id: '' }),
      reason: 'the check run names no pull request',
    },
  ])('$name asks for nothing', ({ change, number, reason }) => expect(pressed(change, number)).toEqual(ignored(reason)));
});
