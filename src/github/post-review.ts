import { z } from 'zod';
import type { ChangeSet } from '#model/change-set.ts';
import type { InlineComment, Publication, PullRequest } from '#model/publication.ts';
import type { PublicationLog } from '#ports/code-host.ts';
import { callGitHub, type GitHubClient, listAll } from './client.ts';
import { type CommentPlace, mapPlaces, placeComment } from './comment-place.ts';
import { cutCharacters } from './cut.ts';
import { isFault } from './host-error.ts';
import { authorSchema, type Identity, isOwn } from './identity.ts';
import { fingerprintIn, fingerprintMarker, reviewMarker, withMarker, withoutFingerprint } from './markers.ts';

/** GitHub names no limit; publishers stay at 25 to 40, and 65 at once met the abuse limit: https://github.com/reviewdog/reviewdog */
const COMMENTS_A_REVIEW = 30;

/** GitHub takes 65,536 characters: https://github.com/orgs/community/discussions/27190. The rest is for markers. */
const MAX_BODY = 60_000;

export interface ReviewContext {
  readonly client: GitHubClient;
  readonly log: PublicationLog;
  readonly identity: Identity;
}

export interface PostedReview {
  readonly posted: number;
  /** Comments that GitHub takes on no line and on no file; they belong into the summary. Worst first, as given. */
  readonly homeless: readonly InlineComment[];
}

type Placed = { readonly comment: InlineComment; readonly place: CommentPlace };

/**
 * Posts the comments that the pull request does not have yet: one fingerprint, one comment, over all its heads. No
 * new comment, no review. Repeating the call after a crash posts what is still missing. Throws `HostError`.
 */
export async function postReview(
  ctx: ReviewContext,
  pull: PullRequest,
  scanId: string,
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
  if (onLines.some(({ comment }) => !there.has(comment.fingerprint))) await postParts(ctx, pull, scanId, review.body, onLines, there);
  for (const { comment, place } of placed) {
    if (place.kind === 'file' && !there.has(comment.fingerprint)) await postOnFile(ctx, pull, comment, there);
  }
  return { posted: there.size - before, homeless: comments.filter(({ fingerprint }) => !there.has(fingerprint)) };
}

const commentSchema = authorSchema.extend({ body: z.string().nullish() });

async function listFingerprints({ client, identity }: ReviewContext, pull: PullRequest): Promise<Set<string>> {
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments';
  const comments = await listAll(client, route, on(pull), commentSchema);
  const own = comments.filter((comment) => isOwn(identity, comment));
  return new Set(own.flatMap(({ body }) => fingerprintIn(body ?? '') ?? []));
}

/** The parts of a review are cut from the whole list, so that a repeated call cuts it in the same places. */
async function postParts(
  ctx: ReviewContext,
  pull: PullRequest,
  scanId: string,
  body: string,
  placed: readonly Placed[],
  there: Set<string>,
): Promise<void> {
  const known = await tidyReviews(ctx, pull);
  let begun = false;
  for (let start = 0, part = 1; start < placed.length; start += COMMENTS_A_REVIEW, part += 1) {
    const key = `review:${part}`;
    const marker = reviewMarker(scanId, pull.headSha, part);
    const missing = placed.slice(start, start + COMMENTS_A_REVIEW).filter(({ comment }) => !there.has(comment.fingerprint));
    const done = (await ctx.log.find(scanId, key)) !== null || known.some((text) => text.includes(marker));
    if (!done && missing.length > 0) {
      const text = withMarker(begun ? 'Further comments of the same review.' : cutCharacters(body, MAX_BODY), marker);
      await ctx.log.record(scanId, key, await postPart(ctx, pull, text, missing, there));
    }
    begun ||= done || missing.length > 0;
  }
}

const reviewSchema = authorSchema.extend({ id: z.number(), state: z.string(), body: z.string().nullish() });

/** Our reviews' texts. A pending one of ours is a post that broke off; while it is there, GitHub takes no other. */
async function tidyReviews({ client, identity }: ReviewContext, pull: PullRequest): Promise<readonly string[]> {
  const reviews = await listAll(client, 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', on(pull), reviewSchema);
  const own = reviews.filter((review) => isOwn(identity, review));
  for (const { id } of own.filter(({ state }) => state === 'PENDING')) {
    const route = 'DELETE /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}';
    await callGitHub(client, route, { ...on(pull), review_id: id }, z.unknown());
  }
  return own.filter(({ state }) => state !== 'PENDING').map(({ body }) => body ?? '');
}

const idSchema = z.object({ id: z.number() });

/** Posts one part, and answers its id. GitHub refuses a part as a whole and names no culprit: then each one goes alone. */
async function postPart(
  ctx: ReviewContext,
  pull: PullRequest,
  body: string,
  missing: readonly Placed[],
  there: Set<string>,
): Promise<string> {
  const comments = missing.map(({ comment, place }) => ({ ...lines(place), path: comment.path, body: bodyOf(comment) }));
  const review = { ...on(pull), commit_id: pull.headSha, event: 'COMMENT', body, comments };
  try {
    const { id } = await callGitHub(ctx.client, 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', review, idSchema);
    for (const { comment } of missing) there.add(comment.fingerprint);
    return String(id);
  } catch (error) {
    if (!isFault(error, 'invalid')) throw error;
    for (const { comment, place } of missing) await postAlone(ctx, pull, comment, place, there);
    return 'single-comments';
  }
}

async function postAlone(
  ctx: ReviewContext,
  pull: PullRequest,
  comment: InlineComment,
  place: CommentPlace,
  there: Set<string>,
): Promise<void> {
  if (await tryComment(ctx, pull, comment, lines(place))) there.add(comment.fingerprint);
  else await postOnFile(ctx, pull, comment, there);
}

async function postOnFile(ctx: ReviewContext, pull: PullRequest, comment: InlineComment, there: Set<string>): Promise<void> {
  if (await tryComment(ctx, pull, comment, { subject_type: 'file' })) there.add(comment.fingerprint);
}

/** One comment alone. False when GitHub does not take it there. */
async function tryComment(ctx: ReviewContext, pull: PullRequest, comment: InlineComment, where: Record<string, unknown>): Promise<boolean> {
  const route = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments';
  const request = { ...on(pull), commit_id: pull.headSha, path: comment.path, body: bodyOf(comment), ...where };
  try {
    await callGitHub(ctx.client, route, request, idSchema);
    return true;
  } catch (error) {
    if (isFault(error, 'invalid')) return false;
    throw error;
  }
}

function lines(place: CommentPlace): Record<string, unknown> {
  if (place.kind !== 'lines') return {};
  const range = place.startLine === null ? {} : { start_line: place.startLine, start_side: 'RIGHT' };
  return { line: place.line, side: 'RIGHT', ...range };
}

function bodyOf({ body, fingerprint }: InlineComment): string {
  return withMarker(cutCharacters(withoutFingerprint(body), MAX_BODY), fingerprintMarker(fingerprint));
}

function on({ owner, repo, number }: PullRequest): { owner: string; repo: string; pull_number: number } {
  return { owner, repo, pull_number: number };
}
