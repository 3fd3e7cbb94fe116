import { z } from 'zod';
import { toAnswerSchema } from './to-answer-schema.ts';

/** What a triage answers about a chunk. */
export const TRIAGE_SCHEMA = toAnswerSchema(
  z.strictObject({
    suspicious: z.boolean().meta({ description: 'Whether the change deserves a close review.' }),
    confidence: z.number().meta({ description: 'How sure that is, from 0 to 1.' }),
    reason: z.string().meta({ description: 'One sentence.' }),
  }),
);
