import { describe, expect, it } from 'vitest';
import { addPull, createState, type PullSpec } from '../../test/fakes/github/state.ts';
import { checkRunPayload, checkSuitePayload, type Payload, pullRequestPayload } from '../../test/fakes/github/webhooks.ts';
import { externalIdOf } from './check-run.ts';
import { looseHeadOf, requestFromEvent } from './webhook.ts';

function prepare(spec: Partial<PullSpec> = {}) {
  const state = createState({});
  const pull = addPull(state, { number: 12, base: {}, head: { 'a.js': 'a\n' }, ...spec });
  const request = { installationId: 99, owner: 'acme', repo: 'shop', number: 12, headSha: pull.headSha, baseSha: pull.baseSha };
  return { state, pull, request };
}

describe('pull_request', () => {
  it.each(['opened', 'synchronize', 'reopened', 'ready_for_review'])('%s asks for a review of the head', (action) => {
    const { state, pull, request } = prepare();
    expect(requestFromEvent('pull_request', pullRequestPayload(state, pull, action))).toEqual({ kind: 'review', request, again: false });
  });

  it('edited asks for a review only when the base changed, and then again', () => {
    const { state, pull, request } = prepare();
    const payload = pullRequestPayload(state, pull, 'edited');
    expect(requestFromEvent('pull_request', payload)).toEqual({ kind: 'review', request, again: true });
    const title = { ...payload, changes: { title: { from: 'old' } } };
    expect(requestFromEvent('pull_request', title)).toEqual({ kind: 'ignored', reason: 'pull_request edited changes no code' });
  });

  it.each(['closed', 'labeled', 'assigned', 'converted_to_draft', 'locked'])('%s asks for nothing', (action) => {
    const { state, pull } = prepare();
    expect(requestFromEvent('pull_request', pullRequestPayload(state, pull, action))).toMatchObject({ kind: 'ignored' });
  });

  it('of a draft asks for a review: the configuration decides', () => {
    const { state, pull } = prepare({ draft: true });
    expect(requestFromEvent('pull_request', pullRequestPayload(state, pull))).toMatchObject({ kind: 'review' });
  });

  it('of a fork whose repository is gone is read', () => {
    const { state, pull, request } = prepare({ fork: true });
    const payload = pullRequestPayload(state, pull, 'synchronize');
    payload.pull_request.head.repo = null;
    expect(requestFromEvent('pull_request', payload)).toEqual({ kind: 'review', request, again: false });
  });
});

describe('a check that a person runs again', () => {
  it('is a review of the same head again, by the pull request that GitHub names', () => {
    const { state, pull, request } = prepare();
    expect(requestFromEvent('check_run', checkRunPayload(state, pull, 'of another kind'))).toEqual({
      kind: 'review',
      request,
      again: true,
    });
    expect(requestFromEvent('check_suite', checkSuitePayload(state, pull))).toEqual({ kind: 'review', request, again: true });
  });

  it('on a fork is found by the external id of the check run', () => {
    const { state, pull, request } = prepare({ fork: true });
    const payload = checkRunPayload(state, pull, externalIdOf('01JSCAN', pull));
    expect(requestFromEvent('check_run', payload)).toEqual({ kind: 'review', request, again: true });
  });

  it('of a suite on a fork is found by its head, later', () => {
    const { state, pull } = prepare({ fork: true });
    const payload = checkSuitePayload(state, pull);
    expect(requestFromEvent('check_suite', payload)).toEqual({ kind: 'ignored', reason: 'the check suite names no pull request' });
    expect(looseHeadOf('check_suite', payload)).toEqual({ installationId: 99, owner: 'acme', repo: 'shop', headSha: pull.headSha });
  });

  it('is not taken for a pull request of another repository that shares the commit', () => {
    const { state, pull } = prepare();
    const payload = checkSuitePayload(state, pull);
    payload.check_suite.pull_requests[0].base.repo.id = 1;
    expect(requestFromEvent('check_suite', payload)).toMatchObject({ kind: 'ignored' });
  });

  it.each(['created', 'completed', 'requested_action'])('is not asked for by check_run %s', (action) => {
    const { state, pull } = prepare();
    expect(requestFromEvent('check_run', checkRunPayload(state, pull, 'x', action))).toMatchObject({ kind: 'ignored' });
  });

  it.each(['completed', 'requested'])('is not asked for by check_suite %s', (action) => {
    const { state, pull } = prepare();
    const payload = checkSuitePayload(state, pull, action);
    expect(requestFromEvent('check_suite', payload)).toMatchObject({ kind: 'ignored' });
    expect(looseHeadOf('check_suite', payload)).toBeNull();
  });
});

describe('everything else is ignored with a reason', () => {
  it.each(['push', 'issue_comment', 'merge_group', 'installation', 'ping', '__proto__'])('%s', (event) => {
    expect(requestFromEvent(event, {})).toEqual({ kind: 'ignored', reason: `${event} asks for nothing` });
    expect(looseHeadOf(event, {})).toBeNull();
  });

  it.each<{ name: string; spoil(payload: Payload): void; lacks: string }>([
    { name: 'no installation', spoil: (payload) => delete payload.installation, lacks: 'installation' },
    { name: 'no head', spoil: (payload) => delete payload.pull_request.head, lacks: 'pull_request.head' },
    {
      name: 'a number that is none',
      spoil: (payload) => Object.assign(payload.pull_request, { number: 'x' }),
      lacks: 'pull_request.number',
    },
  ])('a payload with $name', ({ spoil, lacks }) => {
    const { state, pull } = prepare();
    const payload = pullRequestPayload(state, pull);
    spoil(payload);
    expect(requestFromEvent('pull_request', payload)).toEqual({ kind: 'ignored', reason: `the pull_request payload lacks ${lacks}` });
  });

  it.each([null, undefined, 'text', 7, []])('the payload %j', (payload) => {
    for (const event of ['pull_request', 'check_run', 'check_suite'])
      expect(requestFromEvent(event, payload)).toMatchObject({ kind: 'ignored' });
  });
});
