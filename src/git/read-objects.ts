import type { Side } from './resolve-range.ts';
import { askGit } from './run-git.ts';
import { staysInside } from './worktree-file.ts';

/** Paths on one command line: far below the limits of every system. */
const PATHS_A_CALL = 200;
/** Bytes that one call brings; what is over it is left out and can be asked for alone. */
const BYTES_A_CALL = 64_000_000;

/** A place where files are objects of the repository. */
export type ObjectSide = Exclude<Side, { readonly kind: 'worktree' }>;

/**
 * Reads files of a commit or of the index: only regular ones, up to `limit` bytes each. A path that is absent from the
 * answer is not there, is a link, a folder or a submodule, or is too large.
 */
export async function readObjects(root: string, side: ObjectSide, paths: readonly string[], limit: number): Promise<Map<string, Buffer>> {
  const ids = await findBlobs(root, side, paths.filter(staysInside));
  const wanted = await withinLimits(root, [...new Set(ids.values())], limit);
  const contents =
    wanted.length === 0 ? new Map<string, Buffer>() : readBatch(await askGit(root, ['cat-file', '--batch'], `${wanted.join('\n')}\n`));
  const found = new Map<string, Buffer>();
  for (const [path, id] of ids) {
    const content = contents.get(id);
    if (content !== undefined) found.set(path, content);
  }
  return found;
}

/** Object ids of regular files, by path. */
async function findBlobs(root: string, side: ObjectSide, paths: readonly string[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (let at = 0; at < paths.length; at += PATHS_A_CALL) {
    const some = paths.slice(at, at + PATHS_A_CALL);
    const args =
      side.kind === 'index' ? ['ls-files', '--stage', '-z', '--', ...some] : ['ls-tree', '-z', '--full-tree', side.sha, '--', ...some];
    for (const row of (await askGit(root, args)).toString('utf8').split('\0')) {
      // `<mode> <id> <stage>\t<path>` of the index, `<mode> blob <id>\t<path>` of a tree; 100644 and 100755 are regular files.
      const [, id, path] = /^100\d{3} (?:blob )?([0-9a-f]{40,64})(?: 0)?\t(.+)$/s.exec(row) ?? [];
      if (id !== undefined && path !== undefined) ids.set(path, id);
    }
  }
  return ids;
}

async function withinLimits(root: string, ids: readonly string[], limit: number): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = (await askGit(root, ['cat-file', '--batch-check'], `${ids.join('\n')}\n`)).toString('utf8').split('\n');
  let total = 0;
  return rows.flatMap((row) => {
    const [, id, size] = /^([0-9a-f]{40,64}) blob (\d+)$/.exec(row) ?? [];
    if (id === undefined || Number(size) > limit || total + Number(size) > BYTES_A_CALL) return [];
    total += Number(size);
    return [id];
  });
}

/** `<id> blob <size>\n<content>\n`, again and again: https://git-scm.com/docs/git-cat-file#_batch_output */
function readBatch(output: Buffer): Map<string, Buffer> {
  const contents = new Map<string, Buffer>();
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at);
    const [id = '', kind, size] = output.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (kind !== 'blob') continue;
    contents.set(id, output.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return contents;
}
