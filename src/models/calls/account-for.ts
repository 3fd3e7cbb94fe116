import { explainFault } from '#lib/explain-fault.ts';
import { AegisError } from '#model/errors.ts';
import { NOT_TAKEN, ProviderError } from '#ports/provider-error.ts';
import type { Asked, SeatModel } from '#ports/runner.ts';
import type { Call } from './call.ts';
import { type PricedModel, priceCall } from './price-call.ts';

/** The outermost layer: what a call ended with, as a scan speaks of it, with what it cost. */
export function accountFor(inner: Call, priced: PricedModel): SeatModel['ask'] {
  return async (request, signal, heard): Promise<Asked> => {
    const settled = await inner(request, signal, heard);
    if (settled.kind === 'failed') {
      const { error, latencyMs } = settled;
      // What a service charges for a call that broke off nobody tells; on the owner's machines it is nothing.
      const costUsd = latencyMs === 0 || wasRefused(error) ? 0 : await priceCall(priced, null, null);
      return {
        kind: 'failed',
        reason: explainFault(error),
        code: error instanceof AegisError ? error.code : 'AEGIS_INTERNAL',
        latencyMs,
        costUsd,
      };
    }
    const { reply, latencyMs, cached, forget } = settled;
    const costUsd = cached ? 0 : await priceCall(priced, reply.tokensIn, reply.tokensOut);
    return { kind: 'replied', reply, latencyMs, costUsd, cached, ...(forget === undefined ? {} : { forget }) };
  };
}

function wasRefused(error: unknown): boolean {
  return error instanceof ProviderError && NOT_TAKEN.has(error.fault);
}
