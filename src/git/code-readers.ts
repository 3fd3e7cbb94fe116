import type { CodeReader } from '#ports/code-reader.ts';
import { decodeText } from './decode-text.ts';
import { type ObjectSide, readObjects } from './read-objects.ts';
import type { Side } from './resolve-range.ts';
import { runGit } from './run-git.ts';
import { grepSymbol, whereDefinedBy } from './where-defined.ts';
import { readWorktreeFile, staysInside } from './worktree-file.ts';

/** Largest file that is read for its surroundings, in bytes. */
const MOST_BYTES = 1_048_576;
/** Paths on one command line. */
const PATHS_A_CALL = 200;

/** Reads the new side of a change, wherever it is. */
export function readerOf(root: string, side: Side): CodeReader {
  return side.kind === 'worktree' ? worktreeReader(root) : objectReader(root, side);
}

function objectReader(root: string, side: ObjectSide): CodeReader {
  const texts = new Map<string, string | null>();
  const load = async (paths: readonly string[]) => {
    const found = await readObjects(root, side, paths, MOST_BYTES);
    for (const [path, bytes] of found) texts.set(path, decodeText(bytes));
  };
  const read = async (path: string) => {
    if (!texts.has(path)) await load([path]);
    return texts.get(path) ?? null;
  };
  return { prefetch: load, read, whereDefined: whereDefinedBy((name, signal) => grepSymbol(root, side, name, signal), read) };
}

/**
 * Reads the working tree, and of it only what git tracks or would track: a diff from a stranger that names an ignored
 * file, such as `.env`, must not bring its content before a model.
 */
function worktreeReader(root: string): CodeReader {
  const known = new Map<string, boolean>();
  const learn = async (paths: readonly string[]) => {
    const open = paths.filter((path) => staysInside(path) && !known.has(path));
    for (let at = 0; at < open.length; at += PATHS_A_CALL) {
      const some = open.slice(at, at + PATHS_A_CALL);
      const { stdout } = await runGit(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...some]);
      const listed = new Set(stdout.toString('utf8').split('\0'));
      for (const path of some) known.set(path, listed.has(path));
    }
  };
  const read = async (path: string) => {
    if (!known.has(path)) await learn([path]);
    if (!known.get(path)) return null;
    const file = await readWorktreeFile(root, path, MOST_BYTES);
    return file.kind === 'file' ? decodeText(file.bytes) : null;
  };
  const search = (name: string, signal: AbortSignal) => grepSymbol(root, { kind: 'worktree' }, name, signal);
  return { prefetch: learn, read, whereDefined: whereDefinedBy(search, read) };
}
