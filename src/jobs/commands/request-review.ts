import type { PullRequestRef } from '#ports/code-host.ts';
import type { ReviewAsked } from '#report/replies/decisions.ts';
import type { TaskContext } from '../tasks/context.ts';

/** Asks for another review of the head as it is now. None is asked for that would end at once. */
export async function requestReview(ref: PullRequestRef, { store, host }: Pick<TaskContext, 'store' | 'host'>): Promise<ReviewAsked> {
  const { state, headSha, baseSha } = await host.pullRequest(ref);
  if (state === 'closed') return { kind: 'closed' };
  const by = await store.pausedBy(ref);
  if (by !== null) return { kind: 'paused', by };
  const { installationId, owner, repo, number } = ref;
  const request = { installationId, owner, repo, number, headSha, baseSha };
  await store.requestScan({ ...request, attempt: (await store.lastAttempt(request)) + 1 });
  return { kind: 'requested', headSha };
}
