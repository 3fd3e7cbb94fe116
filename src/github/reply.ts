import { z } from 'zod';
import type { CommentRef } from '#model/task.ts';
import type { PullRequestRef } from '#ports/code-host.ts';
import { callGitHub, type GitHubClient, listAll } from './client.ts';
import { cutCharacters } from './cut.ts';
import type { Identity } from './identity.ts';
import { withMarker } from './markers.ts';
import { authorSchema, isByUs } from './own-posts.ts';

/** GitHub takes 65,536 characters. The rest is for the marker. */
const MAX_BODY = 60_000;

interface ReplyContext {
  readonly client: GitHubClient;
  readonly identity: Identity;
}

/**
 * Answers a comment: one on code in its thread, any other in the conversation. An answer ends in a hidden mark of its
 * key, so that a call that broke off anywhere can be repeated: where an answer of ours under that key stands, nothing is
 * posted. `comment` must be the first of its thread: GitHub takes no replies to replies. Throws `HostError`.
 */
export async function replyTo(
  ctx: ReplyContext,
  ref: PullRequestRef,
  comment: CommentRef,
  { key, body }: { readonly key: string; readonly body: string },
): Promise<void> {
  const marker = `<!-- aegis:answer ${key} -->`;
  if (await isAnswered(ctx, ref, comment.kind, marker)) return;
  const { owner, repo, number } = ref;
  const text = withMarker(cutCharacters(body, MAX_BODY), marker);
  if (comment.kind === 'issue') {
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
    await callGitHub(ctx.client, route, { owner, repo, issue_number: number, body: text }, z.unknown());
  } else {
    const route = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies';
    await callGitHub(ctx.client, route, { owner, repo, pull_number: number, comment_id: comment.id, body: text }, z.unknown());
  }
}

const answerSchema = authorSchema.extend({ body: z.string().nullish() });

async function isAnswered(
  { client, identity }: ReplyContext,
  ref: PullRequestRef,
  kind: CommentRef['kind'],
  marker: string,
): Promise<boolean> {
  const { owner, repo, number } = ref;
  const there =
    kind === 'issue'
      ? await listAll(
          client,
          'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
          { owner, repo, issue_number: number },
          answerSchema,
        )
      : await listAll(client, 'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', { owner, repo, pull_number: number }, answerSchema);
  return there.some((comment) => comment.body?.trimEnd().endsWith(marker) && isByUs(identity, comment));
}
