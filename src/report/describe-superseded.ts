import type { Publication } from '#model/publication.ts';

/** What is shown of a scan whose head is no longer the pull request's: a cancelled check run and nothing else. */
export function describeSuperseded(options: {
  readonly scanId: string;
  readonly checkName: string;
  readonly newHead: string;
}): Publication {
  return {
    scanId: options.scanId,
    check: {
      name: options.checkName,
      conclusion: 'cancelled',
      title: 'Superseded by a newer commit',
      summary: `The pull request moved on to ${options.newHead}, which has a check of its own. This commit was not reviewed.`,
      annotations: [],
    },
    review: null,
    summary: null,
    sarif: null,
  };
}
