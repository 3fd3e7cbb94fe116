import pLimit from 'p-limit';
import type { MonthlySpending } from '#ports/monthly-spending.ts';
import { unlessAborted } from '../seats/unless-aborted.ts';
import type { Limit } from './name-limit.ts';

/** `taken`: it was set aside; `left`: the signal ended first; else the limit that refuses it. */
export type MonthAnswer = 'taken' | 'left' | Extract<Limit, 'month' | 'unknown-month'>;

/** The month's money as one scan takes it, US dollars. Nothing here rejects. */
export interface MonthGuard {
  /** Waits, first come, first served, while calls in flight of this scan may free enough: those of others are not known. */
  reserve(usd: number, signal: AbortSignal): Promise<MonthAnswer>;
  /** The same without a wait. */
  tryReserve(usd: number): Promise<MonthAnswer>;
  /** What cannot be counted stays set aside: the month then counts too much, and not too little. */
  settle(reservedUsd: number, spentUsd: number): void;
  /** Ends when all that was settled so far has been counted. */
  counted(): Promise<void>;
}

export function guardMonth(monthly: MonthlySpending): MonthGuard {
  const line = pLimit(1);
  const counting = new Set<Promise<void>>();
  let open = 0;
  let settled = 0;
  let wake = () => {};

  const tryReserve: MonthGuard['tryReserve'] = async (usd) => {
    try {
      if (!(await monthly.reserve(usd))) return 'month';
      open += 1;
      return 'taken';
    } catch {
      return 'unknown-month';
    }
  };
  const settle: MonthGuard['settle'] = (reservedUsd, spentUsd) => {
    const count = async () => {
      await monthly.settle(reservedUsd, spentUsd).catch(() => undefined);
      if (reservedUsd > 0) open -= 1;
      settled += 1;
      wake();
    };
    const task = count().finally(() => counting.delete(task));
    counting.add(task);
  };
  const nextSettled = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  const reserveInTurn = async (usd: number, signal: AbortSignal): Promise<MonthAnswer> => {
    while (!signal.aborted) {
      const before = settled;
      const answer = await tryReserve(usd);
      if (answer !== 'month') return answer;
      // What was settled meanwhile may have come too late for this answer.
      if (settled !== before) continue;
      if (open === 0) return 'month';
      await unlessAborted(nextSettled(), signal).catch(() => undefined);
    }
    return 'left';
  };

  return {
    tryReserve,
    settle,
    async reserve(usd, signal) {
      const asking = line(() => reserveInTurn(usd, signal));
      try {
        return await unlessAborted(asking, signal);
      } catch {
        // It may be set aside all the same, when nobody waits for it any more.
        void asking.then((answer) => answer === 'taken' && settle(usd, 0));
        return 'left';
      }
    },
    async counted() {
      await Promise.all(counting);
    },
  };
}
