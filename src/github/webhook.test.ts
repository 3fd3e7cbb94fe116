import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { addPull, createState, type PullSpec } from '../../test/fakes/github/state.ts';
import { mergeGroupPayload } from '../../test/fakes/github/task-payloads.ts';
import {
  checkRunPayload,
  checkSuitePayload,
  example,
  examples,
  type Payload,
  pullRequestPayload,
} from '../../test/fakes/github/webhooks.ts';
import { externalIdOf } from './check-run.ts';
import { HANDLED_EVENTS, requestFromEvent } from './webhook.ts';

function prepare(spec: Partial<PullSpec> = {}) {
  const state = createState({});
  const pull = addPull(state, { number: 12, base: {}, head: { 'a.js': 'a\n' }, ...spec });
  const ref = { installationId: 99, owner: 'acme', repo: 'shop', number: 12 };
  return { state, pull, ref, request: { ...ref, headSha: pull.headSha, baseSha: pull.baseSha } };
}

describe('pull_request', () => {
  it.each([
    { action: 'opened', again: false },
    { action: 'synchronize', again: false },
    { action: 'reopened', again: false },
    { action: 'ready_for_review', again: false },
  ])('$action asks for a review of the head, again: $again', ({ action, again }) => {
    const { state, pull, request } = prepare();
    expect(requestFromEvent('pull_request', pullRequestPayload(state, pull, action))).toEqual({ kind: 'review', request, again });
  });

  it('edited asks for a review only when the base changed, and then again', () => {
    const { state, pull, request } = prepare();
    const payload = pullRequestPayload(state, pull, 'edited');
    expect(requestFromEvent('pull_request', payload)).toEqual({ kind: 'review', request, again: true });
    const title = { ...payload, changes: { title: { from: 'old' } } };
    expect(requestFromEvent('pull_request', title)).toEqual({ kind: 'ignored', reason: 'pull_request edited changes no code' });
  });

  it.each([true, false])('closed is a task; merged: %s', (merged) => {
    const { state, pull, ref } = prepare();
    const payload = pullRequestPayload(state, pull, 'closed');
    payload.pull_request.merged = merged;
    expect(requestFromEvent('pull_request', payload)).toEqual({ kind: 'task', ref, task: { kind: 'closed', merged } });
  });

  it.each(['labeled', 'assigned', 'converted_to_draft', 'locked'])('%s asks for nothing', (action) => {
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

describe('merge_group', () => {
  it('asks for a review of the group, as a pull request with the number 0', () => {
    const { state, pull, request } = prepare();
    expect(requestFromEvent('merge_group', mergeGroupPayload(state, pull))).toEqual({
      kind: 'review',
      request: { ...request, number: 0 },
      again: false,
    });
  });

  it('that is gone asks for nothing', () => {
    const { state, pull } = prepare();
    const reason = 'the merge group is gone';
    expect(requestFromEvent('merge_group', mergeGroupPayload(state, pull, 'destroyed'))).toEqual({ kind: 'ignored', reason });
  });

  it('is reviewed again when its check is run again', () => {
    const { state, pull, request } = prepare({ fork: true });
    const payload = checkRunPayload(state, pull, externalIdOf('01JSCAN', { number: 0, baseSha: pull.baseSha }));
    expect(requestFromEvent('check_run', payload)).toEqual({ kind: 'review', request: { ...request, number: 0 }, again: true });
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
    const head = { installationId: 99, owner: 'acme', repo: 'shop', headSha: pull.headSha };
    expect(requestFromEvent('check_suite', checkSuitePayload(state, pull))).toEqual({ kind: 'head', head });
  });

  it('is not taken for a pull request of another repository that shares the commit', () => {
    const { state, pull } = prepare();
    const payload = checkSuitePayload(state, pull);
    payload.check_suite.pull_requests[0].base.repo.id = 1;
    expect(requestFromEvent('check_suite', payload)).toMatchObject({ kind: 'head' });
  });

  it.each(['created', 'completed'])('is not asked for by check_run %s', (action) => {
    const { state, pull } = prepare();
    expect(requestFromEvent('check_run', checkRunPayload(state, pull, 'x', action))).toMatchObject({ kind: 'ignored' });
  });

  it.each(['completed', 'requested'])('is not asked for by check_suite %s', (action) => {
    const { state, pull } = prepare();
    expect(requestFromEvent('check_suite', checkSuitePayload(state, pull, action))).toMatchObject({ kind: 'ignored' });
  });
});

describe('an installation that is suspended, removed or cut asks for nothing, and the log says so', () => {
  it.each([
    { event: 'installation', action: 'suspend', says: 'suspend' },
    { event: 'installation', action: 'deleted', says: 'deleted' },
    { event: 'installation_repositories', action: 'removed', says: 'repositories removed, 1 of them out of reach now' },
  ])('$event $action', ({ event, action, says }) => {
    const payload = example(event, action);
    const { id, account } = payload.installation;
    const reason = `installation ${id} of ${account.login}: ${says}`;
    expect(requestFromEvent(event, payload)).toEqual({ kind: 'ignored', reason });
  });
});

describe('everything else is ignored with a reason', () => {
  it.each(['push', 'status', 'ping', 'pull_request_review', '__proto__', 'constructor'])('%s', (event) => {
    expect(requestFromEvent(event, {})).toEqual({ kind: 'ignored', reason: `${event} asks for nothing` });
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

  it.each([null, undefined, 'text', 7, [], {}])('the payload %j', (payload) => {
    for (const event of HANDLED_EVENTS)
      expect(requestFromEvent(event, payload)).toEqual({
        kind: 'ignored',
        reason: expect.stringMatching(new RegExp(`^the ${event} payload lacks .`)),
      });
  });

  const all = examples.flatMap(({ name, examples: payloads }) => payloads.map((payload, index) => ({ name, index, payload })));
  it.each(all.map(({ name, index, payload }) => ({ name: `${name} ${payload.action ?? ''} ${index}`, event: name, payload })))(
    'GitHub’s example $name is read without a throw',
    ({ event, payload }) => {
      const asked = requestFromEvent(event, payload);
      if (asked.kind === 'ignored') expect(asked.reason).not.toBe('');
      else expect(HANDLED_EVENTS).toContain(event);
    },
  );
});

describe('the list of events', () => {
  const everyApp = ['installation', 'installation_repositories'];
  const manifest: { default_events: string[] } = parse(fs.readFileSync('app.yml', 'utf8'));

  it('is what app.yml subscribes to, and what reaches every App', () => {
    expect([...HANDLED_EVENTS].sort()).toEqual([...manifest.default_events, ...everyApp].sort());
  });

  it('holds names that GitHub knows', () => {
    const known = examples.map(({ name }) => name);
    for (const event of HANDLED_EVENTS) expect(known).toContain(event);
  });
});
