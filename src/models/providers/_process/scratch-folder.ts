import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { atProcessExit } from './process-exit.ts';

/**
 * Does work in a fresh folder that only this user can enter, with the given files in it, and removes it whatever
 * happens. `files`: relative paths with `/` that stay below the folder, and texts. A path that ends with `/` makes an
 * empty folder.
 */
export async function inScratchFolder<T>(files: ReadonlyMap<string, string>, work: (folder: string) => Promise<T>): Promise<T> {
  // mkdtemp makes it with mode 0700. The real path, because programs print that one.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'aegis-run-')));
  const forget = atProcessExit(() => rmSync(folder, { recursive: true, force: true }));
  try {
    for (const [name, text] of files) {
      const path = join(folder, ...name.split('/'));
      await mkdir(name.endsWith('/') ? path : dirname(path), { recursive: true, mode: 0o700 });
      if (!name.endsWith('/')) await writeFile(path, text, { flag: 'wx', mode: 0o600 });
    }
    return await work(folder);
  } finally {
    // What cannot be removed (a folder that the program locked) is left to the system's own cleaning of its temporary files.
    await rm(folder, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 }).catch(() => undefined);
    forget();
  }
}
