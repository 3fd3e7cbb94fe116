import type { ChangeSet } from '#model/change-set.ts';
import type { Publication, PullRequest } from '#model/publication.ts';
import type { CommentRef, ReactionKind } from '#model/task.ts';
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
  /** A merge group as a pull request with the number 0: from `baseSha` to `headSha`. */
  mergeGroup(group: MergeGroupRef): Promise<PullRequest>;
  /** The whole change, by a ladder that loses nothing; a file whose lines cannot be had is in it with `missing` set. */
  change(pull: PullRequest): Promise<ChangeSet>;
  /** Files of the head revision. */
  reader(pull: PullRequest): CodeReader;
  /** A text file of the base revision, or null where there is none: configuration is read from here, never from the head. */
  textAtBase(pull: PullRequest, path: string): Promise<string | null>;
  /**
   * A text file of the default branch of another repository of the same owner; null where the file or the repository is
   * not there, or may not be read.
   */
  textOfOwner(ref: PullRequestRef, repo: string, path: string): Promise<string | null>;
  /** Opens the check run of this scan (`in_progress`), or finds the one that an earlier attempt opened. */
  openCheck(pull: PullRequest, check: { readonly name: string; readonly scanId: string }): Promise<void>;
  /** Shows in the title of the open check how far the scan is. Never throws: progress is a courtesy. */
  showProgress(pull: PullRequest, progress: { readonly name: string; readonly scanId: string; readonly title: string }): Promise<void>;
  /**
   * Makes the publication visible. Safe to repeat: what is there already is not posted again. Comments are placed
   * only on lines of `change`; null when the publication has no review. Throws where trying again can help, and, with
   * the code `AEGIS_HOST_SUPERSEDED`, where the pull request has a newer head by now.
   */
  publish(pull: PullRequest, publication: Publication, change: ChangeSet | null): Promise<PublishReport>;
  /**
   * Waits, up to three minutes, for what the host makes of an upload: one clause when it rejected it, null when it took it
   * or has not decided yet. Rejects when `signal` aborts.
   */
  followUpload(pull: PullRequest, uploadId: string, signal: AbortSignal): Promise<string | null>;
  /** Whether an account may write to the repository: neither an association nor a name proves it. */
  canWrite(ref: PullRequestRef, login: string): Promise<boolean>;
  /** Puts a reaction on a comment. Doing it twice shows it once. */
  react(ref: PullRequestRef, comment: CommentRef, reaction: ReactionKind): Promise<void>;
  /**
   * Answers a comment: in its thread, or in the conversation. `key` names the answer: what was answered under it before
   * is not answered again.
   */
  reply(ref: PullRequestRef, comment: CommentRef, answer: { readonly key: string; readonly body: string }): Promise<void>;
  /** Our own threads of findings, with what people said and showed there. */
  threads(ref: PullRequestRef): Promise<readonly FindingThread[]>;
}

/** Where a merge group lives, and what it merges. */
export interface MergeGroupRef {
  readonly installationId: number;
  readonly owner: string;
  readonly repo: string;
  readonly headSha: string;
  readonly baseSha: string;
}

/** A comment of ours about a finding, and what became of its thread. */
export interface FindingThread {
  readonly fingerprint: string;
  /** Id of its first comment, ours. */
  readonly commentId: number;
  /** Our comment as it stands there. */
  readonly body: string;
  readonly path: string;
  /** The last of its lines as it was when the comment was made; empty where the host does not tell. */
  readonly code: string;
  /** On the newest head, as the host maps it; null where its lines are outdated. */
  readonly line: number | null;
  /** Our comment says that the finding is gone or dismissed. */
  readonly closed: boolean;
  /** Null where the host does not tell. */
  readonly resolved: boolean | null;
  /** Somebody other than us has answered. */
  readonly hasReplies: boolean;
  /** 👍 and 👎 on our comment, by whom. */
  readonly reactions: readonly { readonly login: string; readonly kind: '+1' | '-1' }[];
}

export interface PublishReport {
  readonly commentsPosted: number;
  /** What could not be shown where it was meant to be, each as one clause: "SARIF: code scanning is not enabled". */
  readonly degraded: readonly string[];
  /** The upload of SARIF that the host works on now; null where there is none. */
  readonly uploadId: string | null;
}

/**
 * The outbox: what is going to be posted is recorded before it is, and what was posted where after it, so that a crash at
 * any moment repeats nothing and loses nothing. Keys are
 * `check`, `check:annotations:1` (a batch of them; its id is their number so far), `check:completed`, `review:1`,
 * `comment:<fingerprint>` (posted outside of a review), `close:<fingerprint>`, `reopen:<fingerprint>`, `summary`, `sarif`.
 */
export interface PublicationLog {
  /**
   * Records that a post is about to be made. `again`: an earlier attempt recorded the same and not its end, so the post
   * may be there already and must be looked for.
   */
  begin(scanId: string, key: string): Promise<'first' | 'again'>;
  /** The host's id of what was posted; null where nothing was, or its end is not on record. */
  find(scanId: string, key: string): Promise<string | null>;
  /** `remoteId` is the host's id of what was posted. Recording the same key again changes nothing. */
  record(scanId: string, key: string, remoteId: string): Promise<void>;
  /** Everything whose end was recorded for the pull request of this scan, over all its scans; the oldest first. */
  posts(scanId: string): Promise<readonly PublishedPost[]>;
}

export interface PublishedPost {
  readonly key: string;
  readonly remoteId: string;
}
