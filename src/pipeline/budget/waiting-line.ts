import type { Account, Deposit } from './account.ts';
import type { Limit } from './name-limit.ts';
import { NOTHING, plus, type Spend } from './spend.ts';

/** How asking for an amount ended. */
export type Place =
  | { readonly kind: 'given'; readonly deposit: Deposit }
  /** There never will be room: the limit that leaves none. */
  | { readonly kind: 'refused'; readonly limit: Limit }
  /** There is no room, and nobody waits for it any more. */
  | { readonly kind: 'left' };

interface Waiter {
  readonly estimate: Spend;
  readonly answer: (place: Place) => void;
}

/** Those that wait for calls in flight to free enough. */
export interface WaitingLine {
  join(estimate: Spend, signal: AbortSignal): Promise<Place>;
  /** To be called whenever something was settled. */
  advance(): void;
  isEmpty(): boolean;
}

/**
 * First come, first served: who comes later is let through only where there is room for it beside all that wait before
 * it, so it takes nothing that they wait for. What needs no money does not wait behind what waits for money. Nobody
 * waits while nothing is set aside: what does not fit then never will.
 */
export function createWaitingLine(account: Account): WaitingLine {
  const waiting = new Set<Waiter>();

  const placeFor = (estimate: Spend, ahead: Spend): Place | null => {
    const limit = account.exceededBy(estimate);
    if (limit !== null) return { kind: 'refused', limit };
    return account.hasRoom(estimate, ahead) ? { kind: 'given', deposit: account.setAside(estimate) } : null;
  };
  const advance = () => {
    let ahead = NOTHING;
    for (const waiter of waiting) {
      const place = placeFor(waiter.estimate, ahead);
      if (place === null) {
        ahead = plus(ahead, waiter.estimate);
      } else {
        waiting.delete(waiter);
        waiter.answer(place);
      }
    }
  };

  return {
    advance,
    isEmpty: () => waiting.size === 0,
    async join(estimate, signal) {
      if (signal.aborted) return { kind: 'left' };
      return await new Promise<Place>((resolve) => {
        const leave = () => {
          waiting.delete(waiter);
          resolve({ kind: 'left' });
          advance();
        };
        const answer = (place: Place) => {
          signal.removeEventListener('abort', leave);
          resolve(place);
        };
        const waiter: Waiter = { estimate, answer };
        waiting.add(waiter);
        signal.addEventListener('abort', leave, { once: true });
        advance();
      });
    },
  };
}
