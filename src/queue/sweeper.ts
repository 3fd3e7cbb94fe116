import type { JobQueue, Store } from '#ports/store.ts';

/** With the store's lease of 15 s, a scan whose worker died is taken up after 18 s at the latest. */
const EVERY_MS = 3_000;

interface SweeperOptions {
  readonly store: Pick<Store, 'abandoned'>;
  readonly queue: Pick<JobQueue, 'enqueue'>;
  /** Pause between two sweeps, milliseconds. */
  readonly everyMs?: number;
  /** Hears of a sweep that failed; the next one comes all the same. */
  readonly onError: (error: unknown) => void;
}

interface Sweeper {
  /** Ends it, after the sweep that is under way. */
  stop(): Promise<void>;
}

/**
 * Enqueues scans and tasks that nobody works on, now and every few seconds: those of a worker that died, and those whose
 * job got lost. The job of a dead process stays active in pg-boss for a long time, so the store's leases decide.
 */
export function startSweeper({ store, queue, everyMs = EVERY_MS, onError }: SweeperOptions): Sweeper {
  async function sweep(): Promise<void> {
    try {
      for (const jobId of await store.abandoned()) await queue.enqueue(jobId);
    } catch (error) {
      onError(error);
    }
  }
  let underWay: Promise<void> | null = null;
  const begin = () => {
    underWay ??= sweep().finally(() => {
      underWay = null;
    });
  };
  begin();
  const timer = setInterval(begin, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}
