import { z } from 'zod';
import type { PullRequestRef } from '#ports/code-host.ts';
import { readExternalId } from '../check-run.ts';
import { belongsTo, namedPullsSchema, repositoryOf, repositorySchema } from './repository.ts';
import { actorOf, senderSchema } from './sender.ts';
import { ignore, unreadable, type WebhookRequest } from './webhook-request.ts';

const checkRunSchema = repositorySchema.extend({
  check_run: z.object({ head_sha: z.string(), external_id: z.string().nullish(), pull_requests: namedPullsSchema }),
  requested_action: z.object({ identifier: z.string() }).nullish(),
  sender: senderSchema.nullish(),
});
type CheckRunEvent = z.infer<typeof checkRunSchema>;

/** `rerequested` and `requested_action` reach only the App that made the check. */
export function readCheckRunEvent(payload: unknown): WebhookRequest {
  const parsed = checkRunSchema.safeParse(payload);
  if (!parsed.success) return unreadable('check_run', parsed.error);
  const { action, check_run: run } = parsed.data;
  if (action !== 'rerequested' && action !== 'requested_action') return ignore(`check_run ${action} asks for nothing`);
  const found = findPull(parsed.data);
  if (found === null) return ignore('the check run names no pull request');
  const ref = { ...repositoryOf(parsed.data), number: found.number };
  if (action === 'requested_action') return pressed(parsed.data, ref);
  return { kind: 'review', request: { ...ref, headSha: run.head_sha, baseSha: found.baseSha }, again: true };
}

/** The pull request stands in the check's external id, too: for checks on commits of forks GitHub names none. */
function findPull({ check_run: run, repository }: CheckRunEvent): { number: number; baseSha: string } | null {
  const ours = readExternalId(run.external_id ?? '');
  const named = run.pull_requests.filter(belongsTo(repository.id));
  const pull = named.find(({ number }) => number === ours?.number) ?? (ours === null ? named[0] : undefined);
  return pull === undefined ? ours : { number: pull.number, baseSha: pull.base.sha };
}

function pressed({ requested_action: asked, sender, check_run: run }: CheckRunEvent, ref: PullRequestRef): WebhookRequest {
  if (!asked || !sender) return ignore('the check_run payload lacks who pressed which button');
  const actor = actorOf(sender);
  if (actor.isBot) return ignore('a bot pressed a button of the check');
  if (ref.number === 0) return ignore('the check of a merge group has no buttons');
  return { kind: 'task', ref, task: { kind: 'button', identifier: asked.identifier, headSha: run.head_sha, actor } };
}
