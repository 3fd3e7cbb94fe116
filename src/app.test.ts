import type { Probot } from 'probot';
import { describe, expect, it, vi } from 'vitest';
import { addPull, createState } from '../test/fakes/github/state.ts';
import { issueCommentPayload } from '../test/fakes/github/task-payloads.ts';
import { checkRunPayload, checkSuitePayload, pullRequestPayload } from '../test/fakes/github/webhooks.ts';
import { type AppContext, createApp } from './app.ts';

const state = createState({});
const pull = addPull(state, { number: 7, base: {}, head: { 'a.js': 'a\n' } });
const fork = addPull(state, { number: 8, base: {}, head: { 'b.js': 'b\n' }, fork: true });
const opened = pullRequestPayload(state, pull);

/** Delivers one webhook; answers what was accepted, and the log. */
async function deliver(name: string, payload: unknown, over: Partial<AppContext> = {}) {
  const accepted: unknown[] = [];
  const logged: string[] = [];
  const ctx: AppContext = {
    store: {
      accept: async (delivery, asked) => {
        accepted.push({ ...delivery, asked });
        return { kind: 'accepted', scanId: 'scan-1' };
      },
      lastAttempt: async () => 3,
    },
    findPullRequest: async () => null,
    log: (level, message) => void logged.push(`${level} ${message}`),
    ...over,
  };
  const onAny = vi.fn();
  createApp(ctx)({ onAny } as unknown as Probot);
  const thrown = await onAny.mock.calls[0]?.[0]({ id: 'guid-1', name, payload }).catch((error: unknown) => error);
  return { accepted, logged, thrown };
}

describe('a webhook', () => {
  it('that asks for a review is recorded', async () => {
    const { accepted, logged } = await deliver('pull_request', opened);
    expect(accepted).toMatchObject([
      { guid: 'guid-1', event: 'pull_request', action: 'opened', asked: { kind: 'scan', request: { number: 7, attempt: 1 } } },
    ]);
    expect(logged).toEqual(['info delivery guid-1: pull_request accepted']);
  });

  it('that asks for the same head again is a further attempt', async () => {
    const { accepted } = await deliver('check_run', checkRunPayload(state, pull, ''));
    expect(accepted).toMatchObject([{ asked: { kind: 'scan', request: { number: 7, attempt: 4 } } }]);
  });

  it('that asks for a task is recorded with it', async () => {
    const { accepted, logged } = await deliver('issue_comment', issueCommentPayload(state, pull, '/aegis help'));
    expect(accepted).toMatchObject([
      {
        event: 'issue_comment',
        action: 'created',
        asked: { kind: 'task', ref: { number: 7 }, task: { kind: 'command', body: '/aegis help' } },
      },
    ]);
    expect(logged).toEqual(['info delivery guid-1: issue_comment accepted']);
  });

  it('about a head alone finds its pull request', async () => {
    const findPullRequest = vi.fn(async () => ({
      installationId: 99,
      owner: 'acme',
      repo: 'shop',
      number: 8,
      headSha: fork.headSha,
      baseSha: fork.baseSha,
    }));
    const { accepted } = await deliver('check_suite', checkSuitePayload(state, fork), { findPullRequest });
    expect(findPullRequest).toHaveBeenCalledWith({ installationId: 99, owner: 'acme', repo: 'shop', headSha: fork.headSha });
    expect(accepted).toMatchObject([{ asked: { kind: 'scan', request: { number: 8, attempt: 4 } } }]);
  });

  it('about a head that no pull request has is ignored', async () => {
    const { accepted, logged } = await deliver('check_suite', checkSuitePayload(state, fork));
    expect(accepted).toEqual([]);
    expect(logged).toEqual(['info delivery guid-1: check_suite ignored: no open pull request has the head of the check suite']);
  });

  it.each([
    { name: 'ping', payload: {}, reason: 'ping asks for nothing' },
    { name: 'pull_request', payload: { ...opened, action: 'labeled' }, reason: 'pull_request labeled changes no code' },
    { name: 'pull_request', payload: { action: 'opened' }, reason: 'the pull_request payload lacks installation' },
    { name: 'issue_comment', payload: issueCommentPayload(state, pull, 'hello'), reason: 'the comment is no command' },
  ])('that asks for nothing stands in the log with the reason: $reason', async ({ name, payload, reason }) => {
    const { accepted, logged } = await deliver(name, payload);
    expect(accepted).toEqual([]);
    expect(logged).toEqual([`info delivery guid-1: ${name} ignored: ${reason}`]);
  });

  it('that cannot be recorded is refused without the database’s words', async () => {
    const accept = () => Promise.reject(new Error('password of postgres'));
    const { thrown, logged } = await deliver('pull_request', opened, { store: { accept, lastAttempt: async () => 0 } });
    expect(String(thrown)).toBe('Error: the delivery could not be recorded; redeliver it');
    expect(logged).toEqual(['error delivery guid-1 could not be recorded: password of postgres']);
  });
});
