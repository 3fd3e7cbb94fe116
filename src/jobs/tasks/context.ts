import type { Finding } from '#model/finding.ts';
import type { PullRequest } from '#model/publication.ts';
import type { CodeHost } from '#ports/code-host.ts';
import type { RepositoryJudgements } from '#ports/judgements.ts';
import type { Store } from '#ports/store.ts';
import type { Explained } from '#report/replies/explanation.ts';
import type { ReviewJobContext } from '../context.ts';

/** Asks the explain model about one finding. Rejects with what went wrong; null where it says nothing. */
export type Explain = (pull: PullRequest, finding: Finding, signal: AbortSignal) => Promise<Explained | null>;

/** What the tasks of a pull request need of the world. */
export interface TaskContext extends Pick<ReviewJobContext, 'worker' | 'signal' | 'log'> {
  readonly store: Pick<
    Store,
    | 'claimTask'
    | 'renewTask'
    | 'finishTask'
    | 'releaseTask'
    | 'requestScan'
    | 'lastAttempt'
    | 'pass'
    | 'known'
    | 'lastResult'
    | 'dismissals'
    | 'dismiss'
    | 'reinstate'
    | 'pausedBy'
    | 'setPaused'
  >;
  readonly host: Pick<CodeHost, 'pullRequest' | 'canWrite' | 'react' | 'reply' | 'threads'>;
  readonly judgements: RepositoryJudgements;
  /** Null where no model is there to explain. */
  readonly explain: Explain | null;
}
