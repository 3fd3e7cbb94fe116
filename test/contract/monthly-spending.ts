import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MonthlySpending } from '#ports/monthly-spending.ts';

interface Place {
  /** The spending of a new scan of a repository. */
  open(repository: 'octo/shop' | 'octo/other', limitUsd: number): Promise<MonthlySpending>;
  /** US dollars that are set aside or spent for a repository. */
  taken(repository: 'octo/shop' | 'octo/other'): Promise<number>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** The examination that every place of monthly spending passes. */
export function examineSpending(name: string, start: () => Promise<Place>): void {
  describe(name, () => {
    let place: Place;
    beforeAll(async () => {
      place = await start();
    });
    afterAll(() => place?.close());
    beforeEach(() => place.clear());

    it('sets aside up to the limit and not beyond, over all scans of a repository', async () => {
      const [one, other] = [await place.open('octo/shop', 1), await place.open('octo/shop', 1)];
      expect(await one.reserve(0.6)).toBe(true);
      expect(await other.reserve(0.5)).toBe(false);
      expect(await other.reserve(0.4)).toBe(true);
      expect(await one.reserve(0.01)).toBe(false);
      expect(await place.taken('octo/shop')).toBeCloseTo(1, 9);
    });

    it('takes ten dimes for a dollar, although their sum as fractions is not one', async () => {
      const spending = await place.open('octo/shop', 1);
      for (let at = 0; at < 10; at += 1) expect(await spending.reserve(0.1)).toBe(true);
      expect(await spending.reserve(0.000001)).toBe(false);
    });

    it('gives back what a call did not cost, and counts what it cost beyond', async () => {
      const spending = await place.open('octo/shop', 1);
      await spending.reserve(0.9);
      await spending.settle(0.9, 0.2);
      expect(await place.taken('octo/shop')).toBeCloseTo(0.2, 9);
      expect(await spending.reserve(0.8)).toBe(true);
      await spending.settle(0.8, 1.3);
      expect(await place.taken('octo/shop')).toBeCloseTo(1.5, 9);
      expect(await spending.reserve(0.01)).toBe(false);
    });

    it('never counts less than nothing', async () => {
      const spending = await place.open('octo/shop', 1);
      await spending.reserve(0.1);
      await spending.settle(0.5, 0);
      expect(await place.taken('octo/shop')).toBe(0);
    });

    it('lets a call that costs nothing through, whatever was spent', async () => {
      const spending = await place.open('octo/shop', 1);
      await spending.reserve(1);
      await spending.settle(1, 2);
      expect(await spending.reserve(0)).toBe(true);
    });

    it('counts each repository by itself', async () => {
      const [shop, other] = [await place.open('octo/shop', 1), await place.open('octo/other', 1)];
      expect(await shop.reserve(1)).toBe(true);
      expect(await other.reserve(1)).toBe(true);
      expect([await place.taken('octo/shop'), await place.taken('octo/other')]).toEqual([1, 1]);
    });

    it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('refuses to set %d dollars aside', async (usd) => {
      const spending = await place.open('octo/shop', 1);
      await expect(spending.reserve(usd)).rejects.toThrow('must be a sum of money');
      expect(await place.taken('octo/shop')).toBe(0);
    });

    it('is never above the limit, however many scans ask at once', async () => {
      const scans = await Promise.all(Array.from({ length: 12 }, () => place.open('octo/shop', 1)));
      const seen: number[] = [];
      const asked = scans.flatMap((scan) =>
        Array.from({ length: 5 }, async () => {
          const granted = await scan.reserve(0.07);
          seen.push(await place.taken('octo/shop'));
          return granted;
        }),
      );
      const granted = (await Promise.all(asked)).filter((one) => one).length;
      expect(granted).toBe(14);
      expect(Math.max(...seen)).toBeLessThanOrEqual(1 + 1e-9);
      expect(await place.taken('octo/shop')).toBeCloseTo(14 * 0.07, 9);
    });

    it('is right after many reserves and settlements at once', async () => {
      const scans = await Promise.all(Array.from({ length: 6 }, () => place.open('octo/shop', 1_000)));
      await Promise.all(
        scans.map(async (scan) => {
          for (let at = 0; at < 5; at += 1) {
            expect(await scan.reserve(2)).toBe(true);
            await scan.settle(2, 0.5);
          }
        }),
      );
      expect(await place.taken('octo/shop')).toBeCloseTo(15, 9);
    });
  });
}
