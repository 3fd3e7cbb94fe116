import { z } from 'zod';
import { checkRoleSchema } from '#lib/role-schema.ts';
import { ROLES, STEERING_ROLE } from '#model/model-entry.ts';
import { stepsSchema } from './consensus-steps.ts';
import { type KnownParts, strategyNames } from './known-parts.ts';

export const share = z.number().min(0).max(1);
export const modelId = z.string().min(1).max(300);
export const modelIds = z.array(modelId).min(1);

/** `pipeline`: which models do what. */
export function pipelineSchema() {
  return z.strictObject({
    triage: z
      .strictObject({
        models: modelIds
          .optional()
          .meta({ description: 'Models that say which chunks are suspicious. Default: all with the role `triage`.' }),
        threshold: share
          .default(0.5)
          .meta({ description: 'Score from which a chunk is suspicious. A lower one lets more chunks through.' }),
        votes: z.boolean().default(false).meta({
          description: 'Whether what a triage model claims counts as a vote. By default it only opens the door to the other models.',
        }),
      })
      .optional()
      .meta({
        description:
          'A cheap first look, to save calls. A chunk is passed over only when every triage model covers it, answered, and stayed below the threshold; one that fails or does not know the language lets it through. What is passed over counts as reviewed, and the summary says how much it was.',
      }),
    deep_scan: z
      .strictObject({
        models: modelIds.optional().meta({ description: 'Models that look for weaknesses. Default: all with the role `deep_scan`.' }),
        tiers: z.array(modelIds).min(1).max(10).optional().meta({
          description:
            'A cascade, the cheap models first: `[[small], [large]]`. A tier sees only the chunks in which the tier before claimed something or did not answer in full; the others need the opinions of the first tier alone. A model of `deep_scan.models` in no tier is asked only in the place of one that is out of order.',
        }),
      })
      .optional()
      .meta({ description: 'The search for weaknesses. A pipeline must name it; `deep_scan: {}` takes all models with the role.' }),
    judge: z
      .strictObject({
        model: modelId.optional().meta({
          description:
            'The model that judges. Default: of those with the role `judge` the one with the most weight, where possible of a family that made none of the claims.',
        }),
        when: z
          .enum(['always', 'disagreement', 'never'])
          .default('disagreement')
          .meta({ description: 'Which claims it hears: all, those without a majority, or none. Steps of `consensus` have their own.' }),
      })
      .optional()
      .meta({
        description:
          'A model that sees the code and the claims of the others, and confirms or rejects each with a reason. Confirmed ones are kept, rejected ones dropped; where it is uncertain, the vote holds.',
      }),
    explain: z
      .strictObject({
        model: modelId
          .optional()
          .meta({ description: 'The model that explains. Default: of those with the role `explain` the one with the most weight.' }),
        max: z.int().min(0).max(1000).default(10).meta({ description: 'Most findings that are explained, the worst first.' }),
      })
      .optional()
      .meta({
        description:
          'Why a finding that will be published is exploitable, how to mend it, and a replacement for its lines where one was checked.',
      }),
  });
}

/** `consensus`: how claims become findings. */
export function consensusSchema(known: Pick<KnownParts, 'strategies'>) {
  return z.strictObject({
    strategy: z.enum(strategyNames(known)).optional().meta({
      description:
        'Which claims are kept. `judge`: a judge hears every claim, and where it is uncertain the default decides. With another strategy a judge is asked only where `pipeline.judge` names one. Default: `majority_vote` from three deep_scan models on, `union` below.',
    }),
    threshold: share.default(0.5).meta({ description: 'Share of the weights that `weighted_vote` must exceed.' }),
    weights: z
      .union([z.literal('auto'), z.record(z.string(), z.number().min(0).max(1000))])
      .default({})
      .meta({
        description:
          "Weight of each model by id; it replaces the model's own. `auto` scales the models' own weights by what people with write access confirmed and dismissed of each model's findings, by language and weakness; a model with fewer than ten such judgements keeps its own.",
      }),
    min_votes: z.int().min(1).default(1).meta({ description: 'Below this many full opinions a hunk counts as not fully reviewed.' }),
    independence: z
      .enum(['model', 'family'])
      .default('model')
      .meta({ description: 'Who has a vote: each model, or each family of models, because models of one family make the same mistakes.' }),
    fallback: z
      .enum(known.strategies)
      .default('union')
      .meta({ description: 'Strategy that decides in the place of a judge that failed or could not be read; the report says so.' }),
    pipeline: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'Name of a consensus pipeline that `aegis pipelines` keeps, in the place of `strategy` and `steps`.' }),
    steps: stepsSchema(known.strategies).optional().meta({
      description:
        'Steps in their order, in the place of `strategy`: `[{ filter: { min_severity: medium } }, { vote: majority_vote }, { judge: { when: disagreement } }, { cap: { findings: 10 } }]`. Where none of them is a `vote` or a `judge`, every claim that the others leave is kept. A judge is asked only where a step names it.',
    }),
  });
}

/** `roles`: custom roles by name. */
export function rolesSchema() {
  const name = z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,49}$/, 'must be lower-case letters, digits and `_`, at most 50')
    .refine((word) => ![...ROLES, STEERING_ROLE].includes(word), 'is a role that Aegis has itself; take another name');
  return z.record(name, customRoleSchema());
}

function customRoleSchema() {
  return z.strictObject({
    prompt: z.string().min(1).max(20_000).meta({ description: 'What the model is told, before the code.' }),
    schema: z
      .record(z.string(), z.unknown())
      .superRefine((schema, ctx) => {
        const message = checkRoleSchema(schema);
        if (message !== null) ctx.addIssue({ code: 'custom', message, input: schema });
      })
      .meta({ description: 'JSON Schema of the answer, a mapping; without `pattern`.' }),
    on: z.enum(['chunks', 'findings']).default('chunks').meta({
      description:
        '`chunks`: the role runs beside deep_scan, in the first tier, and its claims are votes. `findings`: it is asked about each finding that counts, and its answer is shown with it.',
    }),
  });
}
