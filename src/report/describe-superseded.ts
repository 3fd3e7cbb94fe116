import type { Publication } from '#model/publication.ts';
import { escapeInline } from './markdown/escape.ts';

interface EndedScan {
  readonly scanId: string;
  readonly checkName: string;
}

/** What is shown of a scan whose head is no longer the pull request's: a cancelled check run and nothing else. */
export function describeSuperseded(scan: EndedScan & { readonly newHead: string }): Publication {
  const summary = `The pull request moved on to ${scan.newHead}, which has a check of its own. This commit was not reviewed.`;
  return cancelledCheck(scan, 'Superseded by a newer commit', summary);
}

/** What is shown of a scan that nobody wants any more, where its check had been opened. `reason` is a clause. */
export function describeWithdrawn(scan: EndedScan & { readonly reason: string }): Publication {
  return cancelledCheck(scan, 'The review was withdrawn', `${escapeInline(scan.reason)}. This commit was not reviewed.`);
}

function cancelledCheck({ scanId, checkName }: EndedScan, title: string, summary: string): Publication {
  return {
    scanId,
    check: { name: checkName, conclusion: 'cancelled', title, summary, annotations: [] },
    review: null,
    summary: null,
    sarif: null,
    closed: [],
    blocks: true,
  };
}
