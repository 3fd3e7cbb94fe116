import { z } from 'zod';
import { severitySchema } from './severity.ts';

export const VERDICTS = ['confirmed', 'rejected', 'uncertain'] as const;

/** What a judge is asked about one cluster of claims. */
export interface JudgeCase {
  /** Hash of the claims: the same claims make the same case in every scan. */
  readonly id: string;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly cwe: string | null;
  readonly severity: z.infer<typeof severitySchema>;
  readonly message: string;
}

/** What a judge said of one case. `reason` is in the model's own words: untrusted. */
export const verdictSchema = z.strictObject({
  caseId: z.string(),
  verdict: z.enum(VERDICTS),
  /** 0..1; null when the judge did not state one. */
  confidence: z.number().min(0).max(1).nullable(),
  /** How bad the judge holds it to be; null when it did not say. It is shown, not merged. */
  severity: severitySchema.nullable(),
  reason: z.string(),
});
export type Verdict = z.infer<typeof verdictSchema>;
