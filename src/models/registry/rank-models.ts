import type { Availability, RegisteredModel } from '#model/registered-model.ts';
import type { CallRecord } from '#ports/model-records.ts';
import { answerRate } from './answer-rate.ts';

interface Ranking {
  readonly records: ReadonlyMap<string, CallRecord>;
  /** US dollars for a token, in whatever mix, as long as it is one for all; null where it is not known. */
  readonly prices: ReadonlyMap<string, number | null>;
}

const BY_AVAILABILITY: readonly Availability[] = ['available', 'unknown', 'unavailable'];
const UNTRIED: CallRecord = { calls: 0, answered: 0 };

/**
 * Models in the order in which a role is given to them: what answers now, then weight times `answerRate`, then the
 * cheaper one (an unknown price comes last), then by id, so that the order never depends on the registration.
 */
export function rankModels(models: readonly RegisteredModel[], { records, prices }: Ranking): readonly RegisteredModel[] {
  const judged = models.map((model) => ({
    model,
    availability: BY_AVAILABILITY.indexOf(model.availability),
    merit: model.weight * answerRate(records.get(model.model_id) ?? UNTRIED),
    price: prices.get(model.model_id) ?? Number.POSITIVE_INFINITY,
  }));
  return judged
    .toSorted(
      (a, b) =>
        a.availability - b.availability ||
        b.merit - a.merit ||
        // Two unknown prices are equal, and their difference is no number.
        (a.price === b.price ? 0 : a.price - b.price) ||
        (a.model.model_id < b.model.model_id ? -1 : 1),
    )
    .map(({ model }) => model);
}
