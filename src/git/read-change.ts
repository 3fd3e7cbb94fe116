import { parseUnifiedDiff } from '#diff/parse-unified.ts';
import type { ChangedFile } from '#model/change-set.ts';
import { isBinary } from './decode-text.ts';
import { readObjects } from './read-objects.ts';
import type { Range } from './resolve-range.ts';
import { askGit } from './run-git.ts';
import { wholeFile } from './whole-file.ts';
import { readWorktreeFile } from './worktree-file.ts';

/** Options that make the output the same whatever the user's and the repository's configuration say. */
const DIFF = [
  'diff',
  '--patch',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--full-index',
  '--find-renames',
  '--unified=3',
  '--inter-hunk-context=0',
  '--diff-algorithm=default',
  '--submodule=short',
  '--ignore-submodules=dirty',
  '--no-relative',
  '-O/dev/null',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--ws-error-highlight=none',
];

/** Largest untracked file whose lines are reviewed, in bytes. */
const MOST_FILE_BYTES = 10_000_000;
/** Untracked files together; what is over it is told of, without its lines. */
const MOST_BYTES = 100_000_000;

/** Reads the files of a range; with the working tree, also those that are new to git and not ignored. */
export async function readChange(root: string, range: Range): Promise<ChangedFile[]> {
  const sides = await sidesOf(root, range);
  const tracked = parseUnifiedDiff((await askGit(root, [...DIFF, ...sides, '--'])).toString('utf8'));
  const shown = await showHidden(root, range, sides, tracked);
  return range.side.kind === 'worktree' ? [...shown, ...(await readUntracked(root))] : shown;
}

async function sidesOf(root: string, { base, side }: Range): Promise<string[]> {
  if (side.kind === 'index') return base === null ? ['--cached'] : ['--cached', base];
  const from = base ?? (await askGit(root, ['hash-object', '-t', 'tree', '--stdin'], '')).toString('utf8').trim();
  return side.kind === 'commit' ? [from, side.sha] : [from];
}

/**
 * A `-diff` in the attributes of the new side makes git call a text file binary, so a change could hide itself. Files
 * whose content is text are compared again as text.
 */
async function showHidden(root: string, { side }: Range, sides: readonly string[], files: readonly ChangedFile[]): Promise<ChangedFile[]> {
  const suspects = files.filter((file) => file.kind === 'binary' && file.status !== 'deleted').map((file) => file.path);
  if (suspects.length === 0) return [...files];
  const contents = side.kind === 'worktree' ? await readFiles(root, suspects) : await readObjects(root, side, suspects, MOST_FILE_BYTES);
  const hidden = new Set([...contents].filter(([, bytes]) => !isBinary(bytes)).map(([path]) => path));
  if (hidden.size === 0) return [...files];
  const again = files.filter((file) => hidden.has(file.path)).flatMap((file) => [file.path, file.oldPath ?? file.path]);
  const asText = parseUnifiedDiff((await askGit(root, [...DIFF, '--text', ...sides, '--', ...new Set(again)])).toString('utf8'));
  const byPath = new Map(asText.filter((file) => file.status !== 'deleted').map((file) => [file.path, file]));
  return files.map((file) => (hidden.has(file.path) ? (byPath.get(file.path) ?? file) : file));
}

async function readFiles(root: string, paths: readonly string[]): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const path of paths) {
    const file = await readWorktreeFile(root, path, MOST_FILE_BYTES);
    if (file.kind === 'file') found.set(path, file.bytes);
  }
  return found;
}

async function readUntracked(root: string): Promise<ChangedFile[]> {
  const listed = (await askGit(root, ['ls-files', '-z', '--others', '--exclude-standard'])).toString('utf8').split('\0');
  const files: ChangedFile[] = [];
  let total = 0;
  for (const name of listed.filter((path) => path !== '')) {
    const path = name.replace(/\/$/, '');
    const left = MOST_BYTES - total;
    const content =
      left > 0
        ? await readWorktreeFile(root, path, MOST_FILE_BYTES)
        : { kind: 'unreadable' as const, reason: 'the untracked files are larger than 100 MB together' };
    if (content.kind === 'file') total += content.bytes.length;
    const file = wholeFile(path, content);
    if (file !== null) files.push(file);
  }
  return files;
}
