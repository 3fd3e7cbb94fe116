import { runGit } from './run-git.ts';

/** A commit with the name by which people know it. */
export interface NamedCommit {
  readonly sha: string;
  readonly label: string;
}

/** Names that default branches have, where neither the remote nor the configuration says. */
const USUAL_NAMES = ['main', 'master', 'trunk'];

/**
 * The default branch: what the remote's HEAD says, else a branch of a usual name, on the remote before the local one.
 * Null where there is none.
 */
export async function findDefaultBranch(root: string): Promise<NamedCommit | null> {
  const remote = await findRemote(root);
  const said = remote === null ? '' : await line(root, ['symbolic-ref', '--quiet', `refs/remotes/${remote}/HEAD`]);
  const configured = await line(root, ['config', '--get', 'init.defaultBranch']);
  const names = [...USUAL_NAMES, ...(/^[\w./-]+$/.test(configured) ? [configured] : [])];
  const refs = [
    said,
    ...names.flatMap((name) => [...(remote === null ? [] : [`refs/remotes/${remote}/${name}`]), `refs/heads/${name}`]),
  ].filter(Boolean);
  const listed = await line(root, ['for-each-ref', '--format=%(refname) %(objectname)', '--', ...refs]);
  const shas = new Map(listed.split('\n').map((row) => [row.slice(0, row.lastIndexOf(' ')), row.slice(row.lastIndexOf(' ') + 1)]));
  for (const ref of refs) {
    const sha = shas.get(ref);
    if (sha) return { sha, label: ref.replace(/^refs\/(?:heads|remotes)\//, '') };
  }
  return null;
}

/** What the current branch follows; null where it follows nothing. */
export async function findUpstream(root: string): Promise<NamedCommit | null> {
  const sha = await line(root, ['rev-parse', '--verify', '--quiet', '@{upstream}^{commit}']);
  return sha === '' ? null : { sha, label: (await line(root, ['rev-parse', '--abbrev-ref', '@{upstream}'])) || 'upstream' };
}

/** `origin`, or the only remote there is. */
async function findRemote(root: string): Promise<string | null> {
  const remotes = (await line(root, ['remote'])).split('\n').filter(Boolean);
  return remotes.find((name) => name === 'origin') ?? (remotes.length === 1 ? (remotes[0] ?? null) : null);
}

async function line(root: string, args: readonly string[]): Promise<string> {
  const { code, stdout } = await runGit(root, args);
  return code === 0 ? stdout.toString('utf8').trim() : '';
}
