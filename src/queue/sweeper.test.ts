import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSweeper } from './sweeper.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the sweeper', () => {
  it('sweeps at once and then every few seconds', async () => {
    const enqueued: string[] = [];
    const sweeper = startSweeper({
      store: { abandoned: async () => ['a', 'b'] },
      queue: { enqueue: async (scanId) => void enqueued.push(scanId) },
      everyMs: 1_000,
      onError: () => {},
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(enqueued).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(enqueued).toHaveLength(6);
    await sweeper.stop();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(enqueued).toHaveLength(6);
  });

  it('goes on after a sweep that failed, and tells of it', async () => {
    const faults: unknown[] = [];
    const sweeper = startSweeper({
      store: { abandoned: () => Promise.reject(new Error('away')) },
      queue: { enqueue: async () => {} },
      everyMs: 1_000,
      onError: (error) => void faults.push(error),
    });
    await vi.advanceTimersByTimeAsync(2_500);
    await sweeper.stop();
    expect(faults).toHaveLength(3);
  });

  it('never sweeps twice at the same time', async () => {
    let calls = 0;
    let finish = () => {};
    const sweeper = startSweeper({
      store: {
        abandoned: () => {
          calls += 1;
          return new Promise((resolve) => {
            finish = () => resolve([]);
          });
        },
      },
      queue: { enqueue: async () => {} },
      everyMs: 1_000,
      onError: () => {},
    });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(calls).toBe(1);
    finish();
    await sweeper.stop();
  });
});
