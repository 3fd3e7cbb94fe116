import type { ChangeSet } from './change-set.ts';
import type { LedgerEntry } from './coverage.ts';
import type { Finding } from './finding.ts';
import type { Severity } from './severity.ts';

/** A finding as it is remembered between the scans of one pull request. */
export interface KnownFinding {
  readonly id: string;
  readonly fingerprint: string;
  readonly cwe: string | null;
  readonly title: string;
  readonly severity: Severity;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  /** The code that it is about; empty where it is not remembered. */
  readonly evidence: string;
  readonly state: KnownState;
}

/** `fixed`: it was gone at an earlier look; where it comes back, it is reopened. */
export type KnownState = 'open' | 'fixed' | 'dismissed';

/** A known finding that a scan did not report, and why, in one clause: `its line was changed`. */
export interface GoneFinding extends KnownFinding {
  readonly because: string;
}

/** What became of the findings of the scan before. Findings that are still there are in the result itself. */
export interface Since {
  /** Head commit of the scan before; null where it is not known. */
  readonly headSha: string | null;
  /** Their code was changed or left the change, their place was looked at again, and they were not found again. */
  readonly fixed: readonly GoneFinding[];
  /** Their place was not scanned again, or their code is unchanged: nobody may take them for fixed. */
  readonly unknown: readonly GoneFinding[];
  /** Hunks that are as they were: they kept their findings and cost no call. */
  readonly carriedHunks: number;
}

/** What is remembered of earlier scans of the same pull request. */
export interface History {
  readonly headSha: string | null;
  /** Every finding that the pull request ever had, by fingerprint. */
  readonly known: readonly KnownFinding[];
  /**
   * The scan before, from which unchanged hunks are carried over. Null: nothing is, because that scan is not kept, or
   * because its decision on one hunk depended on others.
   */
  readonly carry: {
    /** See `planKey`: nothing is carried over from another plan. */
    readonly planKey: string;
    readonly ledger: readonly LedgerEntry[];
    /** Whole findings of that scan, those that do not count among them. */
    readonly findings: readonly Finding[];
  } | null;
  /** The change as it was then; null where it is not kept: then findings are matched by what they say alone. */
  readonly change: ChangeSet | null;
}

/** A finding that a person with write access told Aegis to leave alone. It holds while the code is unchanged. */
export interface Dismissal {
  readonly fingerprint: string;
  readonly cwe: string | null;
  readonly path: string;
  /** The code that it was about. */
  readonly evidence: string;
  /** The person's words. Untrusted. */
  readonly reason: string;
  readonly actor: string;
  /** `pull`: for this pull request; `repository`: for all of them. */
  readonly scope: 'pull' | 'repository';
}

/** A finding of a baseline file: it is known and does not count. */
export interface BaselineFinding {
  readonly fingerprint: string;
  readonly cwe: string | null;
  readonly path: string;
  /** Empty where the file does not tell. */
  readonly evidence: string;
}

/** A comment in the code, `aegis-ignore[CWE-89]: reason`, that asks to leave a finding alone. */
export interface InlineIgnore {
  readonly path: string;
  readonly line: number;
  /** Empty: any weakness. */
  readonly cwes: readonly string[];
  /** Empty where none is given: then it is not obeyed. Untrusted. */
  readonly reason: string;
  /** The change itself adds it. */
  readonly added: boolean;
  readonly obeyed: boolean;
  /** Findings on its line or the next that it is for. */
  readonly findings: number;
}

/** An inline ignore where it was read, and the lines that it speaks of. */
export interface PlacedIgnore extends Omit<InlineIgnore, 'obeyed' | 'findings'> {
  /** The last line that it speaks of: its own, or the first line of code below it. */
  readonly until: number;
  /** It stands in a hunk of the change. */
  readonly shown: boolean;
}

/** What a scan knows beyond the change in front of it. */
export interface Memory {
  readonly history: History | null;
  readonly dismissals: readonly Dismissal[];
  readonly baseline: readonly BaselineFinding[];
  /** `base`: an ignore that the change adds is shown, not obeyed, because its author asks for the review of their own code. */
  readonly ignores: 'all' | 'base';
}

export const NO_MEMORY: Memory = { history: null, dismissals: [], baseline: [], ignores: 'all' };
