import { z } from 'zod';

export const share = z.number().min(0).max(1);
export const modelId = z.string().min(1).max(300);
export const modelIds = z.array(modelId).min(1);

/** `pipeline`: which models do what. */
export function pipelineSchema() {
  return z.strictObject({
    triage: z
      .strictObject({
        models: modelIds.optional().meta({ description: 'Models that say which chunks are suspicious. Default: all with that role.' }),
        threshold: share.default(0.5).meta({ description: 'Score from which a chunk is suspicious.' }),
        votes: z.boolean().default(false).meta({ description: 'Whether what a triage model claims is a vote.' }),
      })
      .optional()
      .meta({ description: 'A cheap first look.' }),
    deep_scan: z
      .strictObject({
        models: modelIds.optional().meta({ description: 'Models that look for weaknesses. Default: all with that role.' }),
        tiers: z.array(modelIds).min(1).optional().meta({ description: 'A cascade: each tier sees only what the one before flagged.' }),
      })
      .optional()
      .meta({ description: 'The search for weaknesses.' }),
    judge: z
      .strictObject({
        model: modelId.optional().meta({ description: 'The model that judges. Default: the best one with that role.' }),
        when: z.enum(['always', 'disagreement', 'never']).default('disagreement').meta({ description: 'Which findings it judges.' }),
      })
      .optional()
      .meta({ description: 'A model that hears the claims of the others.' }),
    explain: z
      .strictObject({
        model: modelId.optional().meta({ description: 'The model that explains. Default: one with that role.' }),
        max: z.int().min(0).default(10).meta({ description: 'Most findings that are explained.' }),
      })
      .optional()
      .meta({ description: 'Words and fixes for the findings that are published.' }),
  });
}

/** `consensus`: how claims become findings. `strategy` is the enum of those that are registered. */
export function consensusSchema<S extends z.ZodType<string>>(strategy: S) {
  return z.strictObject({
    strategy: strategy
      .optional()
      .meta({ description: 'Which claims are kept. Default: `majority_vote` from three models on, `union` below.' }),
    threshold: share.default(0.5).meta({ description: 'Share of the weights that a weighted vote must exceed.' }),
    weights: z
      .union([z.literal('auto'), z.record(z.string(), z.number().min(0).max(1000))])
      .default({})
      .meta({ description: "Weight of each model by id; it replaces the model's own. `auto` learns them from judgements." }),
    min_votes: z.int().min(1).default(1).meta({ description: 'Below this many full opinions a hunk counts as not fully reviewed.' }),
    independence: z.enum(['model', 'family']).default('model').meta({ description: 'Whose votes count as one.' }),
    fallback: z.string().min(1).default('union').meta({ description: 'Strategy that is used when the judge fails.' }),
    pipeline: z.string().min(1).optional().meta({ description: 'Name of a stored consensus pipeline.' }),
    steps: z.array(z.record(z.string(), z.unknown())).optional().meta({ description: 'Steps of a consensus pipeline.' }),
  });
}

/** One entry of `roles`. */
export function customRoleSchema() {
  return z.strictObject({
    prompt: z.string().min(1).meta({ description: 'The prompt template.' }),
    schema: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of the answer.' }),
    on: z
      .enum(['chunks', 'findings'])
      .default('chunks')
      .meta({ description: 'Beside deep_scan, where its claims vote, or on the findings that were kept.' }),
  });
}
