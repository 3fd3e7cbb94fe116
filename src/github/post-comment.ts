import { z } from 'zod';
import type { InlineComment, PullRequest } from '#model/publication.ts';
import type { PublicationLog } from '#ports/code-host.ts';
import { callGitHub, type GitHubClient } from './client.ts';
import type { CommentPlace } from './comment-place.ts';
import { cutCharacters } from './cut.ts';
import { isFault } from './host-error.ts';
import { fingerprintMarker, withMarker, withoutFingerprint } from './markers.ts';
import type { OwnPosts } from './own-posts.ts';

/** GitHub takes 65,536 characters: https://github.com/orgs/community/discussions/27190. The rest is for markers. */
export const MAX_BODY = 60_000;

/** What posting for one scan needs. */
export interface PostContext {
  readonly client: GitHubClient;
  readonly log: PublicationLog;
  readonly scanId: string;
  readonly own: OwnPosts;
}

export type Placed = { readonly comment: InlineComment; readonly place: CommentPlace };

/** Posts one comment outside of a review: at its place, else on its file. False when GitHub takes it on neither. */
export async function postComment(ctx: PostContext, pull: PullRequest, { comment, place }: Placed): Promise<boolean> {
  if (place.kind === 'lines' && (await tryComment(ctx, pull, comment, linesOf(place)))) return true;
  return await tryComment(ctx, pull, comment, { subject_type: 'file' });
}

async function tryComment(ctx: PostContext, pull: PullRequest, comment: InlineComment, where: Record<string, unknown>): Promise<boolean> {
  const route = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments';
  const request = { ...on(pull), commit_id: pull.headSha, path: comment.path, body: bodyOf(comment), ...where };
  try {
    const { id } = await callGitHub(ctx.client, route, request, z.object({ id: z.number() }));
    await ctx.log.record(ctx.scanId, `comment:${comment.fingerprint}`, String(id));
    return true;
  } catch (error) {
    if (isFault(error, 'invalid')) return false;
    throw error;
  }
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
