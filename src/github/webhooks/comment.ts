import { z } from 'zod';
import type { CommentRef } from '#model/task.ts';
import { repositoryOf, repositorySchema } from './repository.ts';
import { actorOf, senderSchema } from './sender.ts';
import { ignore, unreadable, type WebhookRequest } from './webhook-request.ts';

const commentSchema = z.object({ id: z.number(), body: z.string().nullish(), user: senderSchema.nullish() });

const issueCommentSchema = repositorySchema.extend({
  issue: z.object({ number: z.number(), pull_request: z.unknown().optional() }),
  comment: commentSchema,
  sender: senderSchema,
});

const reviewCommentSchema = repositorySchema.extend({
  pull_request: z.object({ number: z.number() }),
  comment: commentSchema.extend({ in_reply_to_id: z.number().nullish() }),
  sender: senderSchema,
});

/** A comment in a conversation: of a pull request, or of an issue, which Aegis has nothing to do with. */
export function readIssueCommentEvent(payload: unknown): WebhookRequest {
  const parsed = issueCommentSchema.safeParse(payload);
  if (!parsed.success) return unreadable('issue_comment', parsed.error);
  const { issue } = parsed.data;
  if (!issue.pull_request) return ignore('the comment stands on an issue');
  return fromComment(parsed.data, { number: issue.number, event: 'issue_comment', kind: 'issue', inReplyTo: null });
}

/** A comment on code. `in_reply_to_id` names the first comment of its thread: replies to replies are kept flat. */
export function readReviewCommentEvent(payload: unknown): WebhookRequest {
  const parsed = reviewCommentSchema.safeParse(payload);
  if (!parsed.success) return unreadable('pull_request_review_comment', parsed.error);
  const { comment, pull_request: pull } = parsed.data;
  const inReplyTo = comment.in_reply_to_id ?? null;
  return fromComment(parsed.data, { number: pull.number, event: 'pull_request_review_comment', kind: 'review', inReplyTo });
}

interface Place {
  readonly number: number;
  readonly event: string;
  readonly kind: CommentRef['kind'];
  readonly inReplyTo: number | null;
}

const COMMAND = /^\s*\/aegis(?=\s|$)/i;

/** GitHub's longest comment, characters. https://github.com/orgs/community/discussions/27190 */
const MAX_BODY = 65_536;

/** Only a new comment is a command: who edits one would run it twice. */
function fromComment(data: z.infer<typeof issueCommentSchema> | z.infer<typeof reviewCommentSchema>, place: Place): WebhookRequest {
  const { action, comment, sender } = data;
  if (action !== 'created') return ignore(`${place.event} ${action} runs no command`);
  const actor = actorOf(sender);
  if (actor.isBot || (comment.user && actorOf(comment.user).isBot)) return ignore('the comment is a bot’s');
  const body = (comment.body ?? '').slice(0, MAX_BODY);
  if (!COMMAND.test(body)) return ignore('the comment is no command');
  return {
    kind: 'task',
    ref: { ...repositoryOf(data), number: place.number },
    task: { kind: 'command', comment: { kind: place.kind, id: comment.id }, inReplyTo: place.inReplyTo, actor, body },
  };
}
