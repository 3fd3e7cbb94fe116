import { z } from 'zod';
import type { PullRequestRef } from '#ports/code-host.ts';
import { callGitHub, type GitHubClient } from './client.ts';
import { isFault } from './host-error.ts';

/**
 * https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user: `permission` is the
 * legacy role, `write` for who maintains, and what a custom role is built upon.
 */
const WRITERS: ReadonlySet<string> = new Set(['admin', 'maintain', 'write']);

/** Whether an account may write to the repository; false for one that GitHub does not know there. Throws `HostError`. */
export async function readCanWrite(client: GitHubClient, { owner, repo }: PullRequestRef, login: string): Promise<boolean> {
  const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
  try {
    const { permission } = await callGitHub(client, route, { owner, repo, username: login }, z.object({ permission: z.string() }));
    return WRITERS.has(permission);
  } catch (error) {
    if (isFault(error, 'not-found')) return false;
    throw error;
  }
}
