import type { Budget } from '#model/plan.ts';
import type { Spending } from '#model/scan-result.ts';
import type { MonthlySpending } from '#ports/monthly-spending.ts';
import { createFunds } from './funds.ts';
import { type Hold, openHold } from './hold.ts';
import { joinSignals } from './join-signals.ts';
import { type Limit, nameLimit } from './name-limit.ts';
import type { Spend } from './spend.ts';
import { startTimeLimit } from './time-limit.ts';

/** What one scan may spend. Nothing here rejects. */
export interface Purse {
  /**
   * Sets an estimate aside: waits, first come, first served, while calls in flight may free enough. Null where it will
   * never fit, where the time is over, or when the signal ends.
   */
  reserve(estimate: Spend, signal: AbortSignal): Promise<Hold | null>;
  /** Aborts when the minutes are over. */
  readonly signal: AbortSignal;
  /** What was settled so far, and the limit for which something was refused or cut. */
  spending(): Spending;
  /**
   * Stops the time. Ends when the month has counted every call, also those that were just cancelled: within five seconds,
   * for a scan does not hang on a count.
   */
  close(): Promise<void>;
}

/** Longest wait for the month's count, milliseconds. */
const COUNT_MS = 5_000;

/** The time begins now. `monthly`: null where no monthly limit holds. */
export function createPurse(budget: Budget, parts: { readonly monthly: MonthlySpending | null; readonly clock: { now(): number } }): Purse {
  const funds = createFunds(budget, parts.monthly);
  const time = startTimeLimit(budget.minutes, parts.clock);
  let exhausted: string | null = null;

  /** The first limit is told, unless the time ended it all. */
  const refused = (limit: Limit) => {
    if (exhausted === null || limit === 'minutes') exhausted = nameLimit(limit, budget);
  };
  // What is in flight then is cut.
  time.signal.addEventListener('abort', () => funds.isInUse() && refused('minutes'));

  return {
    signal: time.signal,
    async reserve(estimate, signal) {
      if (time.signal.aborted) refused('minutes');
      const either = joinSignals(signal, time.signal);
      try {
        const place = await funds.take(estimate, either.signal);
        if (place.kind === 'refused') refused(place.limit);
        return place.kind === 'given' ? openHold(place.deposit, funds, refused) : null;
      } finally {
        either.release();
      }
    },
    spending: () => ({ ...funds.spent(), exhausted }),
    async close() {
      time.close();
      await atMost(COUNT_MS, funds.counted());
    },
  };
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, enough]);
  clearTimeout(timer);
}
