import type { ScanRecord } from '#model/scan-record.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { PublicationLog, PullRequestRef } from './code-host.ts';

/** A request to review one head of one pull request. Different deliveries of one head share one scan. */
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

/**
 * What the server remembers. One schema on PGlite and on PostgreSQL. Times come from the database's clock.
 */
export interface Store extends PublicationLog {
  /**
   * Records a delivery and, in the same transaction, the scan that it asks for and the job for it. `duplicate`: this
   * GUID was accepted before, or the head already has its scan; nothing is enqueued then.
   */
  accept(
    delivery: Delivery,
    request: ScanRequest | null,
  ): Promise<{ readonly kind: 'accepted' | 'duplicate'; readonly scanId: string | null }>;
  /** The highest attempt recorded for this head, 0 where there is none. */
  lastAttempt(request: Omit<ScanRequest, 'attempt'>): Promise<number>;
  /** Takes the lease of a scan that is queued, or whose holder let its lease run out. Null: someone else has it, or it has ended. */
  claim(scanId: string, worker: string): Promise<ClaimedScan | null>;
  /** Renews the lease. False: it was lost, and the holder must stop. */
  heartbeat(scanId: string, worker: string): Promise<boolean>;
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
  /** Scans that nobody works on: queued or running, without a live lease, for longer than the grace time. */
  abandoned(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Wakes workers. A job carries a scan's id and nothing else; the store decides who does it. */
export interface JobQueue {
  /** Starts to work jobs, `concurrency` at a time. A handler that throws is called again later, with growing delays. */
  work(concurrency: number, handler: (scanId: string) => Promise<void>): Promise<void>;
  enqueue(scanId: string): Promise<void>;
  /** Takes no further jobs and waits for those under way, at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
}
