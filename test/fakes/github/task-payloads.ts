import type { Account, FakePull, FakeState } from './state.ts';
import { example, type Payload, withRepository } from './webhooks.ts';

/** Who writes, resolves and presses in these payloads, if nobody else is named. */
const PERSON: Account = { login: 'mona', type: 'User' };

function by(payload: Payload, account: Account): Payload {
  return { ...payload, sender: { ...payload.sender, ...account } };
}

/** `issue_comment`: a comment in the conversation of a pull request. */
export function issueCommentPayload(state: FakeState, pull: FakePull, body: string, author = PERSON, action = 'created'): Payload {
  const payload = example('issue_comment', action);
  const issue = { ...payload.issue, number: pull.number, pull_request: { url: 'https://api.github.com/repos/acme/shop/pulls/12' } };
  const comment = { ...payload.comment, id: 501, body, user: { ...payload.comment.user, ...author } };
  return by(withRepository(state, pull, { ...payload, issue, comment }), author);
}

/** `pull_request_review_comment`: a comment on code; `inReplyTo` names the first of its thread. */
export function reviewCommentPayload(
  state: FakeState,
  pull: FakePull,
  body: string,
  { author = PERSON, inReplyTo, action = 'created' }: { author?: Account; inReplyTo?: number; action?: string } = {},
): Payload {
  const payload = example('pull_request_review_comment', action);
  const comment = { ...payload.comment, id: 502, body, user: { ...payload.comment.user, ...author }, in_reply_to_id: inReplyTo };
  return by(withRepository(state, pull, { ...payload, comment, pull_request: { ...payload.pull_request, number: pull.number } }), author);
}

/** `pull_request_review_thread` of a thread that `author` began. */
export function reviewThreadPayload(
  state: FakeState,
  pull: FakePull,
  { author, sender = PERSON, action = 'resolved' }: { author: Account; sender?: Account; action?: string },
): Payload {
  const payload = example('pull_request_review_thread', action);
  const [first, ...others] = payload.thread.comments;
  const thread = { ...payload.thread, comments: [{ ...first, id: 601, user: { ...first.user, ...author } }, ...others] };
  return by(withRepository(state, pull, { ...payload, thread, pull_request: { ...payload.pull_request, number: pull.number } }), sender);
}

/** `merge_group` of a queue. GitHub's examples know no group that is gone. */
export function mergeGroupPayload(state: FakeState, pull: FakePull, action = 'checks_requested'): Payload {
  const payload = example('merge_group', 'checks_requested');
  const merge_group = { ...payload.merge_group, head_sha: pull.headSha, base_sha: pull.baseSha };
  return withRepository(state, pull, { ...payload, action, merge_group, ...(action === 'destroyed' && { reason: 'dequeued' }) });
}
