import { type CircuitBreakerPolicy, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Reply } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';

/** How a call ended once its retries were over. */
export type Settled = { readonly reply: Reply } | { readonly error: unknown };

/** What all seats of one endpoint share. */
interface EndpointGate {
  /** Calls in flight at once. */
  readonly limit: LimitFunction;
  /** Opens after `TRIPS_AFTER` calls in a row that found nothing there; a call counts once, whatever its retries. */
  readonly breaker: CircuitBreakerPolicy;
}

/** The gate of an endpoint. The smallest concurrency that anybody asked for holds for all. */
export type EndpointGates = (endpoint: string, concurrency: number) => EndpointGate;

/** So many calls in a row must fail before an endpoint is left alone: a scan of forty chunks waits for three. */
export const TRIPS_AFTER = 3;

/** After this rest one call may try again, milliseconds. */
export const RESTS_MS = 30_000;

/** Gates for one process: what is handed the same gates shares their limits. */
export function createEndpointGates(): EndpointGates {
  const gates = new Map<string, EndpointGate>();
  return (endpoint, concurrency) => {
    const known = gates.get(endpoint);
    if (known !== undefined) {
      known.limit.concurrency = Math.min(known.limit.concurrency, concurrency);
      return known;
    }
    const breaker = circuitBreaker(
      handleWhenResult((result) => foundNothing(result as Settled)),
      { halfOpenAfter: RESTS_MS, breaker: new ConsecutiveBreaker(TRIPS_AFTER) },
    );
    const gate = { limit: pLimit(concurrency), breaker };
    gates.set(endpoint, gate);
    return gate;
  };
}

/** A server that hangs is as good as none; one that refuses is there. */
function foundNothing(settled: Settled): boolean {
  return (
    'error' in settled &&
    settled.error instanceof ProviderError &&
    (settled.error.fault === 'unreachable' || settled.error.fault === 'timeout')
  );
}
