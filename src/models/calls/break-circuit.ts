import { type CircuitBreakerPolicy, isBrokenCircuitError } from 'cockatiel';
import { AegisError } from '#model/errors.ts';
import type { Call, Settled } from './call.ts';
import { failed, isCancelled } from './call-faults.ts';
import { TRIPS_AFTER } from './endpoint-gates.ts';

/** An endpoint was not called, because the calls before found it out of order. */
class BreakerOpen extends AegisError {
  readonly code = 'AEGIS_PROVIDER_BREAKER_OPEN';
}

/** What a call that says nothing about its endpoint is carried past the breaker in. */
class Uncounted extends Error {
  readonly settled: Settled;

  constructor(settled: Settled) {
    super();
    this.settled = settled;
  }
}

/** Leaves an endpoint alone that is out of order. A call counts once, whatever its repetitions; one that was cancelled does not count. */
export function breakCircuit(inner: Call, breaker: CircuitBreakerPolicy, place: string): Call {
  return async (request, signal, heard) => {
    try {
      return await breaker.execute(async () => {
        const settled = await inner(request, signal, heard);
        if (isCancelled(settled)) throw new Uncounted(settled);
        return settled;
      });
    } catch (error) {
      if (error instanceof Uncounted) return error.settled;
      return failed(isBrokenCircuitError(error) ? leftAlone(place, breaker.lastFailure) : error, 0);
    }
  };
}

/** The reader needs the reason of the calls before. */
function leftAlone(place: string, last: CircuitBreakerPolicy['lastFailure']): BreakerOpen {
  const settled = last !== undefined && 'value' in last ? (last.value as Settled) : undefined;
  const cause = settled?.kind === 'failed' && settled.error instanceof AegisError ? settled.error : null;
  const why = cause === null ? '' : ` (${cause.message})`;
  return new BreakerOpen(`${place} was not called, because ${TRIPS_AFTER} calls in a row failed${why}`, {
    hint: cause?.hint ?? 'Look after its server.',
  });
}
