import type { ChangeSet } from '#model/change-set.ts';
import type { PullRequest } from '#model/publication.ts';
import { completeFiles } from './change-rungs.ts';
import { listedFileSchema } from './changed-file.ts';
import { type GitHubClient, listAll } from './client.ts';
import { HostError, isFault } from './host-error.ts';
import { readPullRequest } from './pull-request.ts';

/**
 * The whole change of a pull request, by a ladder that loses nothing:
 * 1. the paged file list with its patches, which ends at 3,000 files;
 * 2. files without a patch (too large, binary), or whose patch does not add up: computed from both contents;
 * 3. files beyond the list: named by comparing the trees of merge base and head, then as in 2.
 * What still cannot be had is in the change with `missing` set. Throws `HostError`, `superseded` when the head moved.
 */
export async function readChange(client: GitHubClient, pull: PullRequest): Promise<ChangeSet> {
  const { owner, repo, number } = pull;
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files';
  const listed = await listAll(client, route, { owner, repo, pull_number: number }, listedFileSchema).catch((error: unknown) => {
    // 406 and 422: the diff is too large, or takes too long, for a list. The trees tell of every file.
    if (isFault(error, 'invalid')) return [];
    throw error;
  });
  // The list is always that of the newest head. Asked afterwards, the pull request tells whether it was ours.
  const { pull: now, changedFiles } = await readPullRequest(client, pull);
  if (now.headSha !== pull.headSha) {
    throw new HostError('superseded', `${owner}/${repo}#${number} has a newer head than ${pull.headSha.slice(0, 7)}`);
  }
  const files = await completeFiles(client, pull, listed, changedFiles);
  return { mode: 'change', files, base: pull.baseRef, head: pull.headRef };
}
