import { ProviderError } from '#ports/provider-error.ts';
import type { Call } from './call.ts';
import { cancelled, failed } from './call-faults.ts';
import type { EndpointRate } from './endpoint-rate.ts';
import { within } from './within.ts';

/** Waits until the endpoint's rate limit lets the call through. The wait is not part of the model's time limit. */
export function keepRate(inner: Call, rate: Pick<EndpointRate, 'take' | 'settle'>, place: string): Call {
  return async (request, signal, heard) => {
    // Its line is first come, first served: who leaves does not wait for those before.
    await within<void>(
      Number.POSITIVE_INFINITY,
      signal,
      () => rate.take(request, signal),
      () => undefined,
    );
    if (signal.aborted) return failed(cancelled(place), 0);
    const settled = await inner(request, signal, heard);
    if (settled.kind === 'replied') rate.settle(settled.reply);
    return settled;
  };
}

/** Fails at once what the rate limit would never let through. */
export function refuseOversized(inner: Call, rate: Pick<EndpointRate, 'exceededBy'>, place: string): Call {
  return async (request, signal, heard) => {
    const limit = rate.exceededBy(request);
    if (limit === null) return await inner(request, signal, heard);
    const error = new ProviderError('too-large', `The prompt for ${place} is larger than its limit of ${limit} tokens a minute`, {
      hint: 'Raise rate_limit.tokens_per_minute in its settings.',
    });
    return failed(error, 0);
  };
}
