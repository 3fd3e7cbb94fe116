import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { head, type StoreUnderTest } from './under-test.ts';

/** What is going to be posted, and what was. */
export function examineOutbox({ store, accepted, count }: StoreUnderTest): void {
  describe('the outbox', () => {
    it('remembers what was posted, and the first record of a key stays', async () => {
      const scanId = await accepted();
      expect(await store().find(scanId, 'review:1')).toBeNull();
      await Promise.all(['11', '11', '11'].map((remoteId) => store().record(scanId, 'review:1', remoteId)));
      await store().record(scanId, 'review:1', '22');
      expect(await store().find(scanId, 'review:1')).toBe('11');
      expect(await store().find(scanId, 'summary')).toBeNull();
    });

    it('tells an intent whose end is not on record, and completes it once', async () => {
      const scanId = await accepted();
      expect(await store().begin(scanId, 'review:1')).toBe('first');
      expect(await store().find(scanId, 'review:1')).toBeNull();
      expect(await store().posts(scanId)).toEqual([]);
      expect(await store().begin(scanId, 'review:1')).toBe('again');
      await store().record(scanId, 'review:1', '11');
      await store().record(scanId, 'review:1', '22');
      expect(await store().find(scanId, 'review:1')).toBe('11');
      expect(await store().posts(scanId)).toEqual([{ key: 'review:1', remoteId: '11' }]);
      expect(await store().begin(scanId, 'review:1')).toBe('again');
      expect(await store().find(scanId, 'review:1')).toBe('11');
      expect(await count('publications')).toBe(1);
    });

    it('gives the first intent to one of twenty at once, and keeps those of other scans and keys apart', async () => {
      const [one, two] = [await accepted(), await accepted(head('c'))];
      const answers = await Promise.all(Array.from({ length: 20 }, () => store().begin(one, 'summary')));
      expect(answers.filter((answer) => answer === 'first')).toHaveLength(1);
      expect([await store().begin(two, 'summary'), await store().begin(one, 'sarif')]).toEqual(['first', 'first']);
    });

    it('tells everything that was posted on a pull request, the oldest end first, over all its scans and no others', async () => {
      const first = await accepted();
      const second = await accepted(head('c'));
      const again = await accepted({ ...head('c'), attempt: 2 });
      await store().begin(first, 'summary');
      await store().record(first, 'review:1', '11');
      await store().record(second, 'review:1', '21');
      await store().record(first, 'summary', '12');
      for (const other of [{ number: 8 }, { repo: 'cart' }, { owner: 'hexa' }])
        await store().record(await accepted(other), 'summary', '99');
      const posts = [
        { key: 'review:1', remoteId: '11' },
        { key: 'review:1', remoteId: '21' },
        { key: 'summary', remoteId: '12' },
      ];
      // Rows of one moment have no order of their own: an embedded database counts time in whole milliseconds.
      const sorted = async (scanId: string) => [...(await store().posts(scanId))].toSorted((a, b) => a.key.localeCompare(b.key));
      for (const scanId of [first, second, again]) expect(await sorted(scanId)).toEqual(posts);
      expect(await store().posts(randomUUID())).toEqual([]);
    });

    it('keeps what merge groups posted apart', async () => {
      const [one, two] = [await accepted({ number: 0 }), await accepted({ number: 0, ...head('c') })];
      await store().record(one, 'check', '1');
      await store().record(two, 'check', '2');
      expect(await store().posts(one)).toEqual([{ key: 'check', remoteId: '1' }]);
    });
  });
}
