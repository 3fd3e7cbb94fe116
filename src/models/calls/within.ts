import { setMaxListeners } from 'node:events';

/** Timers take 31 bits: https://developer.mozilla.org/docs/Web/API/Window/setTimeout#maximum_delay_value */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The reason that work is handed with its signal. Made once: making one takes longer than all else here, for its stack. */
const OVER = new DOMException('The work is over', 'AbortError');

/** Why a piece of work was left before it ended. */
type LeftBecause = 'time-limit' | 'cancelled';

/**
 * Runs work within a time limit and a signal, and leaves it as soon as one of them ends, also where the work does not
 * listen: `left` then says what to answer. The work is told through the signal that it is handed, after
 * the answer is settled: what it throws then comes too late to replace it.
 */
export async function within<T>(
  limitMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  left: (because: LeftBecause) => T | Promise<T>,
): Promise<T> {
  if (signal.aborted) return await left('cancelled');
  // All calls of a scan listen to its one signal: that is no leak, and no reason to warn the user of one.
  setMaxListeners(0, signal);
  const inner = new AbortController();
  let leave: (because: LeftBecause) => void = () => {};
  const leaving = new Promise<LeftBecause>((resolve) => {
    leave = resolve;
  });
  const cancel = () => leave('cancelled');
  signal.addEventListener('abort', cancel, { once: true });
  const timer = Number.isFinite(limitMs) ? setTimeout(() => leave('time-limit'), Math.min(limitMs, LONGEST_TIMER)) : undefined;
  try {
    return await Promise.race([work(inner.signal), leaving.then(left)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    inner.abort(OVER);
  }
}
