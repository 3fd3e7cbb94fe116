import type { ReviewSettings } from '#config/review-settings.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { PullRequest } from '#model/publication.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { CodeHost } from '#ports/code-host.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import type { Store } from '#ports/store.ts';

/** Under which scan a review is kept, and who takes its record. */
export interface KeptAs {
  readonly scanId: string;
  keep(record: ScanRecord): void;
}

/** A review that is ready to run: the base's configuration, resolved. */
export interface PreparedReview {
  readonly settings: ReviewSettings;
  /** What the configuration asks for in vain, as sentences for the summary. */
  readonly notes: readonly string[];
  /** Why the configuration leaves this pull request out; null when it is reviewed. */
  readonly skip: string | null;
  scan(change: ChangeSet, reader: CodeReader, signal: AbortSignal, kept: KeptAs): Promise<ScanResult>;
}

export interface ReviewJobContext {
  readonly store: Store;
  readonly host: CodeHost;
  /** Name of this process and worker, unique among all that share the store. */
  readonly worker: string;
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  readonly version: string;
  /** Web address of the code host, for links. */
  readonly webUrl: string;
  /** Reads the configuration of the base and makes a plan of it. Throws `ConfigError`. */
  prepare(pull: PullRequest): Promise<PreparedReview>;
}
