import type { ScanRecord } from '#model/scan-record.ts';

/** A scan that is kept, as a list shows it. */
export interface KeptScan {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly conclusion: string;
  readonly findings: number;
  readonly strategy: string;
  /** What was reviewed, for people: `main … feature`. */
  readonly what: string;
}

/** Scans that can be merged again. The oldest are given up where there are too many. */
export interface ScanRecords {
  /** Answers the id under which it is kept. */
  save(record: ScanRecord): Promise<string>;
  /** By id, by the first characters of one where they are plain, or `last`. Throws `InputError` where there is none. */
  load(id: string): Promise<{ readonly id: string; readonly record: ScanRecord }>;
  /** The latest first. */
  list(): Promise<readonly KeptScan[]>;
}
