import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { processStart } from '#lib/process-identity.ts';
import { lockFolder } from './folder-lock.ts';

const root = await mkdtemp(join(tmpdir(), 'aegis-lock-'));
afterAll(() => rm(root, { recursive: true, force: true }));

let count = 0;
const newFolder = () => join(root, `db${count++}`);
const holder = (changes: object) => JSON.stringify({ pid: process.pid, startedAt: 'long ago', host: hostname(), ...changes });

describe('the lock of a folder', () => {
  it('is refused to a second user, and free again after its release', async () => {
    const folder = newFolder();
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: 'AEGIS_UNAVAILABLE',
      message: `another aegis (pid ${process.pid}) uses ${folder}`,
      hint: expect.stringContaining('DATABASE_URL'),
    });
    await lock.release();
    await (await lockFolder(folder)).release();
    await expect(readFile(`${folder}.lock`)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    { name: 'whose id another process has now', text: holder({}) },
    { name: 'that is gone', text: holder({ pid: 4_194_304, startedAt: '1' }) },
    { name: 'that died before it wrote its name', text: '' },
    { name: 'that left half a line', text: '{"pid": 1' },
    { name: 'that wrote something else', text: 'null' },
  ])('is taken over from a process $name', async ({ text }) => {
    const folder = newFolder();
    await writeFile(`${folder}.lock`, text);
    await (await lockFolder(folder)).release();
  });

  it('goes to one of many that see it dead at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const folder = newFolder();
      await writeFile(`${folder}.lock`, holder({}));
      const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => lockFolder(folder)));
      const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      for (const { value } of winners) await value.release();
    }
  });

  it('is taken over although an earlier take-over was killed half-way', async () => {
    const folder = newFolder();
    await writeFile(`${folder}.lock`, holder({}));
    await mkdir(`${folder}.lock.takeover`);
    await utimes(`${folder}.lock.takeover`, 1, 1);
    await (await lockFolder(folder)).release();
  });

  it('of another host is taken over when nobody renews it', async () => {
    const folder = newFolder();
    await writeFile(`${folder}.lock`, holder({ host: 'elsewhere' }));
    await (await lockFolder(folder, 2_000)).release();
  });

  it('of another host is respected while it is renewed', async () => {
    const folder = newFolder();
    await writeFile(`${folder}.lock`, holder({ host: 'elsewhere' }));
    const beat = setInterval(() => void utimes(`${folder}.lock`, new Date(), new Date()), 300);
    await expect(lockFolder(folder, 3_000)).rejects.toThrow(`another aegis (pid ${process.pid} on elsewhere) uses ${folder}`);
    clearInterval(beat);
  });

  it('that somebody else took meanwhile is not removed by a release', async () => {
    const folder = newFolder();
    const lock = await lockFolder(folder);
    await writeFile(`${folder}.lock`, holder({ pid: 1 }));
    await lock.release();
    expect(await readFile(`${folder}.lock`, 'utf8')).toBe(holder({ pid: 1 }));
  });
});

describe('the start of a process', () => {
  it('is the same each time for one process, and null where there is none', async () => {
    const own = await processStart(process.pid);
    expect(own).toMatch(/\S/);
    expect(await processStart(process.pid)).toBe(own);
    expect(await processStart(process.ppid)).not.toBe(own);
    expect(await processStart(4_194_304)).toBeNull();
  });
});
