import { z } from 'zod';
import type { PullRequest } from '#model/publication.ts';
import { callGitHub } from './client.ts';
import { isFault } from './host-error.ts';
import { reviewMarker, withMarker } from './markers.ts';
import { postOnce } from './outbox.ts';
import { listOwnReviews } from './own-reviews.ts';
import { bodyOf, linesOf, on, type Placed, type PostContext, refuseMovedHead } from './post-comment.ts';

/** Stands in the record in place of a review's id: GitHub did not take it as a whole, and each of its comments goes alone. */
export const SINGLE = 'single-comments';

/** One part of a review. */
export interface Part {
  readonly number: number;
  readonly body: string;
  /** Changes are asked for. */
  readonly request: boolean;
  /** Empty where changes are asked for and nothing is new. */
  readonly comments: readonly Placed[];
}

/**
 * Posts one part of a review, once. Answers its id, or `SINGLE`: GitHub refuses a part as a whole and names no culprit.
 * Throws `HostError`, `superseded` where the head moved.
 */
export async function postPart(ctx: PostContext, pull: PullRequest, part: Part): Promise<string> {
  const marker = reviewMarker(ctx.scanId, pull.headSha, part.number);
  const id = await postOnce(ctx, `review:${part.number}`, {
    async look() {
      const reviews = await listOwnReviews(ctx, pull);
      return reviews.find(({ body, state }) => state !== 'PENDING' && body?.includes(marker))?.id.toString() ?? null;
    },
    post: () => sendPart(ctx, pull, part, marker),
  });
  if (id !== SINGLE) await recordPart(ctx, part.comments, id);
  return id;
}

/** A comment of a review is not posted again, whatever the server shows of it. */
export async function recordPart({ log, scanId }: PostContext, comments: readonly Placed[], reviewId: string): Promise<void> {
  for (const { comment } of comments) await log.record(scanId, `comment:${comment.fingerprint}`, `review ${reviewId}`);
}

async function sendPart(ctx: PostContext, pull: PullRequest, { body, request, comments }: Part, marker: string): Promise<string> {
  const shown = comments.map(({ comment, place }) => ({ ...linesOf(place), path: comment.path, body: bodyOf(comment) }));
  const send = async (event: 'COMMENT' | 'REQUEST_CHANGES') => {
    const route = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews';
    const review = { ...on(pull), commit_id: pull.headSha, event, body: withMarker(body, marker), comments: shown };
    const { id } = await callGitHub(ctx.client, route, review, z.object({ id: z.number() }));
    return String(id);
  };
  try {
    return await send(request ? 'REQUEST_CHANGES' : 'COMMENT');
  } catch (error) {
    if (!isFault(error, 'invalid')) throw error;
    // Nobody may ask themselves for changes; the comments are worth saying anyway.
    if (request && comments.length > 0 && /request changes/i.test(error.detail)) return await send('COMMENT');
    await refuseMovedHead(ctx, pull);
    return SINGLE;
  }
}
