import type { LimitFunction } from 'p-limit';
import type { Call } from './call.ts';
import { cancelled, failed } from './call-faults.ts';
import { within } from './within.ts';

/** Waits for a free place at the endpoint. The wait is not part of the model's time limit, and ends with the signal. */
export function takeTurn(inner: Call, limit: LimitFunction, place: string): Call {
  const leave = () => failed(cancelled(place), 0);
  return (request, signal, heard) =>
    within(
      Number.POSITIVE_INFINITY,
      signal,
      () => limit(async () => (signal.aborted ? leave() : await inner(request, signal, heard))),
      leave,
    );
}
