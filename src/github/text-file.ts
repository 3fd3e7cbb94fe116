import { z } from 'zod';
import { callGitHub, type GitHubClient } from './client.ts';
import { decodeText } from './decode-text.ts';
import { HostError } from './host-error.ts';

const fileSchema = z.union([
  z.array(z.unknown()),
  z.object({ type: z.string(), encoding: z.string().nullish(), content: z.string().nullish() }),
]);

/** Where a file lies; without `ref`, on the default branch. */
export interface FilePlace {
  readonly owner: string;
  readonly repo: string;
  readonly path: string;
  readonly ref?: string;
}

/** A text file of at most 1 MB. `whose`, as in "of the base revision", tells a reader which file is meant. Throws `HostError`. */
export async function readTextFile(client: GitHubClient, place: FilePlace, whose: string): Promise<string> {
  const file = await callGitHub(client, 'GET /repos/{owner}/{repo}/contents/{path}', { ...place }, fileSchema);
  const content = Array.isArray(file) || file.type !== 'file' || file.encoding !== 'base64' ? null : (file.content ?? null);
  const text = content === null ? null : decodeText(Buffer.from(content, 'base64'));
  if (text === null) throw new HostError('invalid', `${place.path} ${whose} is not a text file of at most 1 MB`);
  return text;
}
