import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { ChangedFile, ChangeSet } from '#model/change-set.ts';
import { InputError } from '#model/errors.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import { openRepository, type Repository } from './repository.ts';
import { printable, runGit } from './run-git.ts';
import { searchFiles } from './search-files.ts';
import { grepSymbol, whereDefinedBy } from './where-defined.ts';
import { wholeFile } from './whole-file.ts';
import { readWorktreeFile } from './worktree-file.ts';

/** Largest file that is scanned, in bytes. */
const MOST_BYTES = 10_000_000;
/** Folders that are never walked into; who wants them names them. */
const PASSED_BY = new Set(['.git', '.hg', '.svn', 'node_modules']);

/**
 * Reads files and folders as a change in which every line is new. Of a folder in a repository, what git ignores is
 * left out; a file that is named is taken in any case. Paths are relative to the repository, else to `cwd`; what lies
 * outside keeps its whole path, without the leading slash. Throws `InputError` for a path that is not there.
 */
export async function readTree(
  paths: readonly string[],
  cwd: string,
): Promise<{ change: ChangeSet; reader: CodeReader; attributes: string | null; root: string }> {
  const repository = await openRepository(cwd).catch((error: unknown) => {
    if (error instanceof InputError) return null;
    throw error;
  });
  const root = repository?.root ?? (await realpath(cwd));
  const files = new Map<string, ChangedFile>();
  for (const path of paths) {
    for (const full of await listFiles(await locate(resolve(cwd, path), path))) {
      const name = nameOf(full, root);
      if (files.has(name)) continue;
      const file = wholeFile(name, await readFull(full));
      if (file !== null) files.set(name, file);
    }
  }
  return {
    change: { mode: 'files', files: [...files.values()], base: null, head: paths.map(printable).join(', ') },
    reader: readerOf(files, repository),
    attributes: (await repository?.attributes()) ?? null,
    root,
  };
}

/** Who names a link means what it points to; links below it are not followed. */
async function locate(full: string, named: string): Promise<string> {
  try {
    return await realpath(full);
  } catch (cause) {
    throw new InputError(`there is no file or folder ${printable(named)}`, { hint: 'Give paths of files or folders that exist.', cause });
  }
}

async function listFiles(full: string): Promise<string[]> {
  if (!(await stat(full)).isDirectory()) return [full];
  const listed = await listByGit(full);
  return listed.length > 0 ? listed : await walk(full);
}

/** Nothing is listed outside a repository, and within a folder that is itself ignored: that one is walked. */
async function listByGit(folder: string): Promise<string[]> {
  const { code, stdout } = await runGit(folder, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  if (code !== 0) return [];
  const names = new Set(stdout.toString('utf8').split('\0').filter(Boolean));
  const kept = [...names].filter((name) => !name.split('/').some((part) => PASSED_BY.has(part)));
  return kept.map((name) => join(folder, name)).sort();
}

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
  if (entries === null) return [folder];
  const lists = await Promise.all(
    entries
      .filter((entry) => !PASSED_BY.has(entry.name))
      .map((entry) => (entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)])),
  );
  return lists.flat().sort();
}

async function readFull(full: string): ReturnType<typeof readWorktreeFile> {
  const folder = resolve(full, '..');
  const unreadableFolder = (await lstat(full).catch(() => null))?.isDirectory() && (await readdir(full).catch(() => null)) === null;
  return unreadableFolder
    ? { kind: 'unreadable', reason: 'the folder cannot be read' }
    : await readWorktreeFile(folder, basename(full), MOST_BYTES);
}

function nameOf(full: string, root: string): string {
  const inside = relative(root, full);
  const name = inside.startsWith('..') || isAbsolute(inside) ? full.replace(/^(?:[A-Za-z]:)?[/\\]+/, '') : inside;
  return name.split(sep).join('/');
}

/** Reads what was scanned, and of a repository what lies around it: a definition may be there. */
function readerOf(files: ReadonlyMap<string, ChangedFile>, repository: Repository | null): CodeReader {
  const around = repository?.worktreeReader() ?? null;
  const read: CodeReader['read'] = async (path) => {
    const file = files.get(path);
    return file === undefined ? ((await around?.read(path)) ?? null) : textOf(file);
  };
  const search = async (name: string, signal: AbortSignal) => {
    const own = await searchFiles([...files.values()], name, signal);
    if (repository === null) return own;
    const beyond = await grepSymbol(repository.root, { kind: 'worktree' }, name, signal).catch(() => own);
    return { paths: new Set([...own.paths, ...beyond.paths]), defining: new Set([...own.defining, ...beyond.defining]) };
  };
  return { prefetch: async (paths) => await around?.prefetch(paths), read, whereDefined: whereDefinedBy(search, read) };
}

function textOf(file: ChangedFile): string | null {
  const [hunk] = file.hunks;
  return hunk === undefined ? null : hunk.lines.map((line) => line.text).join('\n');
}
