import { NOTHING, plus, type Spend } from './spend.ts';

/** US dollars are sums of fractions, and sums of fractions are not exact: less than this is no difference. */
const A_LITTLE = 1e-9;

/** What was spent and what is set aside, against the limits of one scan. What a call needs nothing of has no limit for it. */
export interface Account {
  /** The limit that leaves no room for the amount, even if all that is set aside came back; null where none does. */
  exceededBy(amount: Spend): keyof Spend | null;
  /** Whether the amount fits beside what was spent, what is set aside, and `besides`. */
  hasRoom(amount: Spend, besides: Spend): boolean;
  /** Sets it aside, whether it fits or not. */
  setAside(amount: Spend): Deposit;
  spent(): Spend;
  /** Whether something is set aside. */
  isInUse(): boolean;
}

/** What is set aside for one call. */
export interface Deposit {
  readonly amount: Spend;
  /** Gives it back and counts what was spent instead. Once only. */
  settle(actual: Spend): void;
}

export function createAccount(limits: Spend): Account {
  const deposits = new Set<Deposit>();
  let spent = NOTHING;
  const fits = (amount: Spend, taken: Spend, kind: keyof Spend) =>
    amount[kind] <= 0 || taken[kind] + amount[kind] <= limits[kind] + A_LITTLE;
  return {
    exceededBy(amount) {
      if (!fits(amount, spent, 'usd')) return 'usd';
      return fits(amount, spent, 'tokens') ? null : 'tokens';
    },
    hasRoom(amount, besides) {
      // Summed anew each time: nothing set aside is then exactly nothing.
      let taken = plus(spent, besides);
      for (const deposit of deposits) taken = plus(taken, deposit.amount);
      return fits(amount, taken, 'usd') && fits(amount, taken, 'tokens');
    },
    setAside(amount) {
      const deposit: Deposit = {
        amount,
        settle(actual) {
          deposits.delete(deposit);
          spent = plus(spent, actual);
        },
      };
      deposits.add(deposit);
      return deposit;
    },
    spent: () => spent,
    isInUse: () => deposits.size > 0,
  };
}
