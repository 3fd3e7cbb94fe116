import { z } from 'zod';
import { modelEntrySchema } from './model-entry.ts';

export const availabilitySchema = z.enum(['unknown', 'available', 'unavailable']);
export type Availability = z.infer<typeof availabilitySchema>;

/** A model as the registry keeps it: the entry, what was last seen of it, and which version of it this is. */
export const registeredModelSchema = modelEntrySchema.extend({
  availability: availabilitySchema,
  /** ISO 8601; null when it was never checked. */
  availability_checked_at: z.iso.datetime().nullable(),
  /** Counts the changes of the entry, from 1. */
  version: z.number().int().positive(),
});
export type RegisteredModel = z.infer<typeof registeredModelSchema>;

/** An entry as it was. */
export const modelVersionSchema = z.strictObject({
  model_id: z.string().min(1),
  version: z.number().int().positive(),
  /** ISO 8601. */
  created_at: z.iso.datetime(),
  entry: modelEntrySchema,
});
export type ModelVersion = z.infer<typeof modelVersionSchema>;
