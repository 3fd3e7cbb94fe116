import { explainFault } from '#lib/explain-fault.ts';
import type { ConnectedModel, Health } from '#ports/provider.ts';
import { within } from './within.ts';

/** A check comes before a scan, and must not hold it up. */
const LIMIT_MS = 5_000;

/** Whether a model can be called now. Never rejects, and ends within 5 s. */
export async function checkHealth(model: ConnectedModel, place: string, signal: AbortSignal): Promise<Health> {
  try {
    return await within<Health>(
      LIMIT_MS,
      signal,
      (limited) => model.health(limited),
      (because) => ({
        available: false,
        detail:
          because === 'cancelled'
            ? `The check of ${place} was cancelled.`
            : `No word from ${place} within ${LIMIT_MS / 1000} s: look after its server.`,
      }),
    );
  } catch (error) {
    return { available: false, detail: explainFault(error) };
  }
}
