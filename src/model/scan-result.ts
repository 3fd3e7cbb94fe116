import type { Coverage, LedgerEntry } from './coverage.ts';
import type { Finding } from './finding.ts';
import type { Execution, OutcomeKind } from './outcome.ts';

/** The worst that holds. Only a complete scan can pass. */
export const CONCLUSIONS = ['error', 'incomplete', 'findings', 'passed'] as const;
export type Conclusion = (typeof CONCLUSIONS)[number];

/** What one model did in one role, summed over its calls. */
export type ModelSummary = { readonly id: string; readonly role: string; readonly calls: number; readonly cached: number } & Readonly<
  Record<OutcomeKind, number>
> & {
    /** Null where no call stated it. */
    readonly tokensIn: number | null;
    readonly tokensOut: number | null;
    /** Null where the price is unknown. */
    readonly costUsd: number | null;
    /** Median of the calls, milliseconds. */
    readonly latencyMs: number;
    /** The first fault in one clause, for the summary. */
    readonly fault: string | null;
  };

export interface ScanResult {
  readonly conclusion: Conclusion;
  /** One sentence: why this conclusion. */
  readonly reason: string;
  /** Worst first, suppressed ones last. */
  readonly findings: readonly Finding[];
  readonly models: readonly ModelSummary[];
  readonly coverage: Coverage;
  readonly ledger: readonly LedgerEntry[];
  readonly consensus: { readonly strategy: string; readonly fellBack: boolean };
  /** Claims that named no place in what the model was shown; they are counted, never published. */
  readonly unplaced: number;
  readonly claims: number;
  readonly executions: readonly Execution[];
  readonly change: { readonly base: string | null; readonly head: string | null; readonly files: number; readonly hunks: number };
  readonly timing: { readonly totalMs: number };
}
