import { z } from 'zod';
import type { PullRequest } from '#model/publication.ts';
import { callGitHub, listAll } from './client.ts';
import { isFault } from './host-error.ts';
import { reviewSchema } from './own-posts.ts';
import { on, type PostContext } from './post-comment.ts';

type Review = z.infer<typeof reviewSchema>;

/** Our reviews of a pull request, those that were only begun among them. Throws `HostError`. */
export async function listOwnReviews({ client, own }: PostContext, pull: PullRequest): Promise<readonly Review[]> {
  const reviews = await listAll(client, 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', on(pull), reviewSchema);
  return reviews.filter(own.isReview);
}

/**
 * Takes back what an attempt that broke off has left pending, because GitHub takes no other review beside it. Answers the
 * reviews that stay. Throws `HostError`.
 */
export async function clearPending(ctx: PostContext, pull: PullRequest): Promise<readonly Review[]> {
  const ours = await listOwnReviews(ctx, pull);
  for (const { id } of ours.filter(({ state }) => state === 'PENDING')) {
    const route = 'DELETE /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}';
    await callGitHub(ctx.client, route, { ...on(pull), review_id: id }, z.unknown()).catch(unless('not-found'));
  }
  return ours.filter(({ state }) => state !== 'PENDING');
}

/** Whether a review of ours asks for changes and nobody dismissed it. */
export function asksForChanges({ state }: Pick<Review, 'state'>): boolean {
  return state === 'CHANGES_REQUESTED';
}

/** Nothing blocks any more: earlier requests for changes of ours are dismissed. Throws `HostError`. */
export async function dismissRequests(ctx: PostContext, pull: PullRequest): Promise<void> {
  const standing = (await listOwnReviews(ctx, pull)).filter(asksForChanges);
  for (const { id } of standing) {
    const route = 'PUT /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals';
    const message = `No finding blocks ${pull.headSha.slice(0, 7)} any more.`;
    // Dismissed or deleted by somebody else in the same moment.
    await callGitHub(ctx.client, route, { ...on(pull), review_id: id, message, event: 'DISMISS' }, z.unknown()).catch(
      unless('not-found', 'invalid'),
    );
  }
}

function unless(...faults: Parameters<typeof isFault>[1][]): (error: unknown) => void {
  return (error) => {
    if (!isFault(error, ...faults)) throw error;
  };
}
