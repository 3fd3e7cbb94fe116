import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFileSpending } from './file-spending.ts';

const folder = await mkdtemp(join(tmpdir(), 'aegis-spent-'));
afterAll(() => rm(folder, { recursive: true }));
const rowsOf = async (path: string) =>
  (JSON.parse(await readFile(path, 'utf8')) as { spending: { repository: string; month: string; usd: number }[] }).spending;

/** A scan of a repository that begins at a moment. */
const scanAt = (path: string, moment: string, repository = 'octo/shop') =>
  createFileSpending(path, { repository, limitUsd: 1, now: () => new Date(moment) });

describe('the file of monthly spending', () => {
  it('begins anew with each month, UTC', async () => {
    const path = join(folder, 'months.json');
    expect(await scanAt(path, '2026-11-30T23:59:59Z').reserve(1)).toBe(true);
    expect(await scanAt(path, '2026-12-01T00:59:00+01:00').reserve(1)).toBe(false);
    expect(await scanAt(path, '2026-12-01T00:00:00Z').reserve(1)).toBe(true);
  });

  it('counts a scan for the month in which it began', async () => {
    const path = join(folder, 'midnight.json');
    const moments = [new Date('2026-11-30T23:59:59Z'), new Date('2026-12-01T00:00:01Z')];
    const scan = createFileSpending(path, { repository: 'octo/shop', limitUsd: 1, now: () => moments.shift() ?? new Date('2026-12-02') });
    await scan.reserve(0.8);
    await scan.settle(0.8, 0.3);
    expect(await rowsOf(path)).toEqual([{ repository: 'octo/shop', month: '2026-11', usd: expect.closeTo(0.3, 9) }]);
  });

  it('keeps two months', async () => {
    const path = join(folder, 'old.json');
    for (const month of ['08', '09', '10', '11']) await scanAt(path, `2026-${month}-15T00:00:00Z`, `octo/${month}`).reserve(0.5);
    expect((await rowsOf(path)).map(({ month }) => month)).toEqual(['2026-10', '2026-11']);
  });

  it.each(['', '{}', '{"version":2,"spending":[]}', '{"version":1,"spending":[{"repository":"a","month":"2026-11","usd":-5}]}'])(
    'that holds %j stops who would spend, and is not written over',
    async (text) => {
      const path = join(folder, 'broken.json');
      await writeFile(path, text);
      const scan = scanAt(path, '2026-11-15T00:00:00Z');
      await expect(scan.reserve(0.1)).rejects.toMatchObject({
        code: 'AEGIS_UNAVAILABLE',
        message: expect.stringContaining('it is damaged'),
      });
      await expect(scan.settle(0.1, 0.1)).rejects.toMatchObject({ code: 'AEGIS_UNAVAILABLE' });
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );

  it('that cannot be had is a fault outside, in one sentence', async () => {
    await writeFile(join(folder, 'no-folder'), '');
    await expect(scanAt(join(folder, 'no-folder', 'spending.json'), '2026-11-15T00:00:00Z').reserve(0.1)).rejects.toMatchObject({
      code: 'AEGIS_UNAVAILABLE',
      message: expect.stringMatching(/^the spending of this month cannot be counted in .*: a part of the path is no folder$/),
    });
  });
});
