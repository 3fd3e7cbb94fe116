import type { Coverage, LedgerEntry } from './coverage.ts';
import type { Finding } from './finding.ts';
import type { InlineIgnore, Since } from './lifecycle.ts';
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

/** What a scan spent of what it was allowed to. */
export interface Spending {
  /** US dollars, as far as prices are known. */
  readonly usd: number;
  readonly tokens: number;
  /** The limit that ended it, in one clause: `the budget of $0.50 is spent`; null where it kept within all. */
  readonly exhausted: string | null;
}

export interface ScanResult {
  readonly conclusion: Conclusion;
  /** One sentence: why this conclusion. */
  readonly reason: string;
  /** Worst first, suppressed ones last. */
  readonly findings: readonly Finding[];
  readonly models: readonly ModelSummary[];
  readonly coverage: Coverage;
  readonly ledger: readonly LedgerEntry[];
  readonly consensus: {
    readonly strategy: string;
    /** True where a judge was asked and gave no readable answer, so that the fall-back strategy decided. */
    readonly fellBack: boolean;
    /** That strategy; absent where it was not needed. */
    readonly fallback?: string;
    /** Clusters that a judge was asked about, and what it said. Absent where none was. */
    readonly judged?: { readonly confirmed: number; readonly rejected: number; readonly uncertain: number; readonly unheard: number };
  };
  /** Hunks that triage called safe: reviewed, and seen by nobody else. */
  readonly passedOver: number;
  readonly spending: Spending;
  /** Claims that named no place in what the model was shown; they are counted, never published. */
  readonly unplaced: number;
  readonly claims: number;
  readonly executions: readonly Execution[];
  readonly change: { readonly base: string | null; readonly head: string | null; readonly files: number; readonly hunks: number };
  readonly timing: { readonly totalMs: number };
  /** What became of the findings of the scan before; absent where there was none. */
  readonly since?: Since;
  /** Comments in the code that ask to leave findings alone. Absent where there are none. */
  readonly ignores?: readonly InlineIgnore[];
  /** Names the plan under which it was made; see `planKey`. Absent where nothing may be carried over from it. */
  readonly planKey?: string;
}
