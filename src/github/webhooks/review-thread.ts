import { z } from 'zod';
import { repositoryOf, repositorySchema } from './repository.ts';
import { actorOf, senderSchema } from './sender.ts';
import { ignore, unreadable, type WebhookRequest } from './webhook-request.ts';

const reviewThreadSchema = repositorySchema.extend({
  pull_request: z.object({ number: z.number() }),
  thread: z.object({ comments: z.array(z.object({ id: z.number(), user: senderSchema.nullish() })).min(1) }),
  sender: senderSchema,
});

/**
 * A person resolved a thread. Whether it is ours is looked up when the task is done; one that a person began is not.
 * Who opens a thread again asks for nothing: its finding stands as it stood.
 */
export function readReviewThreadEvent(payload: unknown): WebhookRequest {
  const parsed = reviewThreadSchema.safeParse(payload);
  if (!parsed.success) return unreadable('pull_request_review_thread', parsed.error);
  const { action, thread, sender, pull_request: pull } = parsed.data;
  if (action !== 'resolved') return ignore(`pull_request_review_thread ${action} asks for nothing`);
  const actor = actorOf(sender);
  if (actor.isBot) return ignore('a bot resolved the thread');
  const [first] = thread.comments;
  if (first === undefined || (first.user && !actorOf(first.user).isBot)) return ignore('the thread was begun by a person');
  const ref = { ...repositoryOf(parsed.data), number: pull.number };
  return { kind: 'task', ref, task: { kind: 'thread-resolved', commentId: first.id, actor } };
}
