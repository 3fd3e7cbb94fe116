import { z } from 'zod';
import type { ChangedFile } from '#model/change-set.ts';
import type { PullRequest } from '#model/publication.ts';
import { type BlobSource, createBlobSource } from './blob-source.ts';
import { emptyFile, fileFromBlobs, fileFromPatch, type ListedFile, type Wanted, wantedOf } from './changed-file.ts';
import { callGitHub, type GitHubClient } from './client.ts';
import { HostError } from './host-error.ts';
import { diffTrees } from './tree-diff.ts';

/** A text file beyond this is not diffed here; GitHub itself shows no diff above 1 MB. */
const MAX_FILE_BYTES = 5_000_000;

/** Files whose both sides are read at once: 50 contents, one GraphQL query. */
const FILES_A_ROUND = 25;

/**
 * The files of a change, from the list that GitHub gives of them. What has no patch there, or one that does not add up, is
 * computed from both contents; where `total` says that the list is cut short (null: nobody knows by how many), the others
 * are named by comparing the trees of merge base and head. What still cannot be had has `missing` set. Throws `HostError`.
 */
export async function completeFiles(
  client: GitHubClient,
  pull: PullRequest,
  listed: readonly ListedFile[],
  total: number | null,
): Promise<readonly ChangedFile[]> {
  const fromPatch = listed.map(fileFromPatch);
  const isCut = total === null || total > listed.length;
  if (!isCut && !fromPatch.includes(null)) return fromPatch.filter((file) => file !== null);
  const rungs = await createRungs(client, pull);
  const computed = await rungs.compute(listed.filter((_, index) => fromPatch[index] === null).map(wantedOf));
  const files = fromPatch.flatMap((file) => file ?? computed.shift() ?? []);
  if (!isCut) return files;
  const known = new Set(listed.flatMap((file) => [file.filename, file.previous_filename ?? file.filename]));
  return [...files, ...(await rungs.beyondTheList(known, listed.length, total))];
}

interface Rungs {
  /** Rung 2. The files come in the order of `wanted`. */
  compute(wanted: readonly Wanted[]): Promise<ChangedFile[]>;
  /** Rung 3. Never throws: files that cannot even be named are one entry that says how many they are. */
  beyondTheList(known: ReadonlySet<string>, listed: number, total: number | null): Promise<ChangedFile[]>;
}

async function createRungs(client: GitHubClient, pull: PullRequest): Promise<Rungs> {
  const repository = { owner: pull.owner, repo: pull.repo };
  const blobs = createBlobSource(client, repository, MAX_FILE_BYTES);
  const mergeBase = await readMergeBase(client, pull).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));

  async function compute(wanted: readonly Wanted[]): Promise<ChangedFile[]> {
    if (typeof mergeBase === 'string') return wanted.map((file) => ({ ...emptyFile(file), missing: mergeBase }));
    const files: ChangedFile[] = [];
    for (let start = 0; start < wanted.length; start += FILES_A_ROUND) {
      files.push(...(await computeRound(blobs, wanted.slice(start, start + FILES_A_ROUND), mergeBase.sha, pull.headSha)));
    }
    return files;
  }

  return {
    compute,
    async beyondTheList(known, listed, total) {
      try {
        if (typeof mergeBase === 'string') throw new HostError('server', mergeBase);
        const changes = (await diffTrees(client, repository, mergeBase.sha, pull.headSha)).filter(({ path }) => !known.has(path));
        const computed = await compute(changes.map(({ path, status }) => ({ path, oldPath: path, status })));
        return changes.map((change, index) => {
          const file = computed[index];
          return change.kind !== 'text' || file === undefined
            ? { ...emptyFile({ ...change, oldPath: change.path }), ...change }
            : { ...file, oldMode: change.oldMode, newMode: change.newMode };
        });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const path = total === null ? '(more files)' : `(${total - listed} more files)`;
        const missing = `GitHub lists ${listed} of ${total ?? 'more'} changed files, and the others could not be found: ${reason}`;
        return [{ ...emptyFile({ path, oldPath: path, status: 'modified' }), missing }];
      }
    },
  };
}

async function computeRound(blobs: BlobSource, wanted: readonly Wanted[], base: string, head: string): Promise<ChangedFile[]> {
  const places = wanted.flatMap(({ path, oldPath, status }) => [
    ...(status === 'added' ? [] : [{ rev: base, path: oldPath }]),
    ...(status === 'deleted' ? [] : [{ rev: head, path }]),
  ]);
  const contents = [...(await blobs.fetch(places))];
  const next = () => contents.shift() ?? { kind: 'absent' as const };
  return wanted.map((file) => {
    const before = file.status === 'added' ? { kind: 'absent' as const } : next();
    const after = file.status === 'deleted' ? { kind: 'absent' as const } : next();
    return fileFromBlobs(file, before, after);
  });
}

const compareSchema = z.object({ merge_base_commit: z.object({ sha: z.string() }) });

/** A pull request shows the change since the merge base, not since the tip of its base branch. */
async function readMergeBase(client: GitHubClient, { owner, repo, baseSha, headSha }: PullRequest): Promise<{ readonly sha: string }> {
  const route = 'GET /repos/{owner}/{repo}/compare/{basehead}';
  const basehead = `${baseSha}...${headSha}`;
  const { merge_base_commit } = await callGitHub(client, route, { owner, repo, basehead, per_page: 1 }, compareSchema);
  return { sha: merge_base_commit.sha };
}
