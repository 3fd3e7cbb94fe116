import type { Severity } from './severity.ts';

/** A pull request as the code host tells of it. Titles, names and refs come from strangers. */
/** A thread of ours that is to be closed, because its finding is gone or was dismissed. */
export interface ClosedThread {
  readonly fingerprint: string;
  /**
   * `fixed`: closed only where its lines are outdated or `removed`, and nobody else has answered. `dismissed`: a person
   * decided.
   */
  readonly because: 'fixed' | 'dismissed';
  /** Its code is gone from the change, as far as Aegis can tell; the host's own word counts as well. */
  readonly removed: boolean;
  /** What stands above the folded comment then: Markdown, one paragraph. */
  readonly note: string;
}

/** A button on a check run. https://docs.github.com/rest/checks/runs: label 20 characters, description 40, identifier 20. */
export interface CheckButton {
  readonly label: string;
  readonly description: string;
  readonly identifier: 'review' | 'pause' | 'resume';
}

/** A merge group is described like a pull request with the number 0 and no title: it takes a check run and nothing else. */
export interface PullRequest {
  readonly installationId: number;
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly draft: boolean;
  readonly headSha: string;
  readonly headRef: string;
  readonly baseSha: string;
  readonly baseRef: string;
  /** The head lies in another repository. */
  readonly fork: boolean;
  readonly authorLogin: string;
  readonly authorIsBot: boolean;
  /** Of the base repository: decides whether code scanning is there without Advanced Security. */
  readonly isPrivate: boolean;
  readonly labels: readonly string[];
  readonly merged: boolean;
}

/** An inline comment on lines of the new side. `startLine` equals `line` for one line. */
export interface InlineComment {
  readonly fingerprint: string;
  readonly path: string;
  readonly startLine: number;
  readonly line: number;
  /** Markdown, at most 60,000 characters, ending in the hidden marker. */
  readonly body: string;
  /** Over the cap: it is restored where its thread was closed, and posted nowhere else. */
  readonly restoreOnly?: true;
}

export interface CheckAnnotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly severity: Severity;
  readonly title: string;
  readonly message: string;
}

/** GitHub's conclusions that a check of ours can end with. */
export type CheckConclusion = 'success' | 'neutral' | 'failure' | 'action_required' | 'cancelled';

/**
 * What should be seen on a pull request, described before any of it is done. Only `github/publish.ts` acts on it,
 * and acting on it twice shows it once.
 */
export interface Publication {
  readonly scanId: string;
  readonly check: {
    readonly name: string;
    readonly conclusion: CheckConclusion;
    readonly title: string;
    /** Markdown. */
    readonly summary: string;
    readonly annotations: readonly CheckAnnotation[];
    /** At most three. */
    readonly buttons?: readonly CheckButton[];
  } | null;
  /** Null: no review is posted. Comments come worst first; findings over the cap are in the summary only. */
  readonly review: {
    readonly body: string;
    /** `REQUEST_CHANGES` where the repository wants a failing review to; such a review is dismissed when nothing blocks any more. */
    readonly event: 'COMMENT' | 'REQUEST_CHANGES';
    /** A finding whose thread was closed and that is back has its comment restored in the same thread. */
    readonly comments: readonly InlineComment[];
  } | null;
  /** Threads of earlier scans to close. */
  readonly closed: readonly ClosedThread[];
  /** Whether earlier requests for changes of ours still hold. */
  readonly blocks: boolean;
  /** Markdown of the one summary comment; null: none is wanted. */
  readonly summary: string | null;
  /** SARIF 2.1.0 as JSON text; null: no upload is wanted. */
  readonly sarif: string | null;
}
