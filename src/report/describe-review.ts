import { counts, type Finding } from '#model/finding.ts';
import type { InlineComment, Publication } from '#model/publication.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { MarkdownContext } from './markdown/context.ts';
import { renderInlineComment } from './markdown/inline-comment.ts';
import { countOf, headline, listSeverities, splitFindings } from './wording.ts';

export interface Commented {
  /** The first `maxComments`, the worst first. */
  readonly within: readonly Finding[];
  /** Those beyond that are back: where their thread was closed, it must not stay so. Many never had one. */
  readonly restored: readonly Finding[];
}

/** Findings that have a comment. Where a repository wants no comments, there are none. */
export function chooseCommented(result: ScanResult, maxComments: number): Commented {
  if (maxComments === 0) return { within: [], restored: [] };
  const counting = result.findings.filter(counts);
  return { within: counting.slice(0, maxComments), restored: counting.slice(maxComments).filter(({ state }) => state === 'reopened') };
}

/** The review with its comments; null where nothing is commented and no change is asked for. `requestChanges`: a repository wants a failing review to hold the merge. */
export function describeReview(
  result: ScanResult,
  { within, restored }: Commented,
  { requestChanges, ...ctx }: MarkdownContext & { readonly requestChanges: boolean },
): Publication['review'] {
  const counting = result.findings.filter(counts);
  const requests = requestChanges && splitFindings(counting, ctx.failRule).blocking.length > 0;
  if (within.length === 0 && !requests) return null;
  const more = counting.length - within.length;
  const which = within.length === 0 ? countOf(more, 'finding') : countOf(more, 'milder one');
  const rest = more === 0 ? '' : ` The ${which} without a comment ${more === 1 ? 'is' : 'are'} listed in the summary and in the check.`;
  const comment = (finding: Finding): InlineComment => ({
    fingerprint: finding.fingerprint,
    path: finding.path,
    startLine: finding.startLine,
    line: finding.endLine,
    body: renderInlineComment(finding, result, ctx),
  });
  return {
    event: requests ? 'REQUEST_CHANGES' : 'COMMENT',
    body: `**Aegis: ${headline(result, ctx.failRule)}** (${listSeverities(counting)}).${rest}`,
    comments: [...within.map(comment), ...restored.map((finding) => ({ ...comment(finding), restoreOnly: true as const }))],
  };
}
