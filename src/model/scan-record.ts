import type { ChangeSet } from './change-set.ts';
import type { Chunk } from './chunk.ts';
import type { LedgerEntry } from './coverage.ts';
import type { Outline } from './outline.ts';
import type { Plan } from './plan.ts';
import type { ScanResult } from './scan-result.ts';

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
  readonly result: ScanResult;
}
