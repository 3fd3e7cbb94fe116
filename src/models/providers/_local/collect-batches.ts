interface Job<T, R> {
  readonly item: T;
  readonly size: number;
  readonly signal: AbortSignal;
  settle(outcome: { readonly result: R } | { readonly error: unknown }): void;
}

export interface Batching<T, R> {
  /** Items that go through one pass at most. */
  readonly largest: number;
  /** How long an item is: items of like length are batched, because the shorter are padded to the longest. */
  sizeOf(item: T): number;
  /** One pass. Answers a result for each item, in their order. */
  run(items: readonly T[]): Promise<readonly R[]>;
}

/**
 * Collects the items of calls that are made at the same time, so that they go through the model together. What was
 * stopped by its signal before its turn is not computed. The first that waits is always in the next batch.
 */
export function collectBatches<T, R>(batching: Batching<T, R>): (items: readonly T[], signal: AbortSignal) => Promise<readonly R[]> {
  let waiting: Job<T, R>[] = [];
  let busy = false;

  function takeBatch(): readonly Job<T, R>[] {
    waiting = waiting.filter(({ signal, settle }) => {
      if (signal.aborted) settle({ error: signal.reason });
      return !signal.aborted;
    });
    const [first, ...others] = waiting;
    if (first === undefined) return [];
    const alike = others.sort((a, b) => Math.abs(a.size - first.size) - Math.abs(b.size - first.size)).slice(0, batching.largest - 1);
    const batch = new Set([first, ...alike]);
    waiting = waiting.filter((job) => !batch.has(job));
    return [...batch];
  }

  async function work(): Promise<void> {
    for (let batch = takeBatch(); batch.length > 0; batch = takeBatch()) {
      try {
        const results = await batching.run(batch.map(({ item }) => item));
        for (const [at, { settle }] of batch.entries()) settle({ result: results[at] as R });
      } catch (error) {
        for (const { settle } of batch) settle({ error });
      }
    }
    busy = false;
  }

  return (items, signal) => {
    const results = items.map(
      (item) =>
        new Promise<R>((resolve, reject) => {
          const settle: Job<T, R>['settle'] = (outcome) => ('result' in outcome ? resolve(outcome.result) : reject(outcome.error));
          waiting.push({ item, size: batching.sizeOf(item), signal, settle });
        }),
    );
    if (!busy && items.length > 0) {
      busy = true;
      // Calls that come in the same turn of the event loop share the first batch, too.
      setImmediate(() => void work());
    }
    return Promise.all(results);
  };
}
