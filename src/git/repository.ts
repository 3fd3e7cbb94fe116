import { stat } from 'node:fs/promises';
import type { ChangeSet } from '#model/change-set.ts';
import { InputError } from '#model/errors.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import { readerOf } from './code-readers.ts';
import { decodeText } from './decode-text.ts';
import { readChange } from './read-change.ts';
import { readObjects } from './read-objects.ts';
import { type RangeOptions, resolveRange } from './resolve-range.ts';
import { printable, runGit } from './run-git.ts';

/** A local repository with a working tree. */
export interface Repository {
  /** Absolute path of its top folder. */
  readonly root: string;
  /**
   * The change that the options ask for; without any, from the merge base with the default branch to the working tree.
   * Throws `InputError` for refs that are unknown or have no common history.
   */
  change(options: RangeOptions): Promise<{
    readonly change: ChangeSet;
    /** Files of the new side. */
    readonly reader: CodeReader;
    /** `.gitattributes` of the base; null where there is none. */
    readonly attributes: string | null;
  }>;
  /** Files of the working tree that git does not ignore. */
  worktreeReader(): CodeReader;
  /** `.gitattributes` of HEAD; null where there is none. */
  attributes(): Promise<string | null>;
}

/** Opens the repository around a folder. Throws `InputError` where there is none that can be used. */
export async function openRepository(cwd: string): Promise<Repository> {
  const root = await findRoot(cwd);
  return {
    root,
    async change(options) {
      const range = await resolveRange(root, options);
      const files = await readChange(root, range);
      return {
        change: { mode: 'change', files, base: range.baseLabel, head: range.headLabel },
        reader: readerOf(root, range.side),
        attributes: await readAttributes(root, range.base),
      };
    },
    worktreeReader: () => readerOf(root, { kind: 'worktree' }),
    async attributes() {
      const { code, stdout } = await runGit(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
      return await readAttributes(root, code === 0 ? stdout.toString('utf8').trim() : null);
    },
  };
}

const ATTRIBUTES = '.gitattributes';

async function readAttributes(root: string, sha: string | null): Promise<string | null> {
  if (sha === null) return null;
  const bytes = (await readObjects(root, { kind: 'commit', sha }, [ATTRIBUTES], 1_000_000)).get(ATTRIBUTES);
  return bytes === undefined ? null : decodeText(bytes);
}

/** Top folder of the working tree around `cwd`. */
async function findRoot(cwd: string): Promise<string> {
  const info = await stat(cwd).catch(() => null);
  if (!info?.isDirectory()) throw new InputError(`there is no folder ${printable(cwd)}`, { hint: 'Start in a folder that exists.' });
  const { code, stdout, stderr } = await runGit(cwd, ['rev-parse', '--show-toplevel']);
  if (code === 0) return stdout.toString('utf8').replace(/\r?\n$/, '');
  throw explain(printable(cwd), stderr);
}

/** https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory is behind the second one. */
function explain(cwd: string, stderr: string): InputError {
  if (/not a git repository/i.test(stderr)) {
    return new InputError(`${cwd} is not a git repository`, {
      hint: 'Go into one, review a diff with --diff FILE, or whole files with `aegis scan`.',
    });
  }
  if (/dubious ownership/i.test(stderr)) {
    return new InputError(`git does not trust ${cwd}: the folder belongs to another user`, {
      hint: `If you trust it: git config --global --add safe.directory "${cwd}"`,
    });
  }
  if (/must be run in a work tree/i.test(stderr)) {
    return new InputError(`${cwd} is a bare repository or git's own folder, without a working tree`, {
      hint: 'Go into a working tree, or review a diff with --diff FILE.',
    });
  }
  return new InputError(`git cannot use ${cwd}: ${printable(stderr.split('\n')[0] ?? '')}`, {
    hint: 'Run `git status` here and mend what it complains about.',
  });
}
