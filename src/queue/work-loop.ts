interface WorkLoopOptions<Job> {
  /** Fetches at most `limit` jobs; what it throws is reported and tried again. */
  readonly take: (limit: number) => Promise<readonly Job[]>;
  /** Does one job. Must not throw. */
  readonly run: (job: Job) => Promise<void>;
  readonly concurrency: number;
  /** Longest pause between two looks, milliseconds: for jobs that fell due without a call of `wake`. */
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

export interface WorkLoop {
  /** Looks for jobs now. */
  wake(): void;
  /** Takes no further jobs and waits for those under way, at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Fetches and runs jobs, `concurrency` at a time. pg-boss has a loop of its own, which polls once for each worker and
 * leaves the result of a finished job to an unawaited promise: a database that is away then ends the process.
 */
export function startWorkLoop<Job>({ take, run, concurrency, pollMs, onError }: WorkLoopOptions<Job>): WorkLoop {
  const underWay = new Set<Promise<void>>();
  const pause = createPause();
  let stopping = false;

  async function takeSome(): Promise<readonly Job[]> {
    try {
      return underWay.size < concurrency ? await take(concurrency - underWay.size) : [];
    } catch (error) {
      onError(error);
      return [];
    }
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      pause.arm();
      const jobs = await takeSome();
      // Jobs that arrive while stopping are left as they are: their scans have no lease, and the sweeper finds them.
      if (stopping) return;
      for (const job of jobs) {
        const done: Promise<void> = run(job).finally(() => {
          underWay.delete(done);
          pause.end();
        });
        underWay.add(done);
      }
      if (jobs.length === 0) await pause.wait(pollMs);
    }
  }

  const ended = loop();
  return {
    wake: pause.end,
    async stop(graceMs) {
      stopping = true;
      pause.end();
      const grace = createPause();
      void ended.then(() => Promise.all(underWay)).finally(grace.end);
      await grace.wait(graceMs);
    },
  };
}

/** A wait that can be cut short, also by an `end` that comes between `arm` and `wait`. */
function createPause(): { arm(): void; end(): void; wait(ms: number): Promise<void> } {
  let ended = false;
  let finish = () => {};
  return {
    arm: () => {
      ended = false;
    },
    end: () => {
      ended = true;
      finish();
    },
    wait: (ms) =>
      new Promise((resolve) => {
        if (ended) return resolve();
        const timer = setTimeout(resolve, ms);
        finish = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}
