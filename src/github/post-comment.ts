import { z } from 'zod';
import type { InlineComment, PullRequest } from '#model/publication.ts';
import { callGitHub, type GitHubClient, listAll } from './client.ts';
import type { CommentPlace } from './comment-place.ts';
import { cutCharacters } from './cut.ts';
import { HostError, isFault } from './host-error.ts';
import { fingerprintMarker, withMarker, withoutFingerprint } from './markers.ts';
import { type Outbox, postOnce } from './outbox.ts';
import { commentSchema, type OwnPosts } from './own-posts.ts';
import { findOwnThreads, type OwnThread } from './own-threads.ts';
import { readPullRequest } from './pull-request.ts';

/** GitHub takes 65,536 characters: https://github.com/orgs/community/discussions/27190. The rest is for markers. */
export const MAX_BODY = 60_000;

/** What posting for one scan needs. */
export interface PostContext extends Outbox {
  readonly client: GitHubClient;
  readonly own: OwnPosts;
}

export type Placed = { readonly comment: InlineComment; readonly place: CommentPlace };

/** Posts one comment outside of a review: at its place, else on its file. False when GitHub takes it on neither. */
export async function postComment(ctx: PostContext, pull: PullRequest, { comment, place }: Placed): Promise<boolean> {
  const onFile = { subject_type: 'file' };
  const send = (where: Record<string, unknown>) => sendComment(ctx, pull, comment, where);
  try {
    await postOnce(ctx, `comment:${comment.fingerprint}`, {
      look: async () => (await listOwnThreads(ctx, pull)).get(comment.fingerprint)?.commentId.toString() ?? null,
      post: () =>
        place.kind === 'lines'
          ? send(linesOf(place)).catch((error: unknown) => {
              if (isFault(error, 'invalid')) return send(onFile);
              throw error;
            })
          : send(onFile),
    });
    return true;
  } catch (error) {
    if (!isFault(error, 'invalid')) throw error;
    await refuseMovedHead(ctx, pull);
    return false;
  }
}

async function sendComment(
  { client }: PostContext,
  pull: PullRequest,
  comment: InlineComment,
  where: Record<string, unknown>,
): Promise<string> {
  const route = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments';
  const request = { ...on(pull), commit_id: pull.headSha, path: comment.path, body: bodyOf(comment), ...where };
  const { id } = await callGitHub(client, route, request, z.object({ id: z.number() }));
  return String(id);
}

/** Our threads on the pull request, as GitHub lists them now. Throws `HostError`. */
export async function listOwnThreads({ client, own }: PostContext, pull: PullRequest): Promise<ReadonlyMap<string, OwnThread>> {
  const comments = await listAll(client, 'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', on(pull), commentSchema);
  return findOwnThreads(comments, own);
}

/** Throws `superseded` where the pull request has another head by now: then its lines are not those that were reviewed. */
export async function refuseMovedHead({ client }: PostContext, pull: PullRequest): Promise<void> {
  const { pull: now } = await readPullRequest(client, pull);
  if (now.headSha === pull.headSha) return;
  throw new HostError('superseded', `${pull.owner}/${pull.repo}#${pull.number} has a newer head than ${pull.headSha.slice(0, 7)}`);
}

/** Where a comment stands, in GitHub's words; empty for a place without lines. */
export function linesOf(place: CommentPlace): Record<string, unknown> {
  if (place.kind !== 'lines') return {};
  const range = place.startLine === null ? {} : { start_line: place.startLine, start_side: 'RIGHT' };
  return { line: place.line, side: 'RIGHT', ...range };
}

/** A comment's text as it is posted, ending in its marker. */
export function bodyOf({ body, fingerprint }: InlineComment): string {
  return withMarker(cutCharacters(withoutFingerprint(body), MAX_BODY), fingerprintMarker(fingerprint));
}

/** A pull request as routes name it. */
export function on({ owner, repo, number }: PullRequest): { owner: string; repo: string; pull_number: number } {
  return { owner, repo, pull_number: number };
}
