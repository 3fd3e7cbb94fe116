import { ProviderError } from '#ports/provider-error.ts';

/**
 * The promise, or `cancelled` as soon as `signal` aborts. What the promise brings after that is dropped: a native
 * computation cannot be stopped half way.
 */
export function endWith<T>(signal: AbortSignal, model: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(cancelled(model, signal));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** What a call throws that was stopped. */
export function cancelled(model: string, signal: AbortSignal): ProviderError {
  return new ProviderError('cancelled', `The call of ${model} was cancelled`, { hint: 'Run the review again.', cause: signal.reason });
}
