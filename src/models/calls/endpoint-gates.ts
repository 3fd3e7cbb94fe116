import { type CircuitBreakerPolicy, ConsecutiveBreaker, circuitBreaker, handleWhenResult } from 'cockatiel';
import pLimit, { type LimitFunction } from 'p-limit';
import type { RateLimit } from '#model/call-settings.ts';
import { ProviderError, type ProviderFault } from '#ports/provider-error.ts';
import type { Settled } from './call.ts';
import { createEndpointRate, type EndpointRate } from './endpoint-rate.ts';

/** Does the work when it is its turn. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** What all seats of one endpoint share. */
export interface EndpointGate {
  /** Lets so many calls be in flight at once. */
  readonly limit: Turns;
  /** Lets so many calls be in flight at once over all endpoints of the process. */
  readonly globalLimit: Turns;
  readonly rate: Omit<EndpointRate, 'limitTo'>;
  /** Opens after `TRIPS_AFTER` calls in a row that found the endpoint out of order. */
  readonly breaker: CircuitBreakerPolicy;
}

/** What one model says of its endpoint. */
export interface EndpointTerms {
  readonly modelId: string;
  /** Null where the model does not say; then what its kind takes holds, unless another model says. */
  readonly concurrency: number | null;
  readonly usualConcurrency: number;
  readonly rateLimit: RateLimit | null;
}

/** The gate of an endpoint. The smallest limits that any of its models states hold for all; what a model said before is forgotten. */
export type EndpointGates = (endpoint: string, terms: EndpointTerms) => EndpointGate;

/** So many calls in a row must fail before an endpoint is left alone: a scan of forty chunks waits for three. */
export const TRIPS_AFTER = 3;

/** After this rest one call may try again, milliseconds. */
export const RESTS_MS = 30_000;

/**
 * Faults that say the endpoint is out of order, once the repetitions are over: nobody there, no answer in time, errors
 * of its own, a limit that it holds us to. What is left, a wrong key or a request that it does not take, is an answer.
 */
const OUT_OF_ORDER: ReadonlySet<ProviderFault> = new Set(['unreachable', 'timeout', 'server', 'rate-limited']);

interface CountedGate extends EndpointGate {
  readonly limit: LimitFunction;
  readonly rate: EndpointRate;
}

/** Calls in flight of one process, where the operator does not say: more sockets and child processes help no review. */
const MOST_CALLS = 64;

/** Gates for one process: what is handed the same gates shares their limits. `mostCalls`: in flight at once over all endpoints. */
export function createEndpointGates(mostCalls = MOST_CALLS): (...asked: Parameters<EndpointGates>) => CountedGate {
  const globalLimit = pLimit(mostCalls);
  const gates = new Map<string, { gate: CountedGate; said: Map<string, EndpointTerms> }>();
  return (endpoint, terms) => {
    const known = gates.get(endpoint) ?? { gate: createGate(terms.usualConcurrency, globalLimit), said: new Map() };
    gates.set(endpoint, known);
    const { gate, said } = known;
    said.set(terms.modelId, terms);
    const all = [...said.values()];
    gate.limit.concurrency =
      smallest(all.map(({ concurrency }) => concurrency)) ?? smallest(all.map(({ usualConcurrency }) => usualConcurrency)) ?? 1;
    gate.rate.limitTo({
      requests: smallest(all.map(({ rateLimit }) => rateLimit?.requests_per_minute)),
      tokens: smallest(all.map(({ rateLimit }) => rateLimit?.tokens_per_minute)),
    });
    return gate;
  };
}

function createGate(concurrency: number, globalLimit: Turns): CountedGate {
  const breaker = circuitBreaker(
    handleWhenResult((result) => isOutOfOrder(result as Settled)),
    { halfOpenAfter: RESTS_MS, breaker: new ConsecutiveBreaker(TRIPS_AFTER) },
  );
  return { limit: pLimit(concurrency), globalLimit, rate: createEndpointRate(), breaker };
}

export function isOutOfOrder(settled: Settled): boolean {
  return settled.kind === 'failed' && settled.error instanceof ProviderError && OUT_OF_ORDER.has(settled.error.fault);
}

function smallest(numbers: readonly (number | null | undefined)[]): number | null {
  const stated = numbers.filter((number) => number != null);
  return stated.length === 0 ? null : Math.min(...stated);
}
