import { AegisError } from '#model/errors.ts';
import { ProviderError } from '#ports/provider-error.ts';
import type { Settled } from './call.ts';

/** A call that did not end well. */
export function failed(error: unknown, latencyMs: number): Settled {
  return { kind: 'failed', error, latencyMs };
}

/** `place` is the model with its endpoint, as people know it. */
export function cancelled(place: string): ProviderError {
  return new ProviderError('cancelled', `The call of ${place} was cancelled`, { hint: 'Run the review again.' });
}

/** `lastFault` is what an earlier attempt within the same limit ended with; null where there was none. */
export function tooLate(place: string, limitMs: number, lastFault: unknown): ProviderError {
  const before = lastFault instanceof AegisError ? ` (before that: ${lastFault.message})` : '';
  return new ProviderError('timeout', `No answer from ${place} within ${limitMs / 1000} s${before}`, {
    hint: 'Raise its `timeout`, or use a faster model.',
  });
}

export function isCancelled(settled: Settled): boolean {
  return settled.kind === 'failed' && settled.error instanceof ProviderError && settled.error.fault === 'cancelled';
}
