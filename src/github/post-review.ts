import type { ChangeSet } from '#model/change-set.ts';
import type { InlineComment, Publication, PullRequest } from '#model/publication.ts';
import { reopenThreads } from './change-threads.ts';
import { mapPlaces, placeComment } from './comment-place.ts';
import { cutCharacters } from './cut.ts';
import { reviewMarker } from './markers.ts';
import { asksForChanges, clearPending } from './own-reviews.ts';
import type { OwnThread } from './own-threads.ts';
import { MAX_BODY, type Placed, type PostContext, postComment, refuseMovedHead } from './post-comment.ts';
import { postPart, recordPart, SINGLE } from './post-part.ts';

/** GitHub names no limit; publishers stay at 25 to 40, and 65 at once met the abuse limit: https://github.com/reviewdog/reviewdog */
const COMMENTS_A_REVIEW = 30;

export interface PostedReview {
  readonly posted: number;
  /** Comments that GitHub takes on no line and on no file; they belong into the summary. Worst first, as given. */
  readonly homeless: readonly InlineComment[];
}

/** A review, and whether something in it blocks. */
export interface WantedReview {
  readonly review: NonNullable<Publication['review']>;
  readonly blocks: boolean;
}

/**
 * Posts the comments that the pull request does not have yet: one fingerprint, one comment, over all its heads; one whose
 * thread was closed is restored there, and one with `restoreOnly` is never posted anew. No new comment, no review, unless
 * changes are to be asked for and no review of ours does. Repeating the call after a crash posts what is still missing.
 * Throws `HostError`.
 */
export async function postReview(
  ctx: PostContext,
  pull: PullRequest,
  { review, blocks }: WantedReview,
  change: ChangeSet,
  threads: ReadonlyMap<string, OwnThread>,
): Promise<PostedReview> {
  const there = new Set([...ctx.own.fingerprints, ...threads.keys()]);
  const before = there.size;
  const comments = [...new Map(review.comments.map((comment) => [comment.fingerprint, comment])).values()];
  const lost = await reopenThreads(ctx, pull, comments, threads);
  const places = mapPlaces(change);
  const fresh = comments.filter(({ restoreOnly }) => restoreOnly !== true);
  const placed = fresh.map((comment) => ({ comment, place: placeComment(places, comment) }));
  const onLines = placed.filter(({ place }) => place.kind === 'lines');
  const request = review.event === 'REQUEST_CHANGES' && blocks;
  if (request || onLines.some(({ comment }) => !there.has(comment.fingerprint))) {
    await postParts(ctx, pull, { body: review.body, request, placed: onLines }, there);
  }
  const onFiles = placed.filter(({ place }) => place.kind === 'file');
  await postEach(ctx, pull, onFiles, there);
  const unposted = new Set(fresh.filter(({ fingerprint }) => !there.has(fingerprint)));
  const homeless = comments.filter((comment) => unposted.has(comment) || lost.includes(comment));
  return { posted: there.size - before, homeless };
}

async function postEach(ctx: PostContext, pull: PullRequest, placed: readonly Placed[], there: Set<string>): Promise<void> {
  for (const each of placed) {
    const { fingerprint } = each.comment;
    if (!there.has(fingerprint) && (await postComment(ctx, pull, each))) there.add(fingerprint);
  }
}

interface Whole {
  readonly body: string;
  readonly request: boolean;
  readonly placed: readonly Placed[];
}

/** The parts of a review are cut from the whole list, so that a repeated call cuts it in the same places. */
async function postParts(ctx: PostContext, pull: PullRequest, { body, request, placed }: Whole, there: Set<string>): Promise<void> {
  const known = await clearPending(ctx, pull);
  let asking = request;
  let begun = false;
  for (let start = 0, number = 1; start < Math.max(placed.length, 1); start += COMMENTS_A_REVIEW, number += 1) {
    const slice = placed.slice(start, start + COMMENTS_A_REVIEW);
    const missing = () => slice.filter(({ comment }) => !there.has(comment.fingerprint));
    const marker = reviewMarker(ctx.scanId, pull.headSha, number);
    const shown = known.find((review) => review.body?.includes(marker))?.id.toString() ?? null;
    let id = await ctx.log.find(ctx.scanId, `review:${number}`);
    if (id === null && shown !== null) {
      await recordShown(ctx, missing(), number, shown);
      id = shown;
    }
    if (id === null && (missing().length > 0 || (asking && !known.some(asksForChanges)))) {
      // A review of many parts takes its time, and a push may come between them.
      if (begun) await refuseMovedHead(ctx, pull);
      const text = begun ? 'Further comments of the same review.' : cutCharacters(body, MAX_BODY);
      id = await postPart(ctx, pull, { number, body: text, request: asking, comments: missing() });
    }
    if (id === null) continue;
    if (id === SINGLE) await postEach(ctx, pull, slice, there);
    // A review is taken as a whole: all of it is there, whatever the list of comments shows yet.
    else for (const { comment } of slice) there.add(comment.fingerprint);
    // What was refused for one of its comments may still ask for changes with the next part.
    asking &&= id === SINGLE;
    begun = true;
  }
  if (asking && begun) await askForChanges(ctx, pull, body, placed.length);
}

/** A post that was made before its end could be recorded. */
async function recordShown(ctx: PostContext, comments: readonly Placed[], number: number, id: string): Promise<void> {
  await ctx.log.record(ctx.scanId, `review:${number}`, id);
  await recordPart(ctx, comments, id);
}

/** Every part went comment by comment: what asks for changes is a review without any. */
async function askForChanges(ctx: PostContext, pull: PullRequest, body: string, parts: number): Promise<void> {
  await postPart(ctx, pull, { number: parts + 1, body: cutCharacters(body, MAX_BODY), request: true, comments: [] });
}
