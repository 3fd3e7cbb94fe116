import type { AnchoredBy } from './candidate.ts';
import type { Severity } from './severity.ts';

/** One model's part in a finding. */
export interface Contributor {
  readonly id: string;
  readonly role: string;
  readonly confidence: number | null;
  readonly severity: Severity;
  readonly verdict: 'reported' | 'confirmed' | 'rejected' | 'uncertain';
  /** In the model's own words. Untrusted. */
  readonly message: string;
  /** How its claim found its lines; absent for a judge, which was shown them. */
  readonly anchoredBy?: AnchoredBy;
  /** The lines that it named itself; absent where it named none. */
  readonly named?: { readonly startLine: number; readonly endLine: number };
}

/** New text for whole lines: it applies, the file still parses, and what was reported is no longer there. */
export interface Replacement {
  readonly startLine: number;
  readonly endLine: number;
  /** Without a line feed at its end; empty removes the lines. */
  readonly text: string;
}

/** What a custom role says of a finding. Untrusted. */
export interface Note {
  readonly modelId: string;
  readonly role: string;
  readonly note: Readonly<Record<string, unknown>>;
}

/** Why a finding does not count: it is marked, not dropped. */
export type SuppressedBy = 'dismissed' | 'policy' | 'inline-ignore' | 'baseline' | 'min-severity' | 'min-confidence' | 'outside-scope';

/**
 * Where a finding stands between the scans of a pull request. `fixed` and `unknown` (not scanned again) are said of
 * findings that a scan no longer reports; those that it reports have one of the others.
 */
export type FindingState = 'new' | 'persisting' | 'reopened' | 'dismissed' | 'fixed' | 'unknown';

/** A cluster that the consensus kept. */
export interface Finding {
  /** Short name for people and commands: the first characters of the fingerprint in base 32, unique in its scan. */
  readonly id: string;
  /** `aegis/v1`: follows the code, not the line number. Hexadecimal. */
  readonly fingerprint: string;
  readonly cwe: string | null;
  readonly title: string;
  readonly message: string;
  readonly severity: Severity;
  readonly confidence: number | null;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly side: 'RIGHT';
  readonly evidence: string;
  readonly anchoredBy: AnchoredBy;
  readonly hunkId: string | null;
  readonly explanation: string | null;
  readonly fix: string | null;
  readonly replacement: Replacement | null;
  readonly notes: readonly Note[];
  readonly state: FindingState;
  readonly suppressedBy: SuppressedBy | null;
  /** Further words on the suppression: the reason that was given; of a dismissal who gave it, too: `@octocat: a fixture`. Untrusted. */
  readonly suppressedReason: string | null;
  readonly models: readonly Contributor[];
  /** Models for the claim and models that had a vote on it. */
  readonly votes: { readonly for: number; readonly of: number };
}

/** Findings that people are told about and that decide the conclusion. */
export function counts(finding: Pick<Finding, 'suppressedBy'>): boolean {
  return finding.suppressedBy === null;
}
