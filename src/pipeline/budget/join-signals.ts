import { setMaxListeners } from 'node:events';

/** A signal that ends with the first of several. */
export interface JoinedSignal {
  readonly signal: AbortSignal;
  /** Lets go of the signals that it listens to. They outlive a call, and what `AbortSignal.any` makes is kept as long as they are. */
  release(): void;
}

export function joinSignals(...signals: readonly AbortSignal[]): JoinedSignal {
  const joined = new AbortController();
  const end = () => joined.abort(signals.find(({ aborted }) => aborted)?.reason);
  for (const signal of signals) {
    // All calls of a scan listen to its signals: that is no leak, and no reason to warn the user of one.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', end, { once: true });
  }
  if (signals.some(({ aborted }) => aborted)) end();
  return {
    signal: joined.signal,
    release() {
      for (const signal of signals) signal.removeEventListener('abort', end);
    },
  };
}
