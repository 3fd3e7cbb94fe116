import { z } from 'zod';
import { repositoryOf, repositorySchema } from './repository.ts';
import { ignore, unreadable, type WebhookRequest } from './webhook-request.ts';

const pullRequestSchema = repositorySchema.extend({
  pull_request: z.object({
    number: z.number(),
    merged: z.boolean().nullish(),
    head: z.object({ sha: z.string() }),
    base: z.object({ sha: z.string() }),
  }),
  changes: z.object({ base: z.unknown().optional() }).nullish(),
});

/** Whether a head was reviewed before, or left out as a draft or because the pull request was closed, the store knows. */
const HEADS: ReadonlySet<string> = new Set(['opened', 'synchronize', 'reopened', 'ready_for_review']);

/** A new head asks for a review, and so does the same head against another base: that is another change. */
export function readPullRequestEvent(payload: unknown): WebhookRequest {
  const parsed = pullRequestSchema.safeParse(payload);
  if (!parsed.success) return unreadable('pull_request', parsed.error);
  const { action, changes, pull_request: pull } = parsed.data;
  const ref = { ...repositoryOf(parsed.data), number: pull.number };
  if (action === 'closed') return { kind: 'task', ref, task: { kind: 'closed', merged: pull.merged ?? false } };
  const again = action === 'edited' && changes?.base !== undefined;
  if (!HEADS.has(action) && !again) return ignore(`pull_request ${action} changes no code`);
  return { kind: 'review', request: { ...ref, headSha: pull.head.sha, baseSha: pull.base.sha }, again };
}
