import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm } from 'node:fs/promises';

/**
 * Writes a file whole or not at all: a reader sees the old content or the new one, and so does who looks after a crash. It
 * is readable by its owner alone. Where the path is a symbolic link, what it leads to is replaced. Its folder is there.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const draft = `${target}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
