import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { withFileLock } from './with-file-lock.ts';

const root = await mkdtemp(join(tmpdir(), 'aegis-file-lock-'));
afterAll(() => rm(root, { recursive: true, force: true }));

describe('withFileLock', () => {
  it('lets one work at a time, makes the folder, and leaves nothing behind', async () => {
    const file = join(root, 'new', 'state');
    let running = 0;
    let most = 0;
    const done = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        withFileLock(file, async () => {
          running += 1;
          most = Math.max(most, running);
          await wait(5);
          running -= 1;
          return index;
        }),
      ),
    );
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(1);
    expect(await readdir(join(root, 'new'))).toEqual([]);
  });
  it('is free again after work that failed', async () => {
    const file = join(root, 'failing');
    await expect(withFileLock(file, () => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
    expect(await withFileLock(file, async () => 'next')).toBe('next');
  });
  it('does not wait for ever for one that hangs', async () => {
    const file = join(root, 'hanging');
    let finish = () => {};
    const hanging = withFileLock(
      file,
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    await wait(100);
    await expect(withFileLock(file, async () => 'never', 50)).rejects.toMatchObject({
      code: 'AEGIS_UNAVAILABLE',
      message: `${file} is in use by another process (pid ${process.pid}) and does not become free`,
    });
    finish();
    await hanging;
  });
});
