import { z } from 'zod';

/**
 * JSON Schema of an answer, in the part that servers with constrained output take: every property is required, none is
 * added, what may be missing is nullable (https://platform.openai.com/docs/guides/structured-outputs#supported-schemas).
 * Bounds of numbers are left out: grammars made of them are large, and not every server takes them.
 */
export function toAnswerSchema(form: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...schema } = z.toJSONSchema(form, {
    override: ({ jsonSchema }) => {
      delete jsonSchema.minimum;
      delete jsonSchema.maximum;
    },
  });
  return schema;
}
