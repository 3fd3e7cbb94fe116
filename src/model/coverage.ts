import type { OutcomeKind } from './outcome.ts';

/**
 * The coverage ledger: every hunk of the change has exactly one status. What was not looked at is said, always.
 * - `reviewed`: by every seat that had to see it, or by a triage that called it safe
 * - `partial`: some seat that covers it gave no full opinion, or saw only a slice
 * - `uncovered`: source that no seat covers
 * - `skipped`: left out, with the reason
 * - `not_applicable`: nothing to review in it (prose, pictures)
 */
export const HUNK_STATUSES = ['reviewed', 'partial', 'uncovered', 'skipped', 'not_applicable'] as const;
export type HunkStatus = (typeof HUNK_STATUSES)[number];

/** Why a hunk was skipped. `by-rule` reasons leave a scan complete; `fault` reasons make it incomplete. */
export type SkipCause =
  | 'path-rule'
  | 'generated'
  | 'vendored'
  | 'minified'
  | 'binary'
  | 'submodule'
  | 'symlink'
  | 'deleted'
  | 'mode-only'
  | 'budget'
  | 'fault';

export interface LedgerEntry {
  readonly path: string;
  /** Null for a change without hunks (binary file, submodule, mode, a patch that could not be had): it counts as one. */
  readonly hunkId: string | null;
  readonly status: HunkStatus;
  readonly cause: SkipCause | null;
  /** One clause for people: why it is not `reviewed`. Empty when it is. */
  readonly reason: string;
  /** Who looked at it and how each call ended, wherever it was shown. Absent where nobody was asked. */
  readonly seats?: readonly SeatOpinion[];
  /** Reviewed by an earlier scan, whose findings in it were kept; `seats` are those of then. */
  readonly carried?: true;
}

/** One call of the panel about a hunk. */
export interface SeatOpinion {
  readonly modelId: string;
  readonly role: string;
  readonly outcome: OutcomeKind;
}

export interface Coverage {
  /** The sum of the five numbers that follow. */
  readonly hunks: number;
  readonly reviewed: number;
  readonly partial: number;
  readonly uncovered: number;
  readonly skipped: number;
  readonly notApplicable: number;
  /** What is not reviewed, grouped by file, status and reason. */
  readonly left: readonly { path: string; hunks: number; status: Exclude<HunkStatus, 'reviewed'>; reason: string }[];
}

/** True for an entry that forbids the conclusion `passed`. `uncovered` is judged by the repository's policy instead. */
export function isGap(entry: LedgerEntry): boolean {
  return entry.status === 'partial' || (entry.status === 'skipped' && (entry.cause === 'budget' || entry.cause === 'fault'));
}

/** Sums a ledger. The total always equals the number of entries. */
export function summariseLedger(ledger: readonly LedgerEntry[]): Coverage {
  const count = (status: HunkStatus) => ledger.filter((entry) => entry.status === status).length;
  const left = new Map<string, { path: string; hunks: number; status: Exclude<HunkStatus, 'reviewed'>; reason: string }>();
  for (const { path, status, reason } of ledger) {
    if (status === 'reviewed') continue;
    const key = JSON.stringify([path, status, reason]);
    const row = left.get(key) ?? { path, hunks: 0, status, reason };
    row.hunks += 1;
    left.set(key, row);
  }
  return {
    hunks: ledger.length,
    reviewed: count('reviewed'),
    partial: count('partial'),
    uncovered: count('uncovered'),
    skipped: count('skipped'),
    notApplicable: count('not_applicable'),
    left: [...left.values()],
  };
}
