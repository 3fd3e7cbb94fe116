import { sumUsage } from '#lib/sum-usage.ts';
import type { Outcome, Usage } from '#model/outcome.ts';
import type { Asked } from '#ports/runner.ts';

/** What a reply cost. Nothing was spent for one that a cache gave. */
export function usageOf({ reply, costUsd, latencyMs, cached }: Extract<Asked, { kind: 'replied' }>): Usage {
  if (cached) return { tokensIn: 0, tokensOut: 0, costUsd: 0, latencyMs, cached };
  return { tokensIn: reply.tokensIn, tokensOut: reply.tokensOut, costUsd, latencyMs, cached };
}

/** The outcome with what the calls before it cost. One that was not asked has no usage of its own. */
export function withEarlier(outcome: Outcome, earlier: Usage): Outcome {
  return outcome.kind === 'skipped' ? outcome : { ...outcome, usage: sumUsage([earlier, outcome.usage]) };
}

/** The outcome with what a later call cost, which it does not come from. */
export function withLater(outcome: Outcome, later: Outcome): Outcome {
  if (outcome.kind === 'skipped' || later.kind === 'skipped') return outcome;
  return { ...outcome, usage: sumUsage([outcome.usage, later.usage]) };
}
