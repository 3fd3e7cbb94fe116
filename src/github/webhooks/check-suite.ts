import { z } from 'zod';
import { belongsTo, namedPullsSchema, repositoryOf, repositorySchema } from './repository.ts';
import { ignore, unreadable, type WebhookRequest } from './webhook-request.ts';

const checkSuiteSchema = repositorySchema.extend({
  check_suite: z.object({ head_sha: z.string(), pull_requests: namedPullsSchema }),
});

/** "Re-run all checks". One delivery asks for one scan: of several pull requests with this head, the first. */
export function readCheckSuiteEvent(payload: unknown): WebhookRequest {
  const parsed = checkSuiteSchema.safeParse(payload);
  if (!parsed.success) return unreadable('check_suite', parsed.error);
  const { action, check_suite: suite, repository } = parsed.data;
  if (action !== 'rerequested') return ignore(`check_suite ${action} asks for nothing`);
  const pull = suite.pull_requests.find(belongsTo(repository.id));
  const ref = repositoryOf(parsed.data);
  if (pull === undefined) return { kind: 'head', head: { ...ref, headSha: suite.head_sha } };
  return { kind: 'review', request: { ...ref, number: pull.number, headSha: suite.head_sha, baseSha: pull.base.sha }, again: true };
}
