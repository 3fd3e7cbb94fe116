import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makePull } from '../../test/fakes/review-job.ts';
import { showProgress } from './show-progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watch(show: (title: string) => Promise<void> = async () => {}) {
  const titles: string[] = [];
  const host = {
    showProgress: async (_: unknown, { title }: { title: string }) => {
      titles.push(title);
      await show(title);
    },
  };
  const progress = showProgress(host, makePull(), { name: 'Aegis', scanId: 's' });
  const done = (count: number) => progress.emit({ type: 'chunk_completed', stage: 'deep_scan', chunkId: 'c', done: count, of: 40 });
  return { titles, progress, done };
}

describe('progress in the title of a check', () => {
  it('a review that ends at once shows none', async () => {
    const { titles, progress, done } = watch();
    done(40);
    await progress.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(titles).toEqual([]);
  });

  it('is shown now and then, and only where it changed', async () => {
    const { titles, progress, done } = watch();
    done(11);
    done(12);
    await vi.advanceTimersByTimeAsync(30_000);
    done(20);
    await vi.advanceTimersByTimeAsync(10_000);
    await progress.stop();
    expect(titles).toEqual(['Reviewing: 12 of 40 calls', 'Reviewing: 20 of 40 calls']);
  });

  it('cannot come after the conclusion: what is being shown is waited for', async () => {
    let arrive = () => {};
    const { progress, done } = watch(
      () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    );
    done(1);
    await vi.advanceTimersByTimeAsync(10_000);
    let stopped = false;
    const stopping = progress.stop().then(() => {
      stopped = true;
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(stopped).toBe(false);
    arrive();
    await stopping;
  });
});
