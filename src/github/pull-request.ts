import { z } from 'zod';
import type { PullRequest } from '#model/publication.ts';
import type { PullRequestRef } from '#ports/code-host.ts';
import { callGitHub, type GitHubClient, listAll } from './client.ts';

const pullSchema = z.object({
  title: z.string(),
  state: z.enum(['open', 'closed']),
  draft: z.boolean().nullish(),
  changed_files: z.number(),
  labels: z.array(z.object({ name: z.string() })).nullish(),
  merged: z.boolean().nullish(),
  // The account of an author and the repository of a head may be deleted.
  user: z.object({ login: z.string(), type: z.string().nullish() }).nullish(),
  head: z.object({ sha: z.string(), ref: z.string(), repo: z.object({ id: z.number() }).nullish() }),
  base: z.object({ sha: z.string(), ref: z.string(), repo: z.object({ id: z.number(), private: z.boolean() }) }),
});

/** A pull request as it is now, with the number of files that GitHub says it changes. Throws `HostError`. */
export async function readPullRequest(
  client: GitHubClient,
  ref: PullRequestRef,
): Promise<{ readonly pull: PullRequest; readonly changedFiles: number }> {
  const { installationId, owner, repo, number } = ref;
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
  const facts = await callGitHub(client, route, { owner, repo, pull_number: number }, pullSchema);
  const pull: PullRequest = {
    installationId,
    owner,
    repo,
    number,
    title: facts.title,
    state: facts.state,
    draft: facts.draft ?? false,
    headSha: facts.head.sha,
    headRef: facts.head.ref,
    baseSha: facts.base.sha,
    baseRef: facts.base.ref,
    fork: facts.head.repo?.id !== facts.base.repo.id,
    authorLogin: facts.user?.login ?? 'ghost',
    authorIsBot: facts.user?.type === 'Bot',
    isPrivate: facts.base.repo.private,
    labels: facts.labels?.map(({ name }) => name) ?? [],
    merged: facts.merged ?? false,
  };
  return { pull, changedFiles: facts.changed_files };
}

const openPullSchema = z.object({
  number: z.number(),
  head: z.object({ sha: z.string() }),
  base: z.object({ sha: z.string() }),
});

/**
 * Open pull requests whose head is this commit. Needed where GitHub names none: checks on commits of forks.
 * Throws `HostError`.
 */
export async function findPullRequestsOfHead(
  client: GitHubClient,
  { owner, repo, headSha }: { readonly owner: string; readonly repo: string; readonly headSha: string },
): Promise<readonly { readonly number: number; readonly baseSha: string }[]> {
  const open = await listAll(client, 'GET /repos/{owner}/{repo}/pulls', { owner, repo, state: 'open' }, openPullSchema);
  return open.filter(({ head }) => head.sha === headSha).map(({ number, base }) => ({ number, baseSha: base.sha }));
}
