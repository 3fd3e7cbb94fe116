import { type Answer, type Asked, type Operation, userOf } from './operation.ts';
import { notFound } from './refusal.ts';
import type { FakeReaction } from './state.ts';

/** Reactions to comments. A second one of a kind by the same account is the first. */
export const reactionOperations: Readonly<Record<string, Operation>> = {
  'reactions/create-for-issue-comment': (asked) => react(asked, 'issue'),
  'reactions/create-for-pull-request-review-comment': (asked) => react(asked, 'review'),
};

function react({ state, caller, params, body }: Asked, on: FakeReaction['on']): Answer {
  const commentId = Number(params['comment_id']);
  const comments: readonly { readonly id: number }[] = on === 'issue' ? state.issueComments : state.reviewComments;
  if (!comments.some(({ id }) => id === commentId)) throw notFound();
  const known = state.reactions.find(
    (one) => one.on === on && one.commentId === commentId && one.content === body.content && one.user.login === caller.account.login,
  );
  const reaction = known ?? { id: state.nextId++, user: caller.account, on, commentId, content: body.content };
  if (known === undefined) state.reactions.push(reaction);
  return { status: known === undefined ? 201 : 200, body: { id: reaction.id, user: userOf(reaction.user), content: reaction.content } };
}
