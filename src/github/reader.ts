import type { PullRequest } from '#model/publication.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import type { BlobSource } from './blob-source.ts';
import { createWhereDefined } from './where-defined.ts';

/** Files beyond this are read by nobody's model; 1 MB is also where GitHub's contents API stops. */
export const READER_MAX_BYTES = 1_000_000;

/**
 * Files of a pull request's head. `prefetch` reads many in one request, and `read` alone reads one; each file is
 * fetched once. What cannot be had is null: context is missing then, the review goes on without it. `listFiles` lists
 * the head's files, for what is looked for by its name.
 */
export function createReader(
  source: () => Promise<BlobSource>,
  pull: Pick<PullRequest, 'headSha'>,
  listFiles: () => Promise<readonly string[]>,
): CodeReader {
  const texts = new Map<string, Promise<string | null>>();

  function fetchAll(paths: readonly string[]): Promise<unknown> {
    const wanted = [...new Set(paths)].filter((path) => !texts.has(path));
    if (wanted.length === 0) return Promise.resolve();
    const fetched = source()
      .then((blobs) => blobs.fetch(wanted.map((path) => ({ rev: pull.headSha, path }))))
      .catch(() => []);
    for (const [index, path] of wanted.entries()) {
      texts.set(
        path,
        fetched.then((blobs) => {
          const blob = blobs[index];
          return blob?.kind === 'text' ? blob.text : null;
        }),
      );
    }
    return fetched;
  }

  const read = async (path: string) => {
    await fetchAll([path]);
    return (await texts.get(path)) ?? null;
  };
  return {
    read,
    async prefetch(paths) {
      await fetchAll(paths);
    },
    whereDefined: createWhereDefined(listFiles, read),
  };
}
