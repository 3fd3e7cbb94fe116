import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

const root = await mkdtemp(join(tmpdir(), 'aegis-make-folder-'));
afterAll(() => rm(root, { recursive: true, force: true }));

describe('makeFolder', () => {
  it('makes what is missing, at once by several, for its owner alone', async () => {
    const path = join(root, 'a', 'b', 'c');
    await Promise.all(Array.from({ length: 5 }, () => makeFolder(path)));
    await makeFolder(path);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  it('refuses what lies below a file', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(makeFolder(join(root, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.skipIf(!existsSync('/proc/self'))('ends where new names are refused (skipped where there is no /proc)', async () => {
    await expect(makeFolder('/proc/none/models')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
