import { explainFault } from '#lib/explain-fault.ts';
import { nearest } from '#lib/nearest.ts';
import type { Health } from '#ports/provider.ts';
import { describeStatus } from '../_kit/describe-status.ts';
import { StatusFault } from '../_kit/status-fault.ts';
import type { Target } from '../_kit/target.ts';

/**
 * Asks whether a vendor has a model: `find` fetches it by its name, which may be an alias that no list has; `list` gives
 * the names for a better guess, and is asked only where there is no such model. Never throws.
 */
export async function checkModel(target: Target, find: () => Promise<unknown>, list: () => Promise<readonly string[]>): Promise<Health> {
  try {
    await find();
    return { available: true, detail: `${target.url} answers for ${target.model}.` };
  } catch (error) {
    if (!(error instanceof StatusFault && error.status === 404)) return unavailable(error, target);
  }
  try {
    const near = nearest(target.model, await list());
    const guess = near === null ? '' : `; it lists ${near}`;
    return { available: false, detail: `${target.url} answers, but does not have ${target.model}${guess}.` };
  } catch (error) {
    // A gateway passes calls on and knows nothing of models.
    if (error instanceof StatusFault && error.status === 404)
      return { available: true, detail: `${target.url} answers, and lists no models.` };
    return unavailable(error, target);
  }
}

function unavailable(error: unknown, target: Target): Health {
  return { available: false, detail: explainFault(error instanceof StatusFault ? describeStatus(error, target, []) : error) };
}
