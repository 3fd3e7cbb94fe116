/** Timers take 31 bits: https://developer.mozilla.org/docs/Web/API/Window/setTimeout#maximum_delay_value */
const LONGEST_TIMER = 2 ** 31 - 1;

export interface TimeLimit {
  /** Aborts when the minutes are over. */
  readonly signal: AbortSignal;
  /** Stops the time. */
  close(): void;
}

/** Begins to count now. Keeps no process alive. `now` in milliseconds. */
export function startTimeLimit(minutes: number, clock: { now(): number }): TimeLimit {
  const over = new AbortController();
  const endsAt = clock.now() + minutes * 60_000;
  let timer: NodeJS.Timeout;
  const wait = (ms: number) => {
    timer = setTimeout(look, Math.min(ms, LONGEST_TIMER)).unref();
  };
  const look = () => {
    const left = endsAt - clock.now();
    if (left > 0) wait(left);
    else over.abort(new DOMException('The time of the scan is over', 'TimeoutError'));
  };
  wait(minutes * 60_000);
  return { signal: over.signal, close: () => clearTimeout(timer) };
}
