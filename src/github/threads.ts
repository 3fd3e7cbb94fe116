import { z } from 'zod';
import type { FindingThread, PullRequestRef } from '#ports/code-host.ts';
import { type GitHubClient, listAll } from './client.ts';
import { isFault } from './host-error.ts';
import { commentSchema, type OwnPosts } from './own-posts.ts';
import { findOwnThreads, type OwnThread } from './own-threads.ts';
import { readThreadStates, type ThreadState } from './review-threads.ts';

/** Our threads of findings on a pull request, with what people said and showed there. Throws `HostError`. */
export async function readFindingThreads(
  client: GitHubClient,
  ref: PullRequestRef,
  own: Pick<OwnPosts, 'isComment'>,
): Promise<readonly FindingThread[]> {
  const { owner, repo, number } = ref;
  const on = { owner, repo, pull_number: number };
  const comments = await listAll(client, 'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', on, commentSchema);
  const threads = [...findOwnThreads(comments, own).values()];
  if (threads.length === 0) return [];
  const states = await readThreadStates(client, ref).catch((error: unknown) => {
    if (isFault(error, 'forbidden', 'not-found', 'invalid')) return new Map<number, ThreadState>();
    throw error;
  });
  const read: FindingThread[] = [];
  for (const thread of threads) {
    const { fingerprint, commentId, body, path, code, line, closed, hasReplies } = thread;
    const resolved = states.get(commentId)?.isResolved ?? null;
    read.push({
      fingerprint,
      commentId,
      body,
      path,
      code,
      line,
      closed,
      resolved,
      hasReplies,
      reactions: await readReactions(client, ref, thread),
    });
  }
  return read;
}

const reactionSchema = z.object({ content: z.string(), user: z.object({ login: z.string() }).nullish() });

/** Who showed 👍 or 👎. Asked only where the comment itself tells that somebody did. */
async function readReactions(
  client: GitHubClient,
  { owner, repo }: PullRequestRef,
  { commentId, reactions }: OwnThread,
): Promise<FindingThread['reactions']> {
  if (reactions === 0) return [];
  const route = 'GET /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions';
  const shown = await listAll(client, route, { owner, repo, comment_id: commentId }, reactionSchema).catch((error: unknown) => {
    // Deleted between the two requests.
    if (isFault(error, 'not-found')) return [];
    throw error;
  });
  return shown.flatMap(({ content, user }) =>
    user && (content === '+1' || content === '-1') ? [{ login: user.login, kind: content }] : [],
  );
}
