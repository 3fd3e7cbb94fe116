import type { PullRequest } from '#model/publication.ts';
import type { CodeHost } from '#ports/code-host.ts';
import type { ClaimedScan, Store } from '#ports/store.ts';

/** What a claimed scan is of, as it is now. */
export function lookUp(claimed: ClaimedScan, host: Pick<CodeHost, 'pullRequest' | 'mergeGroup'>): Promise<PullRequest> {
  return claimed.number === 0 ? host.mergeGroup(claimed) : host.pullRequest(claimed);
}

/** Why nobody wants a scan any more. */
export type Unwanted =
  | { readonly kind: 'superseded'; readonly newHead: string }
  | { readonly kind: 'withdrawn'; readonly reason: string }
  | { readonly kind: 'paused'; readonly by: string };

/** Whether something came between a scan and its end; null where it is still wanted. */
export async function findUnwanted(
  claimed: ClaimedScan,
  pull: PullRequest,
  store: Pick<Store, 'pausedBy' | 'lastAttempt'>,
): Promise<Unwanted | null> {
  if (pull.state === 'closed') return { kind: 'withdrawn', reason: 'the pull request is closed' };
  if (claimed.number === 0) return null;
  if (pull.headSha !== claimed.headSha) return { kind: 'superseded', newHead: pull.headSha };
  const by = await store.pausedBy(claimed);
  if (by !== null) return { kind: 'paused', by };
  if ((await store.lastAttempt(claimed)) > claimed.attempt) {
    return { kind: 'withdrawn', reason: 'a newer review of this commit was asked for' };
  }
  return null;
}
