import { z } from 'zod';
import type { CommentRef, ReactionKind } from '#model/task.ts';
import type { PullRequestRef } from '#ports/code-host.ts';
import { callGitHub, type GitHubClient } from './client.ts';
import type { Route } from './routes.ts';

const ROUTE: Readonly<Record<CommentRef['kind'], Route>> = {
  issue: 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
  review: 'POST /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions',
};

/** Puts a reaction on a comment; GitHub answers a second one of a kind with the first. Throws `HostError`. */
export async function reactTo(
  client: GitHubClient,
  { owner, repo }: PullRequestRef,
  comment: CommentRef,
  reaction: ReactionKind,
): Promise<void> {
  await callGitHub(client, ROUTE[comment.kind], { owner, repo, comment_id: comment.id, content: reaction }, z.unknown());
}
