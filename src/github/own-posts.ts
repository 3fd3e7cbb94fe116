import { z } from 'zod';
import type { PublicationLog } from '#ports/code-host.ts';
import type { Identity } from './identity.ts';
import { SUMMARY_MARKER } from './markers.ts';

/** Who wrote something, as far as the server tells. Servers beside github.com leave things out. */
export const authorSchema = z.object({
  user: z.object({ login: z.string().nullish(), type: z.string().nullish() }).nullish().catch(null),
  performed_via_github_app: z.object({ id: z.number() }).nullish().catch(null),
});
type Author = z.infer<typeof authorSchema>;

/** A comment on the code. `pull_request_review_id`: the review that it came with. */
export const commentSchema = authorSchema.extend({
  id: z.number(),
  body: z.string().nullish(),
  pull_request_review_id: z.number().nullish(),
  in_reply_to_id: z.number().nullish(),
  path: z.string().nullish(),
  /** On the newest head; null where it is outdated, and for a comment on a file. */
  line: z.number().nullish(),
  subject_type: z.string().nullish(),
  /** Its hunk as it was, down to its last line. */
  diff_hunk: z.string().nullish(),
  reactions: z.object({ '+1': z.number().nullish(), '-1': z.number().nullish() }).nullish().catch(null),
});

export const reviewSchema = authorSchema.extend({ id: z.number(), body: z.string().nullish(), state: z.string() });

export const conversationSchema = authorSchema.extend({ id: z.number(), body: z.string().nullish() });
type Conversation = z.infer<typeof conversationSchema>;

/**
 * Tells Aegis's own posts from those of others. Markers are trusted in nothing else: anybody can copy one.
 * `summaryIn` finds the one summary in a conversation.
 */
export interface OwnPosts {
  /** Fingerprints that have their comment on record: none of them is posted again, whatever the server shows. */
  readonly fingerprints: ReadonlySet<string>;
  /** The summary comment that is on record; null where none is. */
  readonly summaryId: number | null;
  isComment(comment: z.infer<typeof commentSchema>): boolean;
  isReview(review: z.infer<typeof reviewSchema>): boolean;
  summaryIn(conversation: readonly Conversation[]): Conversation | null;
}

/**
 * What was recorded when it was posted is ours, however its author is shown. A crash may come between posting and
 * recording: of what is not on record, the author decides. Faults are the log's.
 */
export async function recallOwnPosts(log: PublicationLog, identity: Identity, scanId: string): Promise<OwnPosts> {
  const posts = await log.posts(scanId);
  const idsOf = (kind: RegExp) => new Set(posts.filter(({ key }) => kind.test(key)).map(({ remoteId }) => remoteId));
  const [reviews, comments, summaries] = [idsOf(/^review:/), idsOf(/^comment:/), idsOf(/^summary$/)];
  return {
    summaryId: posts.some(({ key }) => key === 'summary') ? Number(posts.findLast(({ key }) => key === 'summary')?.remoteId) : null,
    fingerprints: new Set(posts.flatMap(({ key }) => /^comment:(.+)$/.exec(key)?.[1] ?? [])),
    isComment: (comment) =>
      comments.has(String(comment.id)) ||
      // Who answers a comment of ours may be shown under the review that it came with.
      (reviews.has(String(comment.pull_request_review_id)) && !comment.in_reply_to_id) ||
      isByUs(identity, comment),
    isReview: (review) => reviews.has(String(review.id)) || isByUs(identity, review),
    summaryIn: (conversation) =>
      conversation.find(({ id }) => summaries.has(String(id))) ??
      conversation.find((comment) => isByUs(identity, comment) && comment.body?.includes(SUMMARY_MARKER)) ??
      null,
  };
}

/**
 * True where the server says that this App is the author. Review comments do not say which App made them; there the
 * login tells, which no person can take (`[` is not allowed in names).
 */
export function isByUs(identity: Identity, { user, performed_via_github_app: app }: Author): boolean {
  if (identity.login !== undefined) return user?.login === identity.login;
  if (user?.type !== 'Bot') return false;
  if (app) return app.id === identity.appId;
  return identity.slug === null || user.login === `${identity.slug}[bot]`;
}
