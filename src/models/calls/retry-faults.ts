import { DelegateBackoff, ExponentialBackoff, handleWhen, type IBackoff, type IRetryBackoffContext, retry } from 'cockatiel';
import { ProviderError, type ProviderFault } from '#ports/provider-error.ts';

/** How often a call is repeated after each fault; the others are not repeated. Eight waits outlast the minute that rate limits count in. */
const RETRIES: Partial<Record<ProviderFault, number>> = { unreachable: 2, protocol: 1, server: 3, 'rate-limited': 8 };
const MOST_RETRIES = 8;

/** Milliseconds. Waits grow twofold, with jitter, so that seats do not return in step. */
const WAITS = { initialDelay: 500, maxDelay: 20_000 };

interface RetryLimits {
  readonly signal: AbortSignal;
  /** Milliseconds that are left for the call. A server that asks for a longer wait is not waited for. */
  remainingMs(): number;
  /** False once a repetition is of no use any more. */
  worthRepeating(): boolean;
  /** Told of each fault, also of those that are repeated. */
  onFault(error: unknown): void;
}

/**
 * Calls, and calls again after a fault that may pass: after the wait that the server asked for, or a growing one.
 * `call` is told which repetition it is, 0 for the first attempt, and must throw once `signal` has ended. The wait
 * before a repetition keeps no process alive, so hold a timer of your own.
 */
export async function retryFaults<T>(call: (repetition: number) => Promise<T>, limits: RetryLimits): Promise<T> {
  let faults = 0;
  const mayPass = (error: Error): boolean => {
    limits.onFault(error);
    faults += 1;
    if (!(error instanceof ProviderError) || !error.retryable || limits.signal.aborted || !limits.worthRepeating()) return false;
    return faults <= (RETRIES[error.fault] ?? 0) && (error.retryAfterMs ?? 0) < limits.remainingMs();
  };
  const policy = retry(handleWhen(mayPass), { maxAttempts: MOST_RETRIES, backoff: createBackoff() }).dangerouslyUnref();
  return await policy.execute(({ attempt }) => call(attempt));
}

function createBackoff() {
  const growing = new ExponentialBackoff(WAITS);
  return new DelegateBackoff<IRetryBackoffContext<unknown>, IBackoff<unknown>>(({ result }, before) => {
    const step = before === undefined ? growing.next() : before.next(undefined);
    const error = 'error' in result ? result.error : null;
    const asked = error instanceof ProviderError ? (error.retryAfterMs ?? 0) : 0;
    return { delay: Math.max(step.duration, asked), state: step };
  });
}
