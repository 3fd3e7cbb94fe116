import type { MonthlySpending } from '#ports/monthly-spending.ts';
import { createAccount, type Deposit } from './account.ts';
import { guardMonth, type MonthAnswer } from './month-guard.ts';
import { NOTHING, type Spend } from './spend.ts';
import { createWaitingLine, type Place } from './waiting-line.ts';

/** The tokens and the money of one scan, with its share of the month's. Nothing here rejects. */
export interface Funds {
  /** Waits while calls in flight may free enough. */
  take(estimate: Spend, signal: AbortSignal): Promise<Place>;
  /** The same without a wait: `left` where there is no room at this moment. */
  takeNow(amount: Spend): Promise<Place>;
  /** Counts what was spent in the place of what was set aside. Once only. */
  settle(deposit: Deposit, actual: Spend): void;
  spent(): Spend;
  /** Whether something is set aside or waited for. */
  isInUse(): boolean;
  /** Ends when nothing is set aside any more, and the month has counted all of it. */
  counted(): Promise<void>;
}

/** `monthly`: null where no monthly limit holds. */
export function createFunds(limits: Spend, monthly: MonthlySpending | null): Funds {
  const account = createAccount(limits);
  const line = createWaitingLine(account);
  const month = monthly === null ? null : guardMonth(monthly);
  let wake = () => {};
  const nextSettled = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });

  /** What costs nothing needs no month. */
  const takeFromMonth = async (deposit: Deposit, reserve: (usd: number) => Promise<MonthAnswer>): Promise<Place> => {
    const { usd } = deposit.amount;
    const answer = usd === 0 ? 'taken' : await reserve(usd);
    if (answer === 'taken') return { kind: 'given', deposit };
    deposit.settle(NOTHING);
    line.advance();
    return answer === 'left' ? { kind: 'left' } : { kind: 'refused', limit: answer };
  };

  return {
    async take(estimate, signal) {
      const place = await line.join(estimate, signal);
      if (month === null || place.kind !== 'given') return place;
      return await takeFromMonth(place.deposit, (usd) => month.reserve(usd, signal));
    },
    async takeNow(amount) {
      const limit = account.exceededBy(amount);
      if (limit !== null) return { kind: 'refused', limit };
      if (!account.hasRoom(amount, NOTHING)) return { kind: 'left' };
      const deposit = account.setAside(amount);
      return month === null ? { kind: 'given', deposit } : await takeFromMonth(deposit, month.tryReserve);
    },
    settle(deposit, actual) {
      deposit.settle(actual);
      const reservedUsd = deposit.amount.usd;
      if (reservedUsd > 0 || actual.usd > 0) month?.settle(reservedUsd, actual.usd);
      line.advance();
      wake();
    },
    spent: account.spent,
    isInUse: () => account.isInUse() || !line.isEmpty(),
    async counted() {
      if (month === null) return;
      while (account.isInUse()) await nextSettled();
      await month.counted();
    },
  };
}
