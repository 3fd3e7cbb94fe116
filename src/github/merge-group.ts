import { z } from 'zod';
import type { ChangeSet } from '#model/change-set.ts';
import type { PullRequest } from '#model/publication.ts';
import type { MergeGroupRef } from '#ports/code-host.ts';
import { completeFiles } from './change-rungs.ts';
import { type ListedFile, listedFileSchema } from './changed-file.ts';
import { callGitHub, type GitHubClient } from './client.ts';
import { isFault } from './host-error.ts';

/** https://docs.github.com/rest/commits/commits#compare-two-commits: so many files, on the first page; of more it does not tell. */
const MOST_COMPARED = 300;

/** A merge group, described like a pull request with the number 0. It has no author and no title. Throws `HostError`. */
export async function readMergeGroup(client: GitHubClient, group: MergeGroupRef): Promise<PullRequest> {
  const { owner, repo, headSha, baseSha } = group;
  const { private: isPrivate } = await callGitHub(client, 'GET /repos/{owner}/{repo}', { owner, repo }, z.object({ private: z.boolean() }));
  return {
    ...group,
    ...{ number: 0, title: '', state: 'open', draft: false, fork: false, isPrivate, labels: [], merged: false },
    ...{ headRef: headSha, baseRef: baseSha, authorLogin: '', authorIsBot: false },
  };
}

/**
 * The change of a merge group: what its head has beyond its base. Up to 300 files are told by a comparison; where there
 * may be more, their names come from the trees. Throws `HostError`.
 */
export async function readGroupChange(client: GitHubClient, pull: PullRequest): Promise<ChangeSet> {
  const { owner, repo, baseSha, headSha } = pull;
  const schema = z.object({ files: z.array(listedFileSchema).nullish() });
  const parameters = { owner, repo, basehead: `${baseSha}...${headSha}`, per_page: 1 };
  const listed = await callGitHub(client, 'GET /repos/{owner}/{repo}/compare/{basehead}', parameters, schema).then(
    ({ files }): readonly ListedFile[] | null => files ?? null,
    (error: unknown) => {
      // Too large to be shown.
      if (isFault(error, 'invalid')) return null;
      throw error;
    },
  );
  const isWhole = listed !== null && listed.length < MOST_COMPARED;
  const files = await completeFiles(client, pull, listed ?? [], isWhole ? listed.length : null);
  return { mode: 'change', files, base: pull.baseRef, head: pull.headRef };
}
