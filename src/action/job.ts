import type { PullRequestRef } from '#ports/code-host.ts';

/** Why the token of a run is known to be read-only: https://docs.github.com/actions/security-for-github-actions/security-guides/automatic-token-authentication */
export type ReadOnly = 'fork' | 'dependabot';

/** What a run of the Action is about. */
export type ActionJob =
  | {
      readonly kind: 'pull-request';
      readonly ref: PullRequestRef;
      /** Head of the event: a newer one has a run of its own. */
      readonly headSha: string;
      /** Set where GitHub hands out a token that may not write, unless the owner changed that. */
      readonly readOnly: ReadOnly | null;
    }
  | {
      /** Two commits that GitHub has. */
      readonly kind: 'merge-group' | 'push';
      readonly owner: string;
      readonly repo: string;
      /** Commit, or the name of a branch where the change begins at the merge base with it. */
      readonly base: string;
      /** Where to begin when GitHub has `base` no more, as after a forced push; null where nothing is left. */
      readonly otherBase: string | null;
      readonly head: string;
      /** `refs/heads/…` or `refs/tags/…` that now is `head`. */
      readonly ref: string;
    }
  | {
      /** The checkout of the job: all of it, or a range of its commits. */
      readonly kind: 'checkout';
      readonly owner: string;
      readonly repo: string;
      readonly base: string | null;
      readonly head: string | null;
      /** Commit and ref for which its findings are uploaded. */
      readonly sha: string;
      readonly ref: string;
    }
  | {
      readonly kind: 'nothing';
      /** One clause. */
      readonly reason: string;
    };
