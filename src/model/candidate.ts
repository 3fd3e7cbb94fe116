import { z } from 'zod';
import { severitySchema } from './severity.ts';

/** What a model said, as its parser understood it: not yet placed in the change, and trusted with nothing. */
export const claimSchema = z.strictObject({
  title: z.string(),
  /** `CWE-89`, or null when the model named none. */
  cwe: z
    .string()
    .regex(/^CWE-\d+$/)
    .nullable(),
  severity: severitySchema,
  /** 0..1; null when the model did not state one. */
  confidence: z.number().min(0).max(1).nullable(),
  /** Null when the model named no file; the only file of its chunk is meant then. */
  path: z.string().nullable(),
  /** New-side line numbers as the model gave them; null when it gave none. */
  startLine: z.number().int().nullable(),
  endLine: z.number().int().nullable(),
  /** The line that the model quotes. */
  evidence: z.string().nullable(),
  message: z.string(),
  fix: z.string().nullable(),
});
export type Claim = z.infer<typeof claimSchema>;

/**
 * How a claim found its lines, best first: the quoted line at its number, the nearest identical line of the chunk,
 * the bare number, the hunk.
 */
export type AnchoredBy = 'evidence' | 'nearest-evidence' | 'number' | 'hunk';

/** A claim with a place in the change. */
export interface Candidate {
  readonly modelId: string;
  readonly role: string;
  readonly chunkId: string;
  readonly path: string;
  /** New-side lines, 1-based, inclusive; `startLine <= endLine`. */
  readonly startLine: number;
  readonly endLine: number;
  readonly anchoredBy: AnchoredBy;
  /** The lines that the model named itself; null where it named none. */
  readonly named: { readonly startLine: number; readonly endLine: number } | null;
  readonly hunkId: string | null;
  readonly cwe: string | null;
  readonly title: string;
  readonly severity: z.infer<typeof severitySchema>;
  readonly confidence: number | null;
  readonly message: string;
  readonly fix: string | null;
  /** The code at `startLine` as the change has it, without surrounding white space. */
  readonly evidence: string;
}
