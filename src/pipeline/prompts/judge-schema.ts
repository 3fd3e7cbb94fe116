import { z } from 'zod';
import { severitySchema } from '#model/severity.ts';
import { VERDICTS } from '#model/verdict.ts';
import { toAnswerSchema } from './to-answer-schema.ts';

/** What a judge answers about the claims that it was shown. */
export const JUDGE_SCHEMA = toAnswerSchema(
  z.strictObject({
    verdicts: z.array(
      z.strictObject({
        id: z.string().meta({ description: 'Id of the claim.' }),
        verdict: z.enum(VERDICTS),
        confidence: z.number().meta({ description: 'How sure the verdict is, from 0 to 1.' }),
        severity: severitySchema,
        reason: z.string().meta({ description: 'One or two sentences.' }),
      }),
    ),
  }),
);
