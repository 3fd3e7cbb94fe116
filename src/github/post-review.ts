import { z } from 'zod';
import type { ChangeSet } from '#model/change-set.ts';
import type { InlineComment, Publication, PullRequest } from '#model/publication.ts';
import { callGitHub, listAll } from './client.ts';
import { mapPlaces, placeComment } from './comment-place.ts';
import { cutCharacters } from './cut.ts';
import { isFault } from './host-error.ts';
import { fingerprintIn, reviewMarker, withMarker } from './markers.ts';
import { commentSchema, reviewSchema } from './own-posts.ts';
import { bodyOf, linesOf, MAX_BODY, on, type Placed, type PostContext, postComment } from './post-comment.ts';

/** GitHub names no limit; publishers stay at 25 to 40, and 65 at once met the abuse limit: https://github.com/reviewdog/reviewdog */
const COMMENTS_A_REVIEW = 30;

export interface PostedReview {
  readonly posted: number;
  /** Comments that GitHub takes on no line and on no file; they belong into the summary. Worst first, as given. */
  readonly homeless: readonly InlineComment[];
}

/**
 * Posts the comments that the pull request does not have yet: one fingerprint, one comment, over all its heads. No
 * new comment, no review. Repeating the call after a crash posts what is still missing. Throws `HostError`.
 */
export async function postReview(
  ctx: PostContext,
  pull: PullRequest,
  review: NonNullable<Publication['review']>,
  change: ChangeSet,
): Promise<PostedReview> {
  if (review.comments.length === 0) return { posted: 0, homeless: [] };
  const there = await listFingerprints(ctx, pull);
  const before = there.size;
  const places = mapPlaces(change);
  const comments = [...new Map(review.comments.map((comment) => [comment.fingerprint, comment])).values()];
  const placed = comments.map((comment) => ({ comment, place: placeComment(places, comment) }));
  const onLines = placed.filter(({ place }) => place.kind === 'lines');
  if (onLines.some(({ comment }) => !there.has(comment.fingerprint))) await postParts(ctx, pull, review.body, onLines, there);
  const onFiles = placed.filter(({ place }) => place.kind === 'file');
  await postEach(ctx, pull, onFiles, there);
  return { posted: there.size - before, homeless: comments.filter(({ fingerprint }) => !there.has(fingerprint)) };
}

async function listFingerprints({ client, own }: PostContext, pull: PullRequest): Promise<Set<string>> {
  const comments = await listAll(client, 'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', on(pull), commentSchema);
  const shown = comments.filter(own.isComment).flatMap(({ body }) => fingerprintIn(body ?? '') ?? []);
  return new Set([...own.fingerprints, ...shown]);
}

/** The parts of a review are cut from the whole list, so that a repeated call cuts it in the same places. */
async function postParts(ctx: PostContext, pull: PullRequest, body: string, placed: readonly Placed[], there: Set<string>): Promise<void> {
  const known = await tidyReviews(ctx, pull);
  let begun = false;
  for (let start = 0, part = 1; start < placed.length; start += COMMENTS_A_REVIEW, part += 1) {
    const key = `review:${part}`;
    const marker = reviewMarker(ctx.scanId, pull.headSha, part);
    const missing = placed.slice(start, start + COMMENTS_A_REVIEW).filter(({ comment }) => !there.has(comment.fingerprint));
    const done = (await ctx.log.find(ctx.scanId, key)) !== null || known.some((text) => text.includes(marker));
    if (!done && missing.length > 0) {
      const text = withMarker(begun ? 'Further comments of the same review.' : cutCharacters(body, MAX_BODY), marker);
      await ctx.log.record(ctx.scanId, key, await postPart(ctx, pull, text, missing, there));
    }
    begun ||= done || missing.length > 0;
  }
}

/** Our reviews' texts. A pending one of ours is a post that broke off; while it is there, GitHub takes no other. */
async function tidyReviews({ client, own }: PostContext, pull: PullRequest): Promise<readonly string[]> {
  const reviews = await listAll(client, 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', on(pull), reviewSchema);
  const ours = reviews.filter(own.isReview);
  for (const { id } of ours.filter(({ state }) => state === 'PENDING')) {
    const route = 'DELETE /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}';
    await callGitHub(client, route, { ...on(pull), review_id: id }, z.unknown());
  }
  return ours.filter(({ state }) => state !== 'PENDING').map(({ body }) => body ?? '');
}

/** Posts one part, and answers its id. GitHub refuses a part as a whole and names no culprit: then each one goes alone. */
async function postPart(
  ctx: PostContext,
  pull: PullRequest,
  body: string,
  missing: readonly Placed[],
  there: Set<string>,
): Promise<string> {
  const comments = missing.map(({ comment, place }) => ({ ...linesOf(place), path: comment.path, body: bodyOf(comment) }));
  const review = { ...on(pull), commit_id: pull.headSha, event: 'COMMENT', body, comments };
  const route = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews';
  try {
    const { id } = await callGitHub(ctx.client, route, review, z.object({ id: z.number() }));
    for (const { comment } of missing) {
      there.add(comment.fingerprint);
      await ctx.log.record(ctx.scanId, `comment:${comment.fingerprint}`, `review ${id}`);
    }
    return String(id);
  } catch (error) {
    if (!isFault(error, 'invalid')) throw error;
    await postEach(ctx, pull, missing, there);
    return 'single-comments';
  }
}

async function postEach(ctx: PostContext, pull: PullRequest, placed: readonly Placed[], there: Set<string>): Promise<void> {
  for (const each of placed) {
    const { fingerprint } = each.comment;
    if (!there.has(fingerprint) && (await postComment(ctx, pull, each))) there.add(fingerprint);
  }
}
