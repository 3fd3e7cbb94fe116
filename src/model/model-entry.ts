import { z } from 'zod';

/** Through which provider a model is called: the `type` of a registered provider. The list is `registry.ts`. */
export const modelTypeSchema = z.string().min(1).meta({ description: 'Through which provider the model is called.' });
export type ModelType = z.infer<typeof modelTypeSchema>;

/** The roles with a meaning of their own; a custom role is any other name. */
export const ROLES = ['triage', 'deep_scan', 'judge', 'explain'] as const;
/** The role in which Aegis itself names what it found without a model: attempts to steer the models. No model can have it. */
export const STEERING_ROLE = 'steering';
export const roleSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/)
  .meta({ description: 'What a model is asked to do: triage, deep_scan, judge, explain, or a custom role.' });

/**
 * What a model can see. `all` for language models. A detector names its languages: hunks of other languages are
 * `uncovered` by it, and it abstains there. One that looks for few weaknesses names their CWEs: it abstains on all others.
 * What is left out is not limited.
 */
export const coversSchema = z.union([
  z.literal('all'),
  z.strictObject({
    languages: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .meta({ description: 'Languages that it knows: it is not shown others. Default: all.' }),
    cwes: z
      .array(z.string().regex(/^CWE-[1-9]\d{0,5}$/, 'must be a CWE such as `CWE-798`'))
      .min(1)
      .optional()
      .meta({ description: 'Weaknesses that it looks for, with their kinds: its silence on others is no vote. Default: all.' }),
  }),
]);
export type Covers = z.infer<typeof coversSchema>;

/** A registry entry: one model as a maintainer registered it or as `.aegis.yml` defines it inline. */
export const modelEntrySchema = z.strictObject({
  model_id: z.string().min(1).meta({ description: 'Unique name of the model in the registry.' }),
  model_type: modelTypeSchema,
  provider_id: z.string().min(1).meta({ description: 'The endpoint or account behind the model; limits are kept for each.' }),
  model_name: z.string().min(1).meta({ description: 'What the provider calls the model.' }),
  display_name: z.string().min(1),
  roles: z.array(roleSchema).min(1),
  parser_id: z.string().min(1),
  parser_config: z.record(z.string(), z.unknown()).meta({ description: "The parser's own settings, such as labels and threshold." }),
  settings: z.record(z.string(), z.unknown()),
  weight: z.number().nonnegative(),
  family: z.string().min(1).meta({ description: 'Models of one family share training data and mistakes.' }),
  status: z.enum(['registered', 'disabled', 'unavailable']),
  covers: coversSchema,
  /** Longest time for one call with its retries, in milliseconds. */
  timeout_ms: z.number().int().positive(),
});
export type ModelEntry = z.infer<typeof modelEntrySchema>;

/** What a model covers, in words: `all`, `python, go`, `python; CWE-798`. */
export function describeCovers(cover: Covers): string {
  if (cover === 'all') return 'all';
  const { languages, cwes } = cover;
  return [languages?.join(', ') ?? 'all languages', ...(cwes === undefined ? [] : [cwes.join(', ')])].join('; ');
}

/** True when a model that covers `cover` can see source of `language`; null is a file whose name says nothing. */
export function covers(cover: Covers, language: string | null): boolean {
  if (cover === 'all' || cover.languages === undefined) return true;
  return language !== null && cover.languages.includes(language);
}
