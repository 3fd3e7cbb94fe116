import { describe, expect, it } from 'vitest';
import { InputError } from '#model/errors.ts';
import { type RunFacts, readEvent } from './read-event.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const ZERO = '0'.repeat(40);
const NO_RANGE = { base: null, head: null };

const facts = (event: string, payload: unknown, over: Partial<RunFacts> = {}): RunFacts => ({
  ...{ event, payload, repository: 'acme/shop', ref: 'refs/heads/main', sha: A, actor: 'octocat' },
  ...over,
});
const pull = (from: string | null, action = 'opened') => ({
  action,
  pull_request: {
    number: 7,
    head: { sha: A, repo: from === null ? null : { full_name: from } },
    base: { repo: { full_name: 'acme/shop' } },
  },
});
const push = (over: object = {}) => ({ before: B, after: A, ref: 'refs/heads/feature', repository: { default_branch: 'main' }, ...over });

describe('readEvent', () => {
  it.each([
    {
      name: 'a pull request of the repository',
      given: facts('pull_request', pull('acme/shop')),
      found: { kind: 'pull-request', headSha: A, readOnly: null },
    },
    { name: 'one of a fork', given: facts('pull_request', pull('mona/shop')), found: { readOnly: 'fork' } },
    { name: 'one of a fork that was deleted', given: facts('pull_request', pull(null)), found: { readOnly: 'fork' } },
    {
      name: 'one of Dependabot',
      given: facts('pull_request', pull('acme/shop'), { actor: 'dependabot[bot]' }),
      found: { readOnly: 'dependabot' },
    },
    { name: 'one of a fork with the token of the base', given: facts('pull_request_target', pull('mona/shop')), found: { readOnly: null } },
    { name: 'one that was closed', given: facts('pull_request', pull('acme/shop', 'closed')), found: { kind: 'nothing' } },
    {
      name: 'a merge group',
      given: facts('merge_group', { merge_group: { head_sha: A, base_sha: B, head_ref: 'refs/heads/gh-readonly-queue/main/pr-7' } }),
      found: { kind: 'merge-group', base: B, head: A },
    },
    { name: 'a push', given: facts('push', push()), found: { kind: 'push', base: B, head: A, otherBase: 'main' } },
    { name: 'a push to a new branch', given: facts('push', push({ before: ZERO })), found: { kind: 'push', base: 'main', head: A } },
    {
      name: 'a push to the default branch',
      given: facts('push', push({ ref: 'refs/heads/main' })),
      found: { kind: 'push', otherBase: null },
    },
    {
      name: 'the first push of all',
      given: facts('push', push({ ref: 'refs/heads/main', before: ZERO })),
      found: { kind: 'checkout', base: null },
    },
    {
      name: 'a branch that was deleted',
      given: facts('push', push({ after: ZERO })),
      found: { kind: 'nothing', reason: 'refs/heads/feature was deleted' },
    },
    { name: 'a schedule', given: facts('schedule', {}), found: { kind: 'checkout', base: null, head: null, sha: A } },
  ])('$name', ({ given, found }) => expect(readEvent(given, NO_RANGE)).toMatchObject(found));

  it('a range of the checkout takes the place of a push', () =>
    expect(readEvent(facts('push', push()), { base: 'v1', head: null })).toMatchObject({ kind: 'checkout', base: 'v1', head: null }));

  it.each([
    { name: 'an event that names no change', given: facts('issues', {}) },
    { name: 'no event at all', given: facts('', {}) },
    { name: 'a pull_request without one', given: facts('pull_request', { action: 'opened' }) },
    { name: 'a merge_group without one', given: facts('merge_group', null) },
    { name: 'a push without commits', given: facts('push', 'x') },
    { name: 'a run without a repository', given: facts('schedule', {}, { repository: '' }) },
  ])('refuses $name', ({ given }) => expect(() => readEvent(given, NO_RANGE)).toThrow(InputError));
});
