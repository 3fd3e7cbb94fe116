import type { z } from 'zod';
import { fingerprintIn, isClosed } from './markers.ts';
import type { commentSchema, OwnPosts } from './own-posts.ts';

type Comment = z.infer<typeof commentSchema>;

/** A comment of ours about a finding, and the thread below it. */
export interface OwnThread {
  readonly fingerprint: string;
  readonly commentId: number;
  readonly body: string;
  readonly path: string;
  /** The last of its lines as it was; empty where GitHub does not tell. */
  readonly code: string;
  readonly line: number | null;
  /** Its lines are not in the diff any more, by GitHub's word. A comment on a file has none. */
  readonly outdated: boolean;
  readonly closed: boolean;
  /** Somebody other than us has answered. */
  readonly hasReplies: boolean;
  /** How many 👍 and 👎 it has. */
  readonly reactions: number;
}

/** Our threads among the comments of a pull request, by fingerprint; of two with one fingerprint the older one. */
export function findOwnThreads(comments: readonly Comment[], own: Pick<OwnPosts, 'isComment'>): ReadonlyMap<string, OwnThread> {
  const answered = new Set(comments.flatMap((comment) => (own.isComment(comment) ? [] : (comment.in_reply_to_id ?? []))));
  const threads = new Map<string, OwnThread>();
  for (const comment of comments) {
    const body = comment.body ?? '';
    const fingerprint = fingerprintIn(body);
    if (fingerprint === null || comment.in_reply_to_id || threads.has(fingerprint) || !own.isComment(comment)) continue;
    const line = comment.line ?? null;
    threads.set(fingerprint, {
      fingerprint,
      commentId: comment.id,
      body,
      path: comment.path ?? '',
      code: lastLineOf(comment),
      line,
      outdated: line === null && comment.subject_type !== 'file',
      closed: isClosed(body),
      hasReplies: answered.has(comment.id),
      reactions: (comment.reactions?.['+1'] ?? 0) + (comment.reactions?.['-1'] ?? 0),
    });
  }
  return threads;
}

function lastLineOf({ diff_hunk: hunk, subject_type }: Comment): string {
  const last = subject_type === 'file' ? '' : (hunk?.split('\n').at(-1) ?? '');
  return /^[+ ]/.test(last) ? last.slice(1) : '';
}
