import type { Deposit } from './account.ts';
import type { Funds } from './funds.ts';
import type { Limit } from './name-limit.ts';
import { NOTHING, type Spend } from './spend.ts';

/** What is set aside for one call. */
export interface Hold {
  /**
   * Sets more aside for the same call. False where there is no room at this moment: it does not wait, for calls in
   * flight that wait for one another would never end.
   */
  extend(more: Spend): Promise<boolean>;
  /** Gives all of it back, and counts what was spent. Settling twice is harmless. */
  settle(actual: Spend): void;
}

/** `refused` is told of the limit that leaves no room. */
export function openHold(deposit: Deposit, funds: Funds, refused: (limit: Limit) => void): Hold {
  const deposits = new Set([deposit]);
  const isOpen = () => deposits.has(deposit);
  return {
    async extend(more) {
      if (!isOpen()) return false;
      const place = await funds.takeNow(more);
      if (place.kind === 'refused') refused(place.limit);
      if (place.kind !== 'given') return false;
      // The call may have ended meanwhile.
      if (isOpen()) deposits.add(place.deposit);
      else funds.settle(place.deposit, NOTHING);
      return isOpen();
    },
    settle(actual) {
      const all = [...deposits];
      deposits.clear();
      for (const one of all) funds.settle(one, one === deposit ? actual : NOTHING);
    },
  };
}
