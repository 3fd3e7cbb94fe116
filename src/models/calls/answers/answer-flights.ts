import type { ModelRequest } from '#ports/provider.ts';
import type { Call, Heard, Settled } from '../call.ts';
import { within } from '../within.ts';

/** What a waiter is told of a call that several wait for. */
export type Landing =
  /** `first` for exactly one of those that waited to the end: its cost is counted there. */
  | { readonly kind: 'landed'; readonly settled: Settled; readonly first: boolean }
  /** `latencyMs`: that of the call, where it was stopped because the last one left; 0 where it goes on for others. */
  | { readonly kind: 'left'; readonly latencyMs: number };

/** Calls under way by the key of their answer: who asks for the same thing meanwhile waits for the same call. */
export interface AnswerFlights {
  /**
   * Waits for the call of this key, and begins it where there is none. The call ends when nobody waits for it any
   * more: one that leaves takes nothing from the others. `begin` must not reject.
   */
  join(key: string, waiter: Waiter, begin: Begin): Promise<Landing>;
}

interface Waiter {
  readonly signal: AbortSignal;
  readonly heard: Heard;
  readonly mayRepeat: ModelRequest['mayRepeat'];
}

/** `mayRepeat`: one of those that wait pays for the repetition. */
type Begin = (signal: AbortSignal, heard: Heard, mayRepeat: () => Promise<boolean>) => ReturnType<Call>;

interface Flight {
  readonly stop: AbortController;
  readonly landing: Promise<Settled>;
  readonly listeners: Set<(text: string) => void>;
  readonly waiters: Set<Waiter>;
  said: string;
  counted: boolean;
}

/** Flights for one process: what is handed the same ones shares its calls. */
export function createAnswerFlights(): AnswerFlights {
  const flights = new Map<string, Flight>();
  return {
    async join(key, waiter, begin) {
      const { signal, heard } = waiter;
      const flight = flights.get(key) ?? takeOff(begin, heard !== undefined);
      flights.set(key, flight);
      flight.waiters.add(waiter);
      const stopListening = heard === undefined ? () => {} : listen(flight, heard);
      const getOff = () => {
        stopListening();
        flight.waiters.delete(waiter);
        if (flight.waiters.size > 0) return;
        if (flights.get(key) === flight) flights.delete(key);
        flight.stop.abort();
      };
      const leave = async (): Promise<Landing> => {
        getOff();
        return { kind: 'left', latencyMs: flight.waiters.size > 0 ? 0 : (await flight.landing).latencyMs };
      };
      const land = async (): Promise<Landing> => {
        const settled = await flight.landing;
        if (signal.aborted) return await leave();
        const first = !flight.counted;
        flight.counted = true;
        if (flight.said === '' && settled.kind === 'replied' && settled.reply.text !== '') heard?.(settled.reply.text);
        return { kind: 'landed', settled, first };
      };
      try {
        return await within<Landing>(Number.POSITIVE_INFINITY, signal, land, leave);
      } finally {
        getOff();
      }
    },
  };
}

/** An answer is streamed when the one who begins listens; who joins to listen later hears the whole of it at the end. */
function takeOff(begin: Begin, streamed: boolean): Flight {
  const stop = new AbortController();
  const waiters = new Set<Waiter>();
  const flight = { stop, listeners: new Set<(text: string) => void>(), waiters, said: '', counted: false };
  const tell = (text: string) => {
    flight.said += text;
    for (const listener of flight.listeners) listener(text);
  };
  const mayRepeat = async () => {
    for (const waiter of waiters) if ((await waiter.mayRepeat?.()) ?? true) return true;
    return false;
  };
  return Object.assign(flight, { landing: begin(stop.signal, streamed ? tell : undefined, mayRepeat) });
}

/** Tells what was said so far, and then what follows. Answers how to stop it. */
function listen(flight: Flight, heard: (text: string) => void): () => void {
  if (flight.said !== '') heard(flight.said);
  const listener = (text: string) => heard(text);
  flight.listeners.add(listener);
  return () => void flight.listeners.delete(listener);
}
