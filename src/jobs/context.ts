import type { ReviewSettings } from '#config/review-settings.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { Memory } from '#model/lifecycle.ts';
import type { Plan } from '#model/plan.ts';
import type { CheckAnnotation, PullRequest } from '#model/publication.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { CodeHost, PullRequestRef } from '#ports/code-host.ts';
import type { CodeReader } from '#ports/code-reader.ts';
import type { EventSink } from '#ports/events.ts';
import type { Store } from '#ports/store.ts';

/** What surrounds the scan of one review. */
export interface Surroundings {
  /** Under which it is kept. */
  readonly scanId: string;
  /** Takes its record. */
  keep(record: ScanRecord): void;
  readonly emit: EventSink;
  readonly memory: Memory;
}

/** What a change does to its own configuration, which is not obeyed. */
export interface ConfigNotes {
  /** Sentences for the summary. */
  readonly notes: readonly string[];
  /** Faults of a configuration that the change would bring. */
  readonly annotations: readonly CheckAnnotation[];
}

/** A review that is ready to run: the base's configuration, resolved. */
export interface PreparedReview {
  readonly settings: ReviewSettings;
  readonly plan: Plan;
  /** What the configuration asks for in vain, as sentences for the summary. */
  readonly notes: readonly string[];
  /** Why the configuration leaves this pull request out; null when it is reviewed. */
  readonly skip: string | null;
  scan(change: ChangeSet, reader: CodeReader, signal: AbortSignal, around: Surroundings): Promise<ScanResult>;
  /** What is to be said where the change touches the configuration: it holds from the merge on. */
  configNotes(change: ChangeSet, reader: CodeReader): Promise<ConfigNotes>;
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
  /** Reads what people showed on the findings so far, for what models are known for. Never throws: the next review reads it again. */
  readFeedback(ref: PullRequestRef): Promise<void>;
}
