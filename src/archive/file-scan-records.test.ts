import { mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeRecord } from '../../test/fakes/scan-record.ts';
import { createFileScanRecords } from './file-scan-records.ts';

let root: string;
let runs: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'aegis-runs-'));
  runs = join(root, 'cache', 'runs');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A clock that goes on a minute with each look. */
function minutes() {
  let at = Date.parse('2026-11-23T10:00:00Z');
  return () => {
    at += 60_000;
    return new Date(at);
  };
}
const pathOf = (id: string) => join(runs, `${id}.json.gz`);

describe('the files of kept scans', () => {
  it('are compressed, and their owner alone may read them', async () => {
    const id = await createFileScanRecords(runs).save(makeRecord());
    expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{12}$/);
    const bytes = await readFile(pathOf(id));
    expect((await stat(pathOf(id))).mode & 0o777).toBe(0o600);
    expect((await stat(runs)).mode & 0o777).toBe(0o700);
    expect(bytes.length).toBeLessThan(gunzipSync(bytes).length / 2);
    expect(await readdir(runs)).toEqual([`${id}.json.gz`]);
  });

  it('are fifty at most; the oldest goes first', async () => {
    const records = createFileScanRecords(runs, minutes());
    const ids: string[] = [];
    for (let at = 0; at < 53; at += 1) ids.push(await records.save(makeRecord()));
    expect((await records.list()).map(({ id }) => id)).toEqual(ids.slice(3).toReversed());
    expect(await readdir(runs)).toHaveLength(50);
    await expect(records.load(ids[0] ?? '')).rejects.toMatchObject({ message: `there is no kept scan ${ids[0]}` });
  });

  it('are never given up for others of a later clock', async () => {
    const ahead = createFileScanRecords(runs, () => new Date('2030-01-01T00:00:00Z'));
    for (let at = 0; at < 50; at += 1) await ahead.save(makeRecord());
    const id = await createFileScanRecords(runs, () => new Date('2026-01-01T00:00:00Z')).save(makeRecord());
    expect((await createFileScanRecords(runs).load(id)).id).toBe(id);
    expect(await readdir(runs)).toHaveLength(50);
  });

  it('that a process left half written are removed, others in the folder are left alone', async () => {
    const records = createFileScanRecords(runs, () => new Date());
    await records.save(makeRecord());
    const [dead, young, foreign] = ['a.json.gz.0123abcd.tmp', 'b.json.gz.0123abcd.tmp', 'notes.txt'];
    for (const name of [dead, young, foreign]) await writeFile(join(runs, name), '');
    const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
    for (const name of [dead, foreign]) await utimes(join(runs, name), old, old);
    await records.save(makeRecord());
    const left = await readdir(runs);
    expect(left).toEqual(expect.arrayContaining([young, foreign]));
    expect(left).not.toContain(dead);
    expect(await records.list()).toHaveLength(2);
  });

  const later = `${JSON.stringify({ version: 2, at: '2027-01-01T00:00:00Z' })}\n{"version":2}\n`;
  const heading = { version: 1, at: '2027-01-01T00:00:00.000Z', conclusion: 'passed', findings: 0, strategy: 'union', what: 'a' };
  it.each([
    { name: 'no gzip', bytes: Buffer.from('rubbish'), message: 'is damaged', listed: false },
    { name: 'empty', bytes: Buffer.alloc(0), message: 'is damaged', listed: false },
    { name: 'gzip of no JSON', bytes: gzipSync('rubbish\nrubbish'), message: 'is damaged', listed: false },
    { name: 'one line', bytes: gzipSync(JSON.stringify(heading)), message: 'is damaged', listed: false },
    { name: 'of a later version', bytes: gzipSync(later), message: 'was written by another version of Aegis', listed: false },
    { name: 'a list', bytes: gzipSync('[]\n[]\n'), message: 'was written by another version of Aegis', listed: false },
    {
      name: 'a heading without its record',
      bytes: gzipSync(`${JSON.stringify(heading)}\n{"version":1,"plan":{}}\n`),
      message: 'was written by another version of Aegis',
      listed: true,
    },
    { name: 'a heading without end', bytes: gzipSync(`"${'x'.repeat(1_000_000)}`), message: 'is damaged', listed: false },
  ])('that are $name are told in one sentence, and hide no other', async ({ bytes, message, listed }) => {
    const records = createFileScanRecords(runs);
    const id = await records.save(makeRecord());
    await writeFile(pathOf('0123456789ab'), bytes);
    await expect(records.load('0123')).rejects.toMatchObject({ code: 'AEGIS_INPUT', message: `the kept scan 0123456789ab ${message}` });
    const shown = (await records.list()).map((one) => one.id);
    expect(shown).toContain(id);
    expect(shown.includes('0123456789ab')).toBe(listed);
    if (!listed) expect((await records.load('last')).id).toBe(id);
  });

  it('that are cut in the middle are damaged', async () => {
    const records = createFileScanRecords(runs);
    const id = await records.save(makeRecord());
    const bytes = await readFile(pathOf(id));
    await writeFile(pathOf(id), bytes.subarray(0, bytes.length - 20));
    await expect(records.load(id)).rejects.toMatchObject({ message: `the kept scan ${id} is damaged` });
  });

  it.each([
    { typed: 'O1LI', stored: '011123456789' },
    { typed: 'oi', stored: '01abcdefghjk' },
  ])('are found by $typed, whichever of two alike letters was read', async ({ typed, stored }) => {
    const records = createFileScanRecords(runs);
    const id = await records.save(makeRecord());
    await writeFile(pathOf(stored), await readFile(pathOf(id)));
    expect((await records.load(typed)).id).toBe(stored);
  });

  it('in a folder that is none are a fault in one sentence', async () => {
    await writeFile(join(root, 'cache'), '');
    const records = createFileScanRecords(runs);
    await expect(records.save(makeRecord())).rejects.toMatchObject({
      code: 'AEGIS_INPUT',
      message: `the scan cannot be kept in ${runs}: a part of the path is no folder`,
      hint: expect.stringContaining('AEGIS_CACHE_DIR'),
    });
    await expect(records.list()).rejects.toMatchObject({ message: expect.stringMatching(/^the kept scans in .* cannot be read: /) });
  });

  it('are found through a link to their folder', async () => {
    const id = await createFileScanRecords(runs).save(makeRecord());
    await symlink(runs, join(root, 'linked'));
    expect((await createFileScanRecords(join(root, 'linked')).load('last')).id).toBe(id);
  });
});
