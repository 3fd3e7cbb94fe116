import { InputError } from '#model/errors.ts';
import { findDefaultBranch, findUpstream, type NamedCommit } from './default-branch.ts';
import { askGit, printable, runGit } from './run-git.ts';

/** Where the new side of a change is. */
export type Side = { readonly kind: 'worktree' } | { readonly kind: 'index' } | { readonly kind: 'commit'; readonly sha: string };

/** Both sides of a change. `base` is null where there is no commit yet: everything is new then. */
export interface Range {
  readonly base: string | null;
  readonly side: Side;
  readonly baseLabel: string;
  readonly headLabel: string;
}

export interface RangeOptions {
  readonly base?: string | undefined;
  readonly head?: string | undefined;
  readonly staged?: boolean | undefined;
}

/**
 * Finds out what is compared with what. Throws `InputError` for an unknown ref, for histories that do not meet, and
 * where there is no base to be found.
 */
export async function resolveRange(root: string, options: RangeOptions): Promise<Range> {
  if (options.staged && options.head !== undefined) {
    throw new InputError('--staged and --head exclude each other', {
      hint: 'Staged changes are compared with HEAD; leave one of them out.',
    });
  }
  if (options.head !== undefined) return await toCommit(root, options.head, options.base);
  const tip = await findCommit(root, 'HEAD');
  const side: Side = { kind: options.staged ? 'index' : 'worktree' };
  const headLabel = options.staged ? 'staged changes' : 'working tree';
  if (tip === null && options.base === undefined) return { base: null, side, baseLabel: 'nothing (no commit yet)', headLabel };
  const from = options.base !== undefined ? await resolveCommit(root, options.base) : options.staged ? null : await findBase(root);
  if (from === null || tip === null) return { base: from?.sha ?? tip, side, baseLabel: from?.label ?? 'HEAD', headLabel };
  return { base: await findMergeBase(root, from, { sha: tip, label: 'HEAD' }), side, baseLabel: from.label, headLabel };
}

async function toCommit(root: string, head: string, base: string | undefined): Promise<Range> {
  const tip = await resolveCommit(root, head);
  const from = base === undefined ? await findDefaultBranch(root) : await resolveCommit(root, base);
  if (from === null) throw new InputError('there is no default branch to compare with', { hint: 'Name the base with --base REF.' });
  return {
    base: await findMergeBase(root, from, tip),
    side: { kind: 'commit', sha: tip.sha },
    baseLabel: from.label,
    headLabel: tip.label,
  };
}

/**
 * The default branch; on a local default branch itself, what it follows. Null: compare with HEAD, as on the only
 * branch of a repository that has no other place. Throws where a base must exist and is not known (a checkout in CI
 * often has the head's commit alone): compared with itself, every change would look empty.
 */
async function findBase(root: string): Promise<NamedCommit | null> {
  const branch = (await runGit(root, ['symbolic-ref', '--quiet', '--short', 'HEAD'])).stdout.toString('utf8').trim();
  const known = await findDefaultBranch(root);
  if (known !== null) return known.label === branch ? await findUpstream(root) : known;
  const remotes = (await askGit(root, ['remote'])).toString('utf8').trim();
  if (branch === '' || remotes !== '') {
    throw new InputError('there is no default branch here to compare with', {
      hint: 'Name the base with --base REF; in CI fetch it first (`fetch-depth: 0` with actions/checkout).',
    });
  }
  return null;
}

/** Resolves a ref that a person named; `main` also finds `origin/main`, since a checkout in CI has no local branch. */
async function resolveCommit(root: string, ref: string): Promise<NamedCommit> {
  const wellFormed = ref !== '' && !ref.startsWith('-') && !/\p{Cc}/u.test(ref);
  const sha = wellFormed ? ((await findCommit(root, ref)) ?? (await findCommit(root, `refs/remotes/origin/${ref}`))) : null;
  if (sha !== null) return { sha, label: ref };
  throw new InputError(`the ref "${printable(ref)}" is unknown here`, {
    hint: `Check its spelling, or fetch it: git fetch origin ${printable(ref)}`,
  });
}

async function findCommit(root: string, ref: string): Promise<string | null> {
  const { code, stdout } = await runGit(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  return code === 0 ? stdout.toString('utf8').trim() : null;
}

async function findMergeBase(root: string, from: NamedCommit, tip: NamedCommit): Promise<string> {
  const { code, stdout } = await runGit(root, ['merge-base', from.sha, tip.sha]);
  if (code === 0) return stdout.toString('utf8').trim();
  const shallow = (await askGit(root, ['rev-parse', '--is-shallow-repository'])).toString('utf8').trim() === 'true';
  const names = `${printable(from.label)} and ${printable(tip.label)}`;
  if (shallow) {
    throw new InputError(`this clone is too shallow to hold the merge base of ${names}`, {
      hint: 'Fetch more: `git fetch --unshallow`, or `fetch-depth: 0` with actions/checkout.',
    });
  }
  throw new InputError(`${names} have no common history`, { hint: 'Name another base with --base REF.' });
}
