import { z } from 'zod';
import { toAnswerSchema } from './to-answer-schema.ts';

/** What an explainer answers about a finding. */
export const EXPLAIN_SCHEMA = toAnswerSchema(
  z.strictObject({
    explanation: z.string().meta({ description: 'Why it is exploitable, in two or three sentences.' }),
    fix: z.string().meta({ description: 'How to mend it, in one or two sentences.' }),
    replacement: z
      .string()
      .nullable()
      .meta({ description: 'New text for exactly the lines startLine to endLine, with their indentation, without numbers; or null.' }),
  }),
);
