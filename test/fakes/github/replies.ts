import { type Operation, pullIn } from './operation.ts';
import { notFound, unprocessable } from './refusal.ts';
import { addPost, type FakeReviewComment } from './state.ts';

const MAX_BODY = 65_536;

/** Answers in the thread of a comment on code; "replies to replies are not supported". */
export const replyOperations: Readonly<Record<string, Operation>> = {
  'pulls/create-reply-for-review-comment': (asked) => {
    const { state, caller, body, params } = asked;
    const pull = pullIn(asked);
    const first = state.reviewComments.find((comment) => comment.id === Number(params['comment_id']) && comment.pull === pull);
    if (first === undefined) throw notFound();
    if (first.in_reply_to_id !== undefined) throw unprocessable('Validation Failed', ['in_reply_to is not the first of its thread']);
    if (body.body.length === 0 || body.body.length > MAX_BODY) throw unprocessable('Validation Failed', ['Body is blank or too long']);
    const { minimized: _, resolved: __, edits: ___, ...place } = first;
    const reply: FakeReviewComment = { ...place, id: state.nextId++, user: caller.account, in_reply_to_id: first.id, body: body.body };
    addPost(state, state.reviewComments, reply);
    const { pull: ____, user, ...shown } = reply;
    return { status: 201, body: { ...shown, user: state.showAuthor(user) } };
  },
};
