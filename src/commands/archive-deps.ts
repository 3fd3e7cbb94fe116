import type { ModelRecord } from '#model/model-record.ts';
import type { ConsensusRules } from '#model/plan.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { ConsensusPipelines } from '#ports/consensus-pipelines.ts';
import type { Judgements } from '#ports/judgements.ts';
import type { ScanRecords } from '#ports/scan-records.ts';
import type { ReviewDeps } from './review-deps.ts';

/** What was kept of earlier scans. Closed when a command is done. */
export interface Archive {
  readonly records: ScanRecords;
  readonly judgements: Judgements;
  readonly pipelines: ConsensusPipelines;
  close(): Promise<void>;
}

/** What commands about kept scans take from the composition root. */
export interface ArchiveDeps extends Pick<ReviewDeps, 'io' | 'cwd' | 'version' | 'known' | 'reporters' | 'exit'> {
  /** `database`: the server's; else what reviews on this machine left. */
  openArchive(options: { readonly database: boolean }): Promise<Archive>;
  /** The pipelines where `aegis models` has its registry; `database` as there. */
  openPipelines(options: { readonly database: boolean }): Promise<ConsensusPipelines & { close(): Promise<void> }>;
  /** Merges a recorded scan again under these rules; `records` are what models are known for, where the rules ask for it. */
  replay(record: ScanRecord, rules: ConsensusRules, records: readonly ModelRecord[]): Promise<ScanResult>;
}

/** Option of every command about kept scans. */
export interface ArchiveOptions {
  readonly database?: boolean;
}

export const ARCHIVE_DATABASE = "use the scans and judgements of the server's database instead of those of this machine";

/** Opens the archive, does what is to be done, and closes it whatever happens. */
export async function atArchive<T>(
  deps: Pick<ArchiveDeps, 'openArchive'>,
  options: ArchiveOptions,
  work: (archive: Archive) => Promise<T>,
): Promise<T> {
  const archive = await deps.openArchive({ database: options.database === true });
  try {
    return await work(archive);
  } finally {
    await archive.close();
  }
}
