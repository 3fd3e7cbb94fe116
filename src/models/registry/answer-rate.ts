import type { CallRecord } from '#ports/model-records.ts';

/** What a model is taken to have done before its first call: nine answers to ten calls. */
const PRIOR = { calls: 10, answered: 9 };

/** The normal quantile of a one-sided bound that holds in nine of ten cases. */
const Z = 1.2816;

/**
 * How large a share of calls a model answers, cautiously: the lower bound of Wilson's score interval
 * (https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval) over its calls and those
 * of the prior. Between 0 and 1; 0.72 for a model that was never called, so that one that proved itself comes before
 * it and one that often fails after it; single calls move it little.
 */
export function answerRate({ calls, answered }: CallRecord): number {
  const n = Math.max(0, calls) + PRIOR.calls;
  const share = Math.min(1, (Math.max(0, answered) + PRIOR.answered) / n);
  const spread = Z * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  return (share + Z ** 2 / (2 * n) - spread) / (1 + Z ** 2 / n);
}
