import { z } from 'zod';
import type { ChangedFile, FileKind, FileStatus } from '#model/change-set.ts';
import { callGitHub, type GitHubClient } from './client.ts';

const entrySchema = z.object({ path: z.string(), mode: z.string(), type: z.string(), sha: z.string() });
type Entry = z.infer<typeof entrySchema>;
const treeSchema = z.object({ truncated: z.boolean().nullish(), tree: z.array(entrySchema) });

/** A file that differs between two trees, with what its modes tell. A rename is a deletion and an addition. */
export type TreeChange = Pick<ChangedFile, 'path' | 'status' | 'kind' | 'oldMode' | 'newMode'>;

/**
 * Compares two commits by their trees. Unlike every list of a pull request's files it has no upper bound: a tree
 * that GitHub cuts short (100,000 entries, 7 MB: https://docs.github.com/rest/git/trees) is walked folder by folder,
 * and only through those that differ. Throws `HostError`.
 */
export async function diffTrees(
  client: GitHubClient,
  repository: { readonly owner: string; readonly repo: string },
  base: string,
  head: string,
): Promise<readonly TreeChange[]> {
  const read = (sha: string, recursive: boolean) =>
    callGitHub(
      client,
      'GET /repos/{owner}/{repo}/git/trees/{tree_sha}',
      { ...repository, tree_sha: sha, ...(recursive ? { recursive: '1' } : {}) },
      treeSchema,
    );

  async function compare(before: string | null, after: string | null, prefix: string, recursive: boolean): Promise<TreeChange[]> {
    const [old, now] = await Promise.all(
      [before, after].map((sha) => (sha === null ? { truncated: false, tree: [] } : read(sha, recursive))),
    );
    if (recursive && (old?.truncated || now?.truncated)) return compare(before, after, prefix, false);
    const olds = byPath(old?.tree ?? []);
    const news = byPath(now?.tree ?? []);
    const changes: TreeChange[] = [];
    for (const path of new Set([...olds.keys(), ...news.keys()])) {
      const [was, is] = [olds.get(path), news.get(path)];
      if (was?.sha === is?.sha && was?.mode === is?.mode) continue;
      const file = [was, is].map((entry) => (entry?.type === 'tree' ? undefined : entry));
      if (file.some((entry) => entry !== undefined)) changes.push(describe(prefix + path, file[0], file[1]));
      const folder = [was, is].map((entry) => (entry?.type === 'tree' ? entry.sha : null));
      // A recursive listing has the members of a folder beside it.
      if (!recursive && folder.some((sha) => sha !== null)) {
        changes.push(...(await compare(folder[0] ?? null, folder[1] ?? null, `${prefix}${path}/`, false)));
      }
    }
    return changes;
  }

  return compare(base, head, '', true);
}

function byPath(entries: readonly Entry[]): Map<string, Entry> {
  return new Map(entries.map((entry) => [entry.path, entry]));
}

function describe(path: string, was: Entry | undefined, is: Entry | undefined): TreeChange {
  const status: FileStatus = was === undefined ? 'added' : is === undefined ? 'deleted' : was.sha === is.sha ? 'mode-changed' : 'modified';
  return { path, status, kind: kindOf(is?.mode ?? was?.mode ?? ''), oldMode: was?.mode ?? null, newMode: is?.mode ?? null };
}

/** https://git-scm.com/docs/git-fast-import#_filemodify */
function kindOf(mode: string): FileKind {
  return mode === '160000' ? 'submodule' : mode === '120000' ? 'symlink' : 'text';
}
