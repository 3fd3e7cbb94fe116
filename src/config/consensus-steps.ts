import { z } from 'zod';
import { type Fault, faultsOf } from '#lib/faults.ts';
import type { ConsensusStep } from '#model/plan.ts';
import { severitySchema } from '#model/severity.ts';

const share = z.number().min(0).max(1);
/** More would be more than a person can look through. */
const MOST_STEPS = 20;

/** `consensus.steps`: an ordered list of steps, each a mapping of one key. `strategies` are those that vote. */
export function stepsSchema(strategies: readonly string[]) {
  const strategy = z.enum(strategies);
  const filter = z
    .strictObject({
      min_severity: severitySchema.optional().meta({ description: 'Less severe claims are dropped.' }),
      min_confidence: share.optional().meta({ description: 'Less certain claims are dropped; an unstated confidence passes.' }),
      cwe: z
        .array(z.string().regex(/^CWE-[1-9]\d{0,5}$/, 'must be a CWE such as `CWE-89`'))
        .min(1)
        .max(100)
        .optional()
        .meta({ description: 'Only these weaknesses and their kinds are kept.' }),
    })
    .check(keysAre((count) => count > 0, 'must name what it asks for: `min_severity`, `min_confidence` or `cwe`'));
  const vote = z.union([
    strategy,
    z.strictObject({
      strategy: strategy.meta({ description: 'The strategy that votes.' }),
      threshold: share
        .optional()
        .meta({ description: 'Share of the weights that `weighted_vote` asks for. Default: `consensus.threshold`.' }),
    }),
  ]);
  const step = z
    .strictObject({
      filter: filter.optional().meta({ description: 'Drops claims for good: no later step brings them back.' }),
      vote: vote.optional().meta({ description: 'Keeps or drops each claim by a strategy.' }),
      judge: z
        .strictObject({
          when: z
            .enum(['always', 'disagreement', 'never'])
            .default('disagreement')
            .meta({ description: 'Which claims the judge hears: all, those without a majority, or none.' }),
        })
        .optional()
        .meta({ description: 'Asks the judge, who may bring back or drop what the vote said. At most one step.' }),
      cap: z
        .strictObject({ findings: z.int().min(1).max(10_000).meta({ description: 'Most findings; the worst are kept.' }) })
        .optional()
        .meta({ description: 'Keeps the worst of what is kept so far.' }),
    })
    .check(keysAre((count) => count === 1, 'must be one of `filter`, `vote`, `judge` and `cap`; a further one is a step of its own'));
  return z
    .array(step)
    .min(1)
    .max(MOST_STEPS)
    .superRefine((steps, ctx) => {
      for (const at of steps.flatMap(({ judge }, index) => (judge === undefined ? [] : [index])).slice(1)) {
        ctx.addIssue({ code: 'custom', path: [at, 'judge'], message: 'is a second judge; one is the most', input: steps });
      }
    });
}

/** How many keys a mapping must have, where they are all known: an unknown one is the fault that is told. */
function keysAre(isRight: (count: number) => boolean, message: string): z.core.CheckFn<object> {
  return ({ value, issues }) => {
    if (issues.length === 0 && !isRight(Object.keys(value).length)) issues.push({ code: 'custom', message, input: value });
  };
}

export type WrittenStep = z.output<ReturnType<typeof stepsSchema>>[number];

/** The steps as a plan has them. `threshold` is that of a vote that states none. */
export function toSteps(written: readonly WrittenStep[], threshold: number): readonly ConsensusStep[] {
  return written.flatMap(({ filter, vote, judge, cap }): ConsensusStep[] => {
    if (filter !== undefined) {
      const { min_severity = null, min_confidence = null, cwe = null } = filter;
      return [{ kind: 'filter', minSeverity: min_severity, minConfidence: min_confidence, cwes: cwe }];
    }
    if (vote !== undefined) {
      const { strategy, threshold: own = threshold } = typeof vote === 'string' ? { strategy: vote } : vote;
      return [{ kind: 'vote', strategy, threshold: own }];
    }
    if (judge !== undefined) return [{ kind: 'judge', when: judge.when }];
    return cap === undefined ? [] : [{ kind: 'cap', findings: cap.findings }];
  });
}

/**
 * Reads steps that were written as `consensus.steps` is, wherever they are kept. Never throws: what is wrong is in
 * `problems`, each with its path from the list on. `strategies` are those that vote.
 */
export function readSteps(
  steps: unknown,
  strategies: readonly string[],
  threshold = 0.5,
): { readonly steps: readonly ConsensusStep[] } | { readonly problems: readonly Fault[] } {
  const schema = stepsSchema(strategies);
  const read = schema.safeParse(steps);
  return read.success ? { steps: toSteps(read.data, threshold) } : { problems: faultsOf(read.error.issues, steps, schema) };
}
