import { z } from 'zod';
import type { ClosedThread, InlineComment, PullRequest } from '#model/publication.ts';
import { callGitHub, type GitHubClient } from './client.ts';
import { closedBody } from './closed-body.ts';
import { isFault } from './host-error.ts';
import type { Outbox } from './outbox.ts';
import type { OwnThread } from './own-threads.ts';
import { bodyOf } from './post-comment.ts';
import { readThreadStates, type ThreadState } from './review-threads.ts';
import { createThreadMutations, type ThreadMutations } from './thread-mutations.ts';

export interface ThreadContext extends Outbox {
  readonly client: GitHubClient;
}

/** A thread with what is to be seen in it, and what GraphQL tells of it; null where it tells nothing. */
interface Turn {
  readonly thread: OwnThread;
  readonly state: ThreadState | null;
}

/**
 * Closes threads: says in the comment why, folds it, and resolves the thread where that is granted. One of a finding that
 * is fixed is closed only where its lines are outdated or gone and nobody else has answered; one that a person dismissed is closed
 * whatever was said. Every step sets a state, so that a call that broke off can be repeated. Throws `HostError`.
 */
export async function closeThreads(
  ctx: ThreadContext,
  pull: PullRequest,
  closed: readonly ClosedThread[],
  threads: ReadonlyMap<string, OwnThread>,
): Promise<void> {
  const wanted = await takeTurns(ctx, pull, closed, threads, ({ fingerprint, because }, { hasReplies }) =>
    because === 'fixed' && hasReplies ? null : `close:${fingerprint}`,
  );
  const mutations = createThreadMutations(ctx.client);
  for (const { key, item, thread, state } of wanted) {
    if (item.because === 'fixed' && !item.removed && !thread.outdated && state?.isOutdated !== true) continue;
    await ctx.log.begin(ctx.scanId, key);
    const body = closedBody(thread.body, item.note, thread.fingerprint);
    if (thread.closed || (await editComment(ctx, pull, thread, body))) await fold(mutations, state);
    await ctx.log.record(ctx.scanId, key, String(thread.commentId));
  }
}

/**
 * Restores the comments of findings that are back in the threads that were closed for them. Threads that a person resolved
 * while their finding was open are left as they are. Answers those whose comment cannot be restored. Throws `HostError`.
 */
export async function reopenThreads(
  ctx: ThreadContext,
  pull: PullRequest,
  comments: readonly InlineComment[],
  threads: ReadonlyMap<string, OwnThread>,
): Promise<readonly InlineComment[]> {
  const wanted = await takeTurns(ctx, pull, comments, threads, ({ fingerprint }, { closed }) => (closed ? `reopen:${fingerprint}` : null));
  const mutations = createThreadMutations(ctx.client);
  const lost: InlineComment[] = [];
  for (const { key, item, thread, state } of wanted) {
    await ctx.log.begin(ctx.scanId, key);
    // The text comes last: as long as it says closed, a repeated call does all of this again.
    await unfold(mutations, state);
    const edited = await editComment(ctx, pull, thread, bodyOf(item)).catch((error: unknown) => {
      if (isFault(error, 'forbidden', 'invalid')) return false;
      throw error;
    });
    if (edited) await ctx.log.record(ctx.scanId, key, String(thread.commentId));
    else lost.push(item);
  }
  return lost;
}

/** What is to be done and was not done yet. GraphQL is asked only where there is something to do. */
async function takeTurns<T extends { readonly fingerprint: string }>(
  ctx: ThreadContext,
  pull: PullRequest,
  items: readonly T[],
  threads: ReadonlyMap<string, OwnThread>,
  keyOf: (item: T, thread: OwnThread) => string | null,
): Promise<readonly (Turn & { readonly key: string; readonly item: T })[]> {
  const open: { key: string; item: T; thread: OwnThread }[] = [];
  for (const item of items) {
    const thread = threads.get(item.fingerprint);
    const key = thread === undefined ? null : keyOf(item, thread);
    if (thread !== undefined && key !== null && (await ctx.log.find(ctx.scanId, key)) === null) open.push({ key, item, thread });
  }
  if (open.length === 0) return [];
  const states = await readThreadStates(ctx.client, pull).catch((error: unknown) => {
    // Behind some proxies GraphQL is not to be had. The comment says what there is to say.
    if (isFault(error, 'forbidden', 'not-found', 'invalid')) return new Map<number, ThreadState>();
    throw error;
  });
  return open.map((turn) => ({ ...turn, state: states.get(turn.thread.commentId) ?? null }));
}

/** False where the comment was deleted meanwhile. */
async function editComment({ client }: ThreadContext, { owner, repo }: PullRequest, thread: OwnThread, body: string): Promise<boolean> {
  if (thread.body === body) return true;
  const route = 'PATCH /repos/{owner}/{repo}/pulls/comments/{comment_id}';
  return await callGitHub(client, route, { owner, repo, comment_id: thread.commentId, body }, z.unknown()).then(
    () => true,
    (error: unknown) => {
      if (isFault(error, 'not-found')) return false;
      throw error;
    },
  );
}

async function fold(mutations: ThreadMutations, state: ThreadState | null): Promise<void> {
  if (state === null) return;
  if (!state.isMinimized) await mutations.run('minimizeComment', state.commentNodeId);
  if (!state.isResolved) await mutations.run('resolveReviewThread', state.id);
}

async function unfold(mutations: ThreadMutations, state: ThreadState | null): Promise<void> {
  if (state === null) return;
  if (state.isMinimized) await mutations.run('unminimizeComment', state.commentNodeId);
  if (state.isResolved) await mutations.run('unresolveReviewThread', state.id);
}
