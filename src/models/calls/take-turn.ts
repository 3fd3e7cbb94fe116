import { setTimeout as pause } from 'node:timers/promises';
import type { Call } from './call.ts';
import { cancelled, failed } from './call-faults.ts';
import { isOutOfOrder, type Turns } from './endpoint-gates.ts';
import { within } from './within.ts';

/**
 * After a call that found its endpoint out of order its place stays taken for so long, milliseconds. Calls that were
 * begun together reach their time limit together: all of them are counted before another one is begun and hangs, too.
 */
const LINGERS_MS = 200;

/** Waits for a free place at the endpoint. The wait is not part of the model's time limit, and ends with the signal. */
export function takeTurn(inner: Call, limit: Turns, place: string): Call {
  const leave = () => failed(cancelled(place), 0);
  return (request, signal, heard) => {
    const turn = () =>
      new Promise<Awaited<ReturnType<Call>>>((resolve, reject) => {
        limit(async () => {
          const settled = signal.aborted ? leave() : await inner(request, signal, heard);
          resolve(settled);
          if (isOutOfOrder(settled)) await pause(LINGERS_MS);
        }).catch(reject);
      });
    return within(Number.POSITIVE_INFINITY, signal, turn, leave);
  };
}
