import { z } from 'zod';
import type { PullRequest } from '#model/publication.ts';
import { callGitHub, type GitHubClient } from './client.ts';
import { decodeText } from './decode-text.ts';
import { HostError, isFault } from './host-error.ts';

const fileSchema = z.union([
  z.array(z.unknown()),
  z.object({ type: z.string(), encoding: z.string().nullish(), content: z.string().nullish() }),
]);

/**
 * A text file of the base revision; null where there is none. Whatever else goes wrong is thrown as `HostError`:
 * a configuration that could not be read must never be taken for one that is not there.
 */
export async function readTextAtBase(client: GitHubClient, pull: PullRequest, path: string): Promise<string | null> {
  const { owner, repo, baseSha } = pull;
  const route = 'GET /repos/{owner}/{repo}/contents/{path}';
  const file = await callGitHub(client, route, { owner, repo, path, ref: baseSha }, fileSchema).catch((error: unknown) => {
    // "No commit found for the ref" is a 404 too, and says nothing about the file.
    if (isFault(error, 'not-found') && !/no commit/i.test(error.detail)) return null;
    throw error;
  });
  if (file === null) return null;
  const content = Array.isArray(file) || file.type !== 'file' || file.encoding !== 'base64' ? null : (file.content ?? null);
  const text = content === null ? null : decodeText(Buffer.from(content, 'base64'));
  if (text === null) throw new HostError('invalid', `${path} of the base revision is not a text file of at most 1 MB`);
  return text;
}
