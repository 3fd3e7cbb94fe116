import type { Dismissal, History, KnownFinding } from '#model/lifecycle.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { Task } from '#model/task.ts';
import type { PublicationLog, PullRequestRef } from './code-host.ts';

/**
 * A request to review one head of one pull request, or, with the number 0, of a merge group. Different deliveries of one
 * head share one scan.
 */
export interface ScanRequest extends PullRequestRef {
  readonly headSha: string;
  readonly baseSha: string;
  /** Rises when a person asks to run again; the same head is else reviewed once. */
  readonly attempt: number;
}

export interface Delivery {
  /** `X-GitHub-Delivery`: kept by a redelivery. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
}

export type ScanStatus = 'queued' | 'running' | 'done' | 'cancelled' | 'failed';

export interface ClaimedScan extends ScanRequest {
  readonly scanId: string;
  /** How often it has been claimed, this time included. */
  readonly tries: number;
  /** Set when an earlier attempt finished the scan but not its publication. */
  readonly result: ScanResult | null;
}

/** What a delivery asks for. */
export type Asked =
  | { readonly kind: 'scan'; readonly request: ScanRequest }
  | { readonly kind: 'task'; readonly ref: PullRequestRef; readonly task: Task };

export interface ClaimedTask {
  readonly taskId: string;
  readonly ref: PullRequestRef;
  readonly task: Task;
  /** How often it has been claimed, this time included. */
  readonly tries: number;
}

/**
 * How a lease stands. `passed`: it holds, and something asks for its end: a newer head was pushed, or the pull request
 * was closed or paused. Whether that is so is for the holder to look up.
 */
export type LeaseState = 'held' | 'passed' | 'lost';

/** What the server remembers of a pull request between its scans. */
export interface PullMemory {
  /** Of the last scan of this scan's pull request that was published, and of all before it; null where there is none. */
  history(scanId: string): Promise<History | null>;
  /** Findings as they stand now that a scan was published: those it reports, those it says are gone, and all the others as before. */
  settle(scanId: string, result: ScanResult): Promise<void>;
  /** Every finding that the pull request ever had. */
  known(ref: PullRequestRef): Promise<readonly (KnownFinding & { readonly models: readonly string[] })[]>;
  /** The last published result of the pull request, with the head that it is of; null where there is none. */
  lastResult(
    ref: PullRequestRef,
  ): Promise<{ readonly scanId: string; readonly headSha: string; readonly baseSha: string; readonly result: ScanResult } | null>;
  /** Those that hold for this pull request: its own and those of its repository. */
  dismissals(ref: PullRequestRef): Promise<readonly Dismissal[]>;
  dismiss(ref: PullRequestRef, dismissal: Dismissal): Promise<void>;
  /** Takes dismissals of a finding back, in every scope. Answers whether there was one. */
  reinstate(ref: PullRequestRef, fingerprint: string, actor: string): Promise<boolean>;
  /** Who paused the reviews of the pull request; null where nobody did. */
  pausedBy(ref: PullRequestRef): Promise<string | null>;
  setPaused(ref: PullRequestRef, actor: string | null): Promise<void>;
}

/**
 * What the server remembers. One schema on PGlite and on PostgreSQL. Times come from the database's clock.
 */
export interface Store extends PublicationLog, PullMemory {
  /**
   * Records a delivery and, in the same transaction, the scan or the task that it asks for and the job for it.
   * `duplicate`: this GUID was accepted before, or the head already has its scan; nothing is enqueued then. A new scan
   * makes the leases of the others of its pull request `passed`.
   */
  accept(delivery: Delivery, asked: Asked | null): Promise<{ readonly kind: 'accepted' | 'duplicate'; readonly scanId: string | null }>;
  /** Records a scan that no delivery asked for, such as one that a command asks for, and answers its id. */
  requestScan(request: ScanRequest): Promise<string>;
  /** Makes the leases of all open scans of the pull request `passed`, so that their holders look again. */
  pass(ref: PullRequestRef): Promise<void>;
  /** Takes the lease of a task; null: someone else has it, or it is done. */
  claimTask(taskId: string, worker: string): Promise<ClaimedTask | null>;
  /** Renews the lease of a task, which may wait long for its turn to write. Does nothing where it was lost. */
  renewTask(taskId: string, worker: string): Promise<void>;
  finishTask(taskId: string, worker: string, outcome: { readonly status: 'done' | 'failed'; readonly reason: string }): Promise<void>;
  /** Gives a task back, to be tried again after a wait that grows with each try. */
  releaseTask(taskId: string, worker: string): Promise<void>;
  /** The highest attempt recorded for this head, 0 where there is none. */
  lastAttempt(request: Omit<ScanRequest, 'attempt'>): Promise<number>;
  /**
   * Takes the lease of a scan that is queued, or whose holder let its lease run out. Null: someone else has it, it has
   * ended, or another scan of the same pull request is under way: two must not publish at once. The end of that one
   * wakes it.
   */
  claim(scanId: string, worker: string): Promise<ClaimedScan | null>;
  /** Renews the lease of a scan. */
  heartbeat(scanId: string, worker: string): Promise<LeaseState>;
  /**
   * Stores the result before it is published, with its findings and model executions; and its record, so that it can be
   * merged again.
   */
  saveResult(scanId: string, result: ScanResult, record?: ScanRecord): Promise<void>;
  /** Ends a scan and gives the lease back. */
  finish(scanId: string, worker: string, status: 'done' | 'cancelled' | 'failed', reason: string): Promise<void>;
  /**
   * Gives the lease back so that the scan is tried again: `now`, and a worker is woken for it, or `later`, after a
   * wait that grows with each try.
   */
  release(scanId: string, worker: string, when: 'now' | 'later'): Promise<void>;
  /** Jobs that nobody works on: of scans and tasks without a live lease, for longer than the grace time. */
  abandoned(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What the job of a task begins with, before its id. */
export const TASK_JOB = 'task:';

/** Wakes workers. A job carries the id of a scan, or `TASK_JOB` and that of a task, and nothing else; the store decides who does it. */
export interface JobQueue {
  /** Starts to work jobs, `concurrency` at a time. A handler that throws is called again later, with growing delays. */
  work(concurrency: number, handler: (jobId: string) => Promise<void>): Promise<void>;
  enqueue(jobId: string): Promise<void>;
  /** Takes no further jobs and waits for those under way, at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
}
