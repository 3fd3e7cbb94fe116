import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startWorkLoop } from './work-loop.ts';

describe('the work loop', () => {
  it('asks for no more jobs than it has room for', async () => {
    const asked: number[] = [];
    let left = 5;
    const loop = startWorkLoop<number>({
      take: async (limit) => {
        asked.push(limit);
        return Array.from({ length: Math.min(limit, left) }, () => left--);
      },
      run: () => wait(20),
      ...{ concurrency: 3, pollMs: 10_000, onError: () => {} },
    });
    await wait(150);
    await loop.stop(1_000);
    expect(left).toBe(0);
    expect(Math.max(...asked)).toBe(3);
  });

  it('looks at once when it is woken, also while it looks', async () => {
    let looks = 0;
    const loop = startWorkLoop<number>({
      take: async () => {
        looks += 1;
        await wait(20);
        return [];
      },
      run: async () => {},
      ...{ concurrency: 1, pollMs: 10_000, onError: () => {} },
    });
    loop.wake();
    await wait(60);
    expect(looks).toBe(2);
    loop.wake();
    await wait(10);
    expect(looks).toBe(3);
    await loop.stop(1_000);
  });

  it('tells of a look that failed, and looks again', async () => {
    const faults: unknown[] = [];
    const loop = startWorkLoop<number>({
      take: () => Promise.reject(new Error('away')),
      run: async () => {},
      ...{ concurrency: 1, pollMs: 20, onError: (error: unknown) => void faults.push(error) },
    });
    await wait(110);
    await loop.stop(1_000);
    expect(faults.length).toBeGreaterThanOrEqual(3);
    expect(faults.length).toBeLessThan(10);
  });

  it('does not run what arrives while it stops, and does not wait for ever', async () => {
    const ran: string[] = [];
    const late = startWorkLoop<string>({
      take: async () => {
        await wait(50);
        return ['late'];
      },
      run: async (job) => void ran.push(job),
      ...{ concurrency: 1, pollMs: 10, onError: () => {} },
    });
    await late.stop(1_000);
    const stuck = startWorkLoop<string>({
      take: () => new Promise(() => {}),
      run: async () => {},
      concurrency: 1,
      pollMs: 10,
      onError: () => {},
    });
    const since = performance.now();
    await stuck.stop(100);
    expect(performance.now() - since).toBeLessThan(1_000);
    expect(ran).toEqual([]);
  });
});
