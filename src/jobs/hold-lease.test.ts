import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LeaseState } from '#ports/store.ts';
import { reviewJob } from '../../test/fakes/review-job.ts';
import { holdLease } from './hold-lease.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function hold(heartbeat: () => Promise<LeaseState>, signal?: AbortSignal, isUnwanted = async () => false) {
  const beats = vi.fn(heartbeat);
  const { ctx, logged } = reviewJob({ store: { heartbeat: beats }, ...(signal && { signal }) });
  const claimed = await ctx.store.claim('scan-1', 'w');
  if (claimed === null) throw new Error('the fake has a scan');
  return { lease: holdLease(claimed, ctx, isUnwanted), beats, logged };
}

describe('holdLease', () => {
  it('renews often enough that one lost renewal does not lose a lease of 15 s', async () => {
    const { lease, beats } = await hold(async () => 'held');
    await vi.advanceTimersByTimeAsync(15_000);
    expect(beats.mock.calls.length).toBeGreaterThanOrEqual(3);
    expect(beats).toHaveBeenCalledWith('scan-1', 'w');
    expect([lease.lost(), lease.signal.aborted]).toEqual([false, false]);
    lease.release();
  });

  it('is lost when somebody else has the scan, and the work is told', async () => {
    const { lease } = await hold(async () => 'lost');
    await vi.advanceTimersByTimeAsync(4_000);
    expect([lease.lost(), lease.signal.aborted]).toEqual([true, true]);
    lease.release();
  });

  it('is not lost by a database that is away for a moment, which is logged', async () => {
    let away = true;
    const { lease, logged } = await hold(async () => {
      if (away) throw new Error('connection refused');
      return 'held';
    });
    await vi.advanceTimersByTimeAsync(2_000);
    away = false;
    await vi.advanceTimersByTimeAsync(4_000);
    expect(lease.lost()).toBe(false);
    expect(logged).toEqual(['warn heartbeat of scan scan-1 failed: connection refused']);
    lease.release();
  });

  it.each([
    { name: 'ends the work when the pull request moved on', wanted: false },
    { name: 'goes on when it did not', wanted: true },
  ])('asked for its end, it looks, and $name', async ({ wanted }) => {
    const looks = vi.fn(async () => !wanted);
    const { lease } = await hold(async () => 'passed', undefined, looks);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(looks).toHaveBeenCalled();
    expect([lease.unwanted(), lease.lost(), lease.signal.aborted]).toEqual([!wanted, false, !wanted]);
    lease.release();
  });

  it('as long as it is asked for its end and goes on, it looks every ten seconds', async () => {
    const looks = vi.fn(async () => false);
    const { lease, beats } = await hold(async () => 'passed', undefined, looks);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([beats.mock.calls.length, looks.mock.calls.length]).toEqual([30, 6]);
    lease.release();
  });

  it('a look that fails is made again at the next renewal', async () => {
    let looks = 0;
    const { lease, logged } = await hold(
      async () => 'passed',
      undefined,
      async () => {
        looks += 1;
        if (looks === 1) throw new Error('GitHub cannot be reached');
        return true;
      },
    );
    await vi.advanceTimersByTimeAsync(4_000);
    expect(lease.unwanted()).toBe(true);
    expect(logged).toEqual(['warn heartbeat of scan scan-1 failed: GitHub cannot be reached']);
    lease.release();
  });

  it('a stop of the process ends the work and is no loss', async () => {
    const stop = new AbortController();
    const { lease } = await hold(async () => 'held', stop.signal);
    stop.abort(new Error('the server is stopping'));
    expect([lease.lost(), lease.signal.reason]).toEqual([false, stop.signal.reason]);
    lease.release();
  });

  it('released, it renews no more and leaves no timer', async () => {
    const { lease, beats } = await hold(async () => 'held');
    lease.release();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(beats).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
