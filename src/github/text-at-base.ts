import type { PullRequest } from '#model/publication.ts';
import type { GitHubClient } from './client.ts';
import { isFault } from './host-error.ts';
import { readTextFile } from './text-file.ts';

/**
 * A text file of the base revision; null where there is none. Whatever else goes wrong is thrown as `HostError`:
 * a configuration that could not be read must never be taken for one that is not there.
 */
export async function readTextAtBase(client: GitHubClient, { owner, repo, baseSha }: PullRequest, path: string): Promise<string | null> {
  try {
    return await readTextFile(client, { owner, repo, path, ref: baseSha }, 'of the base revision');
  } catch (error) {
    // "No commit found for the ref" is a 404 too, and says nothing about the file.
    if (isFault(error, 'not-found') && !/no commit/i.test(error.detail)) return null;
    throw error;
  }
}
