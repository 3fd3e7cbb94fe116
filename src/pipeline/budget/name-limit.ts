import type { Budget } from '#model/plan.ts';

/** The limits of a budget, and the month whose spending nobody can tell. */
export type Limit = 'usd' | 'tokens' | 'minutes' | 'month' | 'unknown-month';

/** The limit that was hit, in one clause for people. */
export function nameLimit(limit: Limit, { usd, tokens, minutes, monthlyUsd }: Budget): string {
  switch (limit) {
    case 'usd':
      return `the budget of ${dollars(usd)} is spent`;
    case 'tokens':
      return `the budget of ${count(tokens)} tokens is spent`;
    case 'minutes':
      return `the time of ${count(minutes)} ${minutes === 1 ? 'minute' : 'minutes'} is over`;
    case 'month':
      return monthlyUsd === null
        ? "this month's money for the repository is spent"
        : `this month's ${dollars(monthlyUsd)} for the repository are spent`;
    case 'unknown-month':
      return "the month's spending could not be looked up";
  }
}

/** `$20`, `$0.50`, `$0.0025`. */
function dollars(usd: number): string {
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: Number.isInteger(usd) ? 0 : 2, maximumFractionDigits: 6 })}`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
