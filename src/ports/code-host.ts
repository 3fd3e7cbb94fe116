import type { ChangeSet } from '#model/change-set.ts';
import type { Publication, PullRequest } from '#model/publication.ts';
import type { CodeReader } from './code-reader.ts';

/** Where a pull request lives: enough to reach it again from a stored job. */
export interface PullRequestRef {
  readonly installationId: number;
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
}

/**
 * A code host as the review sees it. Every method may throw `HostError` (see `github/`), which says whether trying
 * again can help. Tokens are minted as needed: a scan may outlive one.
 */
export interface CodeHost {
  pullRequest(ref: PullRequestRef): Promise<PullRequest>;
  /** The whole change, by a ladder that loses nothing; a file whose lines cannot be had is in it with `missing` set. */
  change(pull: PullRequest): Promise<ChangeSet>;
  /** Files of the head revision. */
  reader(pull: PullRequest): CodeReader;
  /** A text file of the base revision, or null where there is none: configuration is read from here, never from the head. */
  textAtBase(pull: PullRequest, path: string): Promise<string | null>;
  /** Opens the check run of this scan (`in_progress`), or finds the one that an earlier attempt opened. */
  openCheck(pull: PullRequest, check: { readonly name: string; readonly scanId: string }): Promise<void>;
  /**
   * Makes the publication visible. Safe to repeat: what is there already is not posted again. Comments are placed
   * only on lines of `change`; null when the publication has no review.
   */
  publish(pull: PullRequest, publication: Publication, change: ChangeSet | null): Promise<PublishReport>;
  /**
   * Waits, up to a minute, for what the host makes of an upload: one clause when it rejected it, null when it took it
   * or has not decided yet. Rejects when `signal` aborts.
   */
  followUpload(pull: PullRequest, uploadId: string, signal: AbortSignal): Promise<string | null>;
}

export interface PublishReport {
  readonly commentsPosted: number;
  /** What could not be shown where it was meant to be, each as one clause: "SARIF: code scanning is not enabled". */
  readonly degraded: readonly string[];
  /** The upload of SARIF that the host works on now; null where there is none. */
  readonly uploadId: string | null;
}

/**
 * What was posted where, recorded as it happens, so that a crash between two posts repeats neither. Keys are
 * `check`, `check:annotations:1` (a batch of them; its id is their number so far), `check:completed`, `review:1`,
 * `comment:<fingerprint>` (posted outside of a review), `summary`, `sarif`.
 */
export interface PublicationLog {
  find(scanId: string, key: string): Promise<string | null>;
  /** `remoteId` is the host's id of what was posted. Recording the same key again changes nothing. */
  record(scanId: string, key: string, remoteId: string): Promise<void>;
  /** Everything that was recorded for the pull request of this scan, over all its scans; the oldest first. */
  posts(scanId: string): Promise<readonly PublishedPost[]>;
}

export interface PublishedPost {
  readonly key: string;
  readonly remoteId: string;
}
