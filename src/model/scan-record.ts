import type { ChangeSet } from './change-set.ts';
import type { Chunk } from './chunk.ts';
import type { LedgerEntry } from './coverage.ts';
import type { Finding } from './finding.ts';
import type { KnownFinding, Memory, PlacedIgnore } from './lifecycle.ts';
import type { Outline } from './outline.ts';
import type { Plan } from './plan.ts';
import type { ScanResult } from './scan-result.ts';

/** What was known beside the change, as far as it decided something. */
export interface RecordedMemory extends Omit<Memory, 'history'> {
  /** Fingerprints of cases that were found before, by the case's id: the names by which people know them. */
  readonly names: Readonly<Record<string, string>>;
  readonly known: readonly KnownFinding[];
  /** What the scan before found in hunks that are as they were, on the lines of now. */
  readonly carried: readonly Finding[];
  /** Inline ignores of the new head. */
  readonly found: readonly PlacedIgnore[];
  /** Files of dismissals that the new head does not have. */
  readonly goneFiles: readonly string[];
}

/**
 * Everything that a scan's consensus was made from: enough to merge it again under another strategy, without a model
 * and without the repository. Holds code of strangers and no secret.
 */
export interface ScanRecord {
  readonly version: 1;
  readonly plan: Plan;
  readonly change: ChangeSet;
  /** Without the texts of whole files. */
  readonly chunks: readonly Chunk[];
  /** Outline of each file by path. */
  readonly outlines: Readonly<Record<string, Outline | null>>;
  /** Hunks that were in no chunk. */
  readonly left: readonly LedgerEntry[];
  /** The day on which it was made, `YYYY-MM-DD`: decides which suppression rules held. */
  readonly today: string;
  /** Absent in records of before there was one. */
  readonly memory?: RecordedMemory;
  readonly result: ScanResult;
}
