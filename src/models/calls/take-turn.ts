import { setTimeout as pause } from 'node:timers/promises';
import type { Call, Settled } from './call.ts';
import { cancelled, failed } from './call-faults.ts';
import { isOutOfOrder, type Turns } from './endpoint-gates.ts';
import { within } from './within.ts';

/**
 * After a call that found its endpoint out of order its place stays taken for so long, milliseconds. Calls that were
 * begun together reach their time limit together: all of them are counted before another one is begun and hangs, too.
 */
const LINGERS_MS = 200;

/**
 * Waits for a free place. The wait is not part of the model's time limit, and ends with the signal. A call that has
 * begun says itself how it ended: what is cut may have cost something, what still waited has not.
 */
export function takeTurn(inner: Call, limit: Turns, place: string, lingersMs = LINGERS_MS): Call {
  return (request, signal, heard) => {
    let begun: ReturnType<Call> | null = null;
    const leave = () => failed(cancelled(place), 0);
    const turn = () =>
      new Promise<Settled>((resolve, reject) => {
        limit(async () => {
          if (signal.aborted) return resolve(leave());
          begun = inner(request, signal, heard);
          const settled = await begun;
          resolve(settled);
          if (lingersMs > 0 && isOutOfOrder(settled)) await pause(lingersMs);
        }).catch(reject);
      });
    return within(Number.POSITIVE_INFINITY, signal, turn, () => begun ?? leave());
  };
}

/** Waits for a place among all calls of the process. Nothing lingers there: it would hold other endpoints up. */
export function takeGlobalTurn(inner: Call, limit: Turns, place: string): Call {
  return takeTurn(inner, limit, place, 0);
}
