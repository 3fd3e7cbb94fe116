import type { ModelRecord } from '#model/model-record.ts';
import type { Plan } from '#model/plan.ts';
import { learnWeights, type WeighedVote } from './learn-weight.ts';

/**
 * What each model's vote weighs: what the plan says, else its entry, else 1; under `weights: auto` that, scaled by
 * what people judged of the model.
 */
export function weighVotes(
  { seats, reserves, consensus }: Pick<Plan, 'seats' | 'reserves' | 'consensus'>,
  records: readonly ModelRecord[],
): { readonly base: (modelId: string) => number; readonly weigh: (vote: WeighedVote) => number } {
  // The first seat of a model tells; the entry behind all of its seats is the same.
  const entries = new Map([...seats, ...reserves].toReversed().map(({ model }) => [model.model_id, model.weight]));
  const listed = new Map(Object.entries(consensus.weights));
  const base = (modelId: string) => listed.get(modelId) ?? entries.get(modelId) ?? 1;
  const factorOf = consensus.learned ? learnWeights(records) : () => 1;
  return { base, weigh: (vote) => base(vote.modelId) * factorOf(vote) };
}
