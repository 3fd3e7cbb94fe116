import { z } from 'zod';

/** What an endpoint takes within a minute. The smallest that any model of the endpoint states holds for all of them. */
export const rateLimitSchema = z
  .strictObject({
    requests_per_minute: z
      .number()
      .int()
      .min(1)
      .optional()
      .meta({ description: 'Calls that are begun within a minute, repetitions included.' }),
    tokens_per_minute: z.number().int().min(1).optional().meta({ description: 'Tokens of prompts and answers within a minute.' }),
  })
  .meta({ description: 'What the endpoint takes within a minute; calls beyond it wait.' });
export type RateLimit = z.infer<typeof rateLimitSchema>;

/** What a model costs where the price list does not know it, or knows it wrongly. */
export const priceSchema = z
  .strictObject({
    input_per_million: z.number().nonnegative().meta({ description: 'US dollars for a million tokens of prompts.' }),
    output_per_million: z.number().nonnegative().meta({ description: 'US dollars for a million tokens of answers.' }),
  })
  .meta({ description: 'Price of the model; overrides the price list.' });

/**
 * Settings of what stands around a call: every provider takes them among its own (spread them into its schema), and
 * none reads them.
 */
export const callSettings = {
  concurrency: z.number().int().min(1).max(64).optional().meta({ description: 'Calls in flight at once to this endpoint.' }),
  rate_limit: rateLimitSchema.optional(),
  price: priceSchema.optional(),
};
