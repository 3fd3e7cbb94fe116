/** Waits; milliseconds. Rejects when `signal` aborts. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** The time, milliseconds, and how to let it pass. */
export interface PaceClock {
  readonly now: () => number;
  readonly wait: Wait;
}

/** At most so much within any `ms` milliseconds. */
export interface PaceLimit {
  readonly ms: number;
  readonly most: number;
}

export interface SlidingPace {
  /** Resolves when `amount` more may be used under this key, and counts it. Rejects with the signal's reason. */
  take(key: number, amount: number, signal: AbortSignal): Promise<void>;
}

interface Use {
  readonly at: number;
  readonly amount: number;
}

/** Holds what is used under each key to all of the limits at once. In memory: it knows its own process only. */
export function createSlidingPace(limits: readonly PaceLimit[], { now, wait }: PaceClock): SlidingPace {
  const longest = Math.max(...limits.map(({ ms }) => ms));
  const used = new Map<number, Use[]>();
  return {
    async take(key, amount, signal) {
      for (;;) {
        signal.throwIfAborted();
        const at = now();
        const uses = (used.get(key) ?? []).filter((use) => at - use.at < longest);
        used.set(key, uses);
        const ms = Math.max(...limits.map((limit) => waitFor(uses, amount, limit, at)));
        if (ms <= 0) return void uses.push({ at, amount });
        await wait(ms, signal);
      }
    },
  };
}

/** How long until so much of what was used has left the window that `amount` fits; 0: it fits now. */
function waitFor(uses: readonly Use[], amount: number, { ms, most }: PaceLimit, at: number): number {
  const within = uses.filter((use) => at - use.at < ms);
  let over = within.reduce((sum, use) => sum + use.amount, 0) + amount - most;
  for (const use of within) {
    if (over <= 0) return 0;
    over -= use.amount;
    if (over <= 0) return use.at + ms - at;
  }
  return 0;
}
