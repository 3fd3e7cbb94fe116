import { z } from 'zod';
import { modelDefinition } from '#lib/model-definition.ts';
import { modelEntrySchema } from '#model/model-entry.ts';
import { availabilitySchema, modelVersionSchema } from '#model/registered-model.ts';
import type { Provider } from '#ports/provider.ts';
import type { KnownParser } from './make-entry.ts';

/** The parts by which a model of a document is checked and completed. */
export interface ModelParts {
  readonly providers: readonly Provider[];
  readonly parsers: readonly KnownParser[];
}

/**
 * One model of a document: a definition as in `.aegis.yml`, with what only a registry knows of it. What was seen of it
 * stands in the file of a registry, and not in what is exported.
 */
export function documentModel(parts: ModelParts) {
  return modelDefinition(parts).extend({
    id: name(200),
    model: name(300),
    family: name(100).optional(),
    provider_id: name(300).optional(),
    display_name: name(200).optional(),
    status: modelEntrySchema.shape.status.optional(),
    availability: availabilitySchema.default('unknown'),
    availability_checked_at: z.iso.datetime().nullable().default(null),
  });
}

/** A name is seen in lists and on command lines, and kept by databases that take no NUL. */
function name(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'must be one line of plain text');
}

/** The whole of a document. Its models are checked one by one, so that one that is wrong does not hide another. */
export const documentSchema = z.strictObject({
  version: z.literal(1).default(1),
  models: z.array(z.unknown()).default([]),
  /** Versions that models had; in the file of a registry alone. */
  history: z.array(modelVersionSchema).default([]),
});
