import { describe, expect, it } from 'vitest';
import { createDatabasePace } from '#storage/write-pace.ts';
import type { StoreUnderTest } from './under-test.ts';

const OURS = 12_345_678_901;

/** Writes of one installation, over all connections. */
export function examinePace({ database, rows }: StoreUnderTest): void {
  /** Two paces as two processes have them. Whoever must wait, waits until `letGo`. */
  const paces = () => {
    const waits: number[] = [];
    let waiting: (() => void)[] = [];
    const wait = (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        waits.push(ms);
        waiting.push(resolve);
        signal?.addEventListener('abort', () => reject(new Error('the wait was aborted')));
      });
    const letGo = () => {
      for (const go of waiting) go();
      waiting = [];
    };
    return { paces: [createDatabasePace(database().db, { wait }), createDatabasePace(database().db, { wait })] as const, waits, letGo };
  };
  const counted = async () => (await rows('select count(*)::int as n from github_writes'))[0]?.['n'];
  const older = (interval: string) => rows(`update github_writes set at = at - interval '${interval}'`);

  describe('the pace of writes', () => {
    it('is 80 a minute for two processes at once, and the others go on when a minute is over', async () => {
      const { paces: both, waits, letGo } = paces();
      let taken = 0;
      const all = Array.from({ length: 100 }, (_, at) => both[at % 2]?.take(OURS).then(() => (taken += 1)));
      await expect.poll(() => waits.length, { interval: 5, timeout: 10_000 }).toBe(20);
      expect([taken, await counted()]).toEqual([80, 80]);
      expect(Math.min(...waits)).toBeGreaterThan(30_000);
      expect(Math.max(...waits)).toBeLessThanOrEqual(61_000);
      await older('62 seconds');
      letGo();
      await Promise.all(all);
      expect([taken, await counted()]).toEqual([100, 100]);
    });

    it('is 500 an hour, whatever the minute has room for', async () => {
      const { paces: both, waits, letGo } = paces();
      await rows(
        `insert into github_writes (installation_id, at) select ${OURS}, clock_timestamp() - interval '30 minutes' from generate_series(1, 500)`,
      );
      const taken = both[0].take(OURS);
      await expect.poll(() => waits.length, { interval: 5, timeout: 10_000 }).toBe(1);
      expect(waits[0]).toBeGreaterThan(29 * 60_000);
      expect(waits[0]).toBeLessThanOrEqual(30 * 60_000 + 1_000);
      await older('31 minutes');
      letGo();
      await taken;
      expect(await counted()).toBe(1);
    });

    it('is counted for each installation by itself', async () => {
      const { paces: both, waits } = paces();
      await rows(`insert into github_writes (installation_id, at) select 1, clock_timestamp() from generate_series(1, 80)`);
      await both[0].take(2);
      expect([waits, await counted()]).toEqual([[], 81]);
    });

    it('ends a wait that is aborted with the reason, and counts nothing for it', async () => {
      const { paces: both, waits } = paces();
      await rows(`insert into github_writes (installation_id, at) select ${OURS}, clock_timestamp() from generate_series(1, 80)`);
      const stop = new AbortController();
      const taken = both[0].take(OURS, stop.signal).catch((error: unknown) => error);
      await expect.poll(() => waits.length, { interval: 5, timeout: 10_000 }).toBe(1);
      stop.abort(new Error('the server is stopping'));
      expect(await taken).toMatchObject({ message: 'the server is stopping' });
      await expect(both[0].take(OURS, stop.signal)).rejects.toThrow('the server is stopping');
      expect(await counted()).toBe(80);
    });
  });
}
