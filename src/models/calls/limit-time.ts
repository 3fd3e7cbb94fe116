import { type CircuitBreakerPolicy, CircuitState } from 'cockatiel';
import type { ConnectedModel, ModelRequest } from '#ports/provider.ts';
import { NOT_TAKEN, ProviderError } from '#ports/provider-error.ts';
import type { Call, Settled } from './call.ts';
import { cancelled, failed, tooLate } from './call-faults.ts';
import type { EndpointRate } from './endpoint-rate.ts';
import { retryFaults } from './retry-faults.ts';
import { within } from './within.ts';

interface TimedModel {
  readonly model: ConnectedModel;
  readonly timeoutMs: number;
  readonly place: string;
  /** A repetition is a request like any other. Its wait is part of the time limit, like the wait before it. */
  readonly rate: Pick<EndpointRate, 'take'>;
  /** Where it opens, other calls found the endpoint out of order: then repetitions are of no use. */
  readonly breaker: CircuitBreakerPolicy;
  readonly clock: { now(): number };
}

/** The innermost layer: the provider's call with its repetitions, all of them within one time limit. */
export function limitTime({ model, timeoutMs, place, rate, breaker, clock }: TimedModel): Call {
  return (request, signal, heard) => {
    let refused = false;
    const worthRepeating = () => !refused && breaker.state !== CircuitState.Open;
    const startedAt = clock.now();
    const elapsed = () => clock.now() - startedAt;
    let lastFault: unknown = null;
    return within<Settled>(
      timeoutMs,
      signal,
      async (limited) => {
        const attempt = async (repetition: number) => {
          if (repetition > 0) {
            // It may have opened during the wait.
            if (worthRepeating()) refused = !(await isPaidFor(request, lastFault));
            if (!worthRepeating()) throw lastFault;
            await rate.take(request, limited);
          }
          limited.throwIfAborted();
          return await model.call(request, limited, heard === undefined ? undefined : (text) => void (limited.aborted || heard(text)));
        };
        try {
          const reply = await retryFaults(attempt, {
            signal: limited,
            remainingMs: () => timeoutMs - elapsed(),
            worthRepeating,
            onFault: (error) => {
              lastFault = error;
            },
          });
          return { kind: 'replied', reply, latencyMs: elapsed(), cached: false };
        } catch (error) {
          return failed(error, elapsed());
        }
      },
      (because) => failed(because === 'cancelled' ? cancelled(place) : tooLate(place, timeoutMs, lastFault), elapsed()),
    );
  };
}

/** Whether there is money for a repetition. What a service did not take it does not charge for, so that one needs none. */
async function isPaidFor({ mayRepeat }: ModelRequest, fault: unknown): Promise<boolean> {
  if (mayRepeat === undefined || (fault instanceof ProviderError && NOT_TAKEN.has(fault.fault))) return true;
  return await mayRepeat();
}
