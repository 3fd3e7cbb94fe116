import { z } from 'zod';
import { repositoryOf, repositorySchema } from './repository.ts';
import { ignore, unreadable, type WebhookRequest } from './webhook-request.ts';

const mergeGroupSchema = repositorySchema.extend({
  reason: z.string().nullish(),
  merge_group: z.object({ head_sha: z.string(), base_sha: z.string() }),
});

/**
 * A merge queue waits for the check of its group, which is reviewed as a pull request with the number 0.
 * https://docs.github.com/webhooks/webhook-events-and-payloads#merge_group
 */
export function readMergeGroupEvent(payload: unknown): WebhookRequest {
  const parsed = mergeGroupSchema.safeParse(payload);
  if (!parsed.success) return unreadable('merge_group', parsed.error);
  const { action, merge_group: group } = parsed.data;
  // Its scan ends by itself: nobody reads the check of a group that is gone, and its answers serve the next group.
  if (action === 'destroyed') return ignore('the merge group is gone');
  if (action !== 'checks_requested') return ignore(`merge_group ${action} asks for nothing`);
  const request = { ...repositoryOf(parsed.data), number: 0, headSha: group.head_sha, baseSha: group.base_sha };
  return { kind: 'review', request, again: false };
}
