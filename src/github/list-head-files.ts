import { z } from 'zod';
import { callGitHub, type GitHubClient } from './client.ts';

const treeSchema = z.object({
  tree: z.array(z.object({ path: z.string(), mode: z.string(), type: z.string(), size: z.number().nullish() })),
});

/** https://git-scm.com/docs/git-fast-import#_filemodify */
const REGULAR_FILES = new Set(['100644', '100755']);

/**
 * Paths of the regular files of a commit, up to `maxBytes` each, by one request. Links and submodules are left out. A
 * tree that GitHub cuts short (100,000 entries, 7 MB: https://docs.github.com/rest/git/trees) gives those that are
 * listed: enough for a guess where something may be, and no proof that it is not. Throws `HostError`.
 */
export async function listHeadFiles(
  client: GitHubClient,
  repository: { readonly owner: string; readonly repo: string },
  sha: string,
  maxBytes: number,
): Promise<readonly string[]> {
  const route = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
  const { tree } = await callGitHub(client, route, { ...repository, tree_sha: sha, recursive: '1' }, treeSchema);
  return tree
    .filter(({ type, mode, size }) => type === 'blob' && REGULAR_FILES.has(mode) && (size ?? 0) <= maxBytes)
    .map(({ path }) => path);
}
