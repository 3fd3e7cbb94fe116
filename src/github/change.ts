import { z } from 'zod';
import type { ChangedFile, ChangeSet } from '#model/change-set.ts';
import type { PullRequest } from '#model/publication.ts';
import { type BlobSource, createBlobSource } from './blob-source.ts';
import { emptyFile, fileFromBlobs, fileFromPatch, listedFileSchema, type Wanted, wantedOf } from './changed-file.ts';
import { callGitHub, type GitHubClient, listAll } from './client.ts';
import { HostError } from './host-error.ts';
import { readPullRequest } from './pull-request.ts';
import { diffTrees } from './tree-diff.ts';

/** A text file beyond this is not diffed here; GitHub itself shows no diff above 1 MB. */
const MAX_FILE_BYTES = 5_000_000;

/** Files whose both sides are read at once: 50 contents, one GraphQL query. */
const FILES_A_ROUND = 25;

/**
 * The whole change of a pull request, by a ladder that loses nothing:
 * 1. the paged file list with its patches, which ends at 3,000 files;
 * 2. files without a patch (too large, binary), or whose patch does not add up: computed from both contents;
 * 3. files beyond the list: named by comparing the trees of merge base and head, then as in 2.
 * What still cannot be had is in the change with `missing` set. Throws `HostError`, `superseded` when the head moved.
 */
export async function readChange(client: GitHubClient, pull: PullRequest): Promise<ChangeSet> {
  const { owner, repo, number } = pull;
  const listed = await listAll(
    client,
    'GET /repos/{owner}/{repo}/pulls/{pull_number}/files',
    { owner, repo, pull_number: number },
    listedFileSchema,
  );
  // The list is always that of the newest head. Asked afterwards, the pull request tells whether it was ours.
  const { pull: now, changedFiles } = await readPullRequest(client, pull);
  if (now.headSha !== pull.headSha) {
    throw new HostError('superseded', `${owner}/${repo}#${number} has a newer head than ${pull.headSha.slice(0, 7)}`);
  }
  const fromPatch = listed.map(fileFromPatch);
  const unlisted = changedFiles - listed.length;
  const files = [...fromPatch];
  if (unlisted > 0 || fromPatch.includes(null)) {
    const rungs = await createRungs(client, pull);
    const wanted = listed.filter((_, index) => fromPatch[index] === null).map(wantedOf);
    const computed = await rungs.compute(wanted);
    for (const [index, file] of fromPatch.entries()) if (file === null) files[index] = computed.shift() ?? null;
    if (unlisted > 0) {
      const known = new Set(listed.flatMap((file) => [file.filename, file.previous_filename ?? file.filename]));
      files.push(...(await rungs.beyondTheList(known, unlisted, changedFiles)));
    }
  }
  return { mode: 'change', files: files.filter((file) => file !== null), base: pull.baseRef, head: pull.headRef };
}

interface Rungs {
  /** Rung 2. The files come in the order of `wanted`. */
  compute(wanted: readonly Wanted[]): Promise<ChangedFile[]>;
  /** Rung 3. Never throws: files that cannot even be named are one entry that says how many they are. */
  beyondTheList(known: ReadonlySet<string>, unlisted: number, total: number): Promise<ChangedFile[]>;
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
    async beyondTheList(known, unlisted, total) {
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
        const path = `(${unlisted} more files)`;
        const missing = `GitHub lists ${total - unlisted} of ${total} changed files, and the others could not be found: ${reason}`;
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
