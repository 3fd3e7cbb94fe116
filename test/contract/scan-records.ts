import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ScanRecord } from '#model/scan-record.ts';
import type { ScanRecords } from '#ports/scan-records.ts';
import { hostileRecord, makeRecord } from '../fakes/scan-record.ts';
import { makeFinding } from '../fixtures/scan-results.ts';

interface Place {
  open(): ScanRecords;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** The examination that every place of scan records passes. */
export function examineScanRecords(name: string, start: () => Promise<Place>): void {
  describe(name, () => {
    let place: Place;
    beforeAll(async () => {
      place = await start();
    });
    afterAll(() => place?.close());
    beforeEach(() => place.clear());

    /** Saved one after the other, so that none has the time of another. */
    const saveAll = async (...records: ScanRecord[]) => {
      const ids: string[] = [];
      for (const record of records) {
        ids.push(await place.open().save(record));
        await wait(5);
      }
      return ids;
    };

    it('is empty at first, and says so in one sentence', async () => {
      expect(await place.open().list()).toEqual([]);
      await expect(place.open().load('last')).rejects.toMatchObject({ code: 'AEGIS_INPUT', message: 'no scan is kept yet' });
    });

    it('gives back all that a scan was made from, whatever text is in it', async () => {
      const record = hostileRecord();
      const [id = ''] = await saveAll(record);
      expect(await place.open().load(id)).toEqual({ id, record });
    });

    it('keeps no text of a whole file', async () => {
      const record = makeRecord();
      const chunks = record.chunks.map((chunk) => ({
        ...chunk,
        files: chunk.files.map((file) => ({ ...file, text: 'const all = 1;\n' })),
      }));
      const [id = ''] = await saveAll({ ...record, chunks });
      const loaded = await place.open().load(id);
      expect(loaded.record).toEqual(record);
      expect(chunks[0]?.files[0]?.text).toBe('const all = 1;\n');
    });

    it('lists the latest first, with what is counted of it', async () => {
      const suppressed = makeFinding({ fingerprint: 'b'.repeat(64), suppressedBy: 'policy' });
      const [first, second] = await saveAll(
        makeRecord({ conclusion: 'passed', findings: [] }),
        makeRecord({ conclusion: 'findings', findings: [makeFinding(), suppressed] }, { base: 'main', head: 'feature\u0000\ud800' }),
      );
      const listed = await place.open().list();
      expect(listed).toEqual([
        { id: second, at: expect.any(String), conclusion: 'findings', findings: 1, strategy: 'union', what: 'main … feature\u0000\ud800' },
        { id: first, at: expect.any(String), conclusion: 'passed', findings: 0, strategy: 'union', what: 'main … feature' },
      ]);
      for (const { at } of listed) expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(120_000);
    });

    it('names files where a scan has no two sides', async () => {
      await saveAll(makeRecord({}, { base: null, head: 'src, lib' }), makeRecord({}, { base: null, head: null, files: 3 }));
      expect((await place.open().list()).map(({ what }) => what)).toEqual(['3 files', 'src, lib']);
    });

    it('finds one by the beginning of its id, in capitals or not, and the last by that word', async () => {
      const [first = '', second = ''] = await saveAll(makeRecord({ reason: 'one' }), makeRecord({ reason: 'two' }));
      const shared = [...first].findIndex((char, at) => second[at] !== char) + 1;
      expect((await place.open().load(first.slice(0, shared).toUpperCase())).id).toBe(first);
      expect(await place.open().load('last')).toMatchObject({ id: second, record: { result: { reason: 'two' } } });
    });

    it.each(['zzzzzz', '', ' ', '%', '_', '../../etc/passwd', "'; drop table scans; --", 'a'.repeat(400), '\u0000'])(
      'says that there is none called %j',
      async (typed) => {
        await saveAll(makeRecord());
        await expect(place.open().load(typed)).rejects.toMatchObject({
          code: 'AEGIS_INPUT',
          message: expect.stringMatching(/^there is no kept scan /),
        });
      },
    );

    it('asks for more of an id that two begin with', async () => {
      const ids = await saveAll(...Array.from({ length: 33 }, () => makeRecord()));
      const twice = ids.map((id) => id.slice(0, 1)).find((start, at, all) => all.indexOf(start) !== at) ?? '';
      await expect(place.open().load(twice)).rejects.toMatchObject({ message: `more than one kept scan begins with ${twice}` });
    });

    it('keeps what is saved at once', async () => {
      const ids = await Promise.all(Array.from({ length: 8 }, (_, at) => place.open().save(makeRecord({ reason: `${at}` }))));
      expect(new Set(ids).size).toBe(8);
      expect(new Set((await place.open().list()).map(({ id }) => id))).toEqual(new Set(ids));
    });
  });
}
