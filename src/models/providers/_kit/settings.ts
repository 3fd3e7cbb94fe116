import { z } from 'zod';
import { readServerAddress } from '#lib/server-address.ts';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';

/** Settings that every provider of a model server has. */
export const serverSettings = {
  base_url: z
    .string()
    .refine((text) => /^https?:\/\//i.test(text) && readServerAddress(text)?.authorization === null, {
      error: 'must be an http:// or https:// address without user name and password',
    })
    .optional()
    .meta({ description: 'Address of the model server.' }),
  api_key: z
    .string()
    .regex(/^(env|secret):[A-Za-z_][A-Za-z0-9_]*$/, { error: 'must name where the key is, as env:NAME, and never be the key itself' })
    .optional()
    .meta({ description: 'Where the key is: env:NAME.' }),
  temperature: z.number().min(0).max(2).optional().meta({ description: 'Randomness; 0 by default.' }),
  top_p: z.number().gt(0).max(1).optional().meta({ description: 'Share of the likeliest tokens that are sampled from.' }),
  seed: z.number().int().optional().meta({ description: 'Seed of the sampling, so that the same chunk gets the same answer.' }),
  max_tokens: z
    .number()
    .int()
    .positive()
    .optional()
    .meta({ description: 'Room for the answer in tokens; overrides what the role asks for.' }),
  concurrency: z.number().int().min(1).max(64).optional().meta({ description: 'Calls in flight at once to this endpoint.' }),
};

/** Sampling that repeats itself, where nobody says otherwise. The number is arbitrary and must never change. */
export const STEADY = { temperature: 0, seed: 7 } as const;

/** The entry's settings, checked. Throws `InputError` with every problem in one sentence. */
export function readSettings<T>(schema: z.ZodType<T>, entry: ModelEntry): T {
  const read = schema.safeParse(entry.settings);
  if (read.success) return read.data;
  const problems = read.error.issues.map((issue) => `${['settings', ...issue.path].join('.')}: ${issue.message}`);
  throw new InputError(`The model ${entry.model_id} has wrong settings: ${problems.join('; ')}`, { hint: 'Mend its settings.' });
}
