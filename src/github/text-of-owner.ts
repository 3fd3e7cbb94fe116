import type { GitHubClient } from './client.ts';
import { isFault } from './host-error.ts';
import { readTextFile } from './text-file.ts';

/**
 * A text file of the default branch of another repository of the same owner. Null also where the repository may not be
 * read: whoever does not install Aegis there wants nothing of it. Throws `HostError`.
 */
export async function readTextOfOwner(
  client: GitHubClient,
  { owner }: { readonly owner: string },
  repo: string,
  path: string,
): Promise<string | null> {
  try {
    return await readTextFile(client, { owner, repo, path }, `of ${owner}/${repo}`);
  } catch (error) {
    if (isFault(error, 'not-found', 'forbidden')) return null;
    throw error;
  }
}
