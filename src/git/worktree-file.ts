import { constants } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';

/** What lies at a path of the working tree. Symbolic links are told of, never followed. */
export type WorktreeFile =
  | { readonly kind: 'file'; readonly bytes: Buffer }
  | { readonly kind: 'folder' | 'symlink' | 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** True for a relative path that names nothing outside its root, and nothing of git's own folder (which can hold keys). */
export function staysInside(path: string): boolean {
  const parts = path.split(/[/\\]/);
  return (
    path !== '' &&
    !path.includes('\0') &&
    !/^[A-Za-z]:/.test(path) &&
    parts.every((part) => part !== '' && part !== '..' && part.toLowerCase() !== '.git')
  );
}

/** Reads a file below `root`, at most `limit` bytes of it. Never throws for what lies there. */
export async function readWorktreeFile(root: string, path: string, limit: number): Promise<WorktreeFile> {
  if (!staysInside(path)) return { kind: 'unreadable', reason: 'its path leaves the folder' };
  const full = join(root, path);
  try {
    const info = await lstat(full);
    if (info.isSymbolicLink()) return { kind: 'symlink' };
    if (info.isDirectory()) return { kind: 'folder' };
    if (!info.isFile()) return { kind: 'unreadable', reason: 'it is no regular file' };
    const folder = await realpath(dirname(full));
    if (`${folder}${sep}` !== `${dirname(join(await realpath(root), path))}${sep}`) return { kind: 'symlink' };
    return await readRegular(full, limit);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return code === 'ENOENT' || code === 'ENOTDIR' ? { kind: 'absent' } : { kind: 'unreadable', reason: `it cannot be read (${code})` };
  }
}

/** The file may have become something else since it was looked at: what is opened decides. */
async function readRegular(full: string, limit: number): Promise<WorktreeFile> {
  const handle = await open(full, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const info = await handle.stat();
    if (!info.isFile()) return { kind: 'unreadable', reason: 'it is no regular file' };
    if (info.size > limit) return { kind: 'unreadable', reason: `it is larger than ${Math.round(limit / 1_000_000)} MB` };
    return { kind: 'file', bytes: await handle.readFile() };
  } finally {
    await handle.close();
  }
}
