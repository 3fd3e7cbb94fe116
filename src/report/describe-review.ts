import { counts, type Finding } from '#model/finding.ts';
import type { InlineComment, Publication } from '#model/publication.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { MarkdownContext } from './markdown/context.ts';
import { renderInlineComment } from './markdown/inline-comment.ts';
import { countOf, headline, listSeverities, splitFindings } from './wording.ts';

/**
 * Findings that get a comment, the worst first: the first `maxComments`, and every one that is back, because its thread was
 * closed and must not stay so. Where a repository wants no comments, there are none.
 */
export function chooseCommented(result: ScanResult, maxComments: number): readonly Finding[] {
  if (maxComments === 0) return [];
  return result.findings.filter(counts).filter(({ state }, index) => index < maxComments || state === 'reopened');
}

/** The review with its comments; null where nothing is commented and no change is asked for. `requestChanges`: a repository wants a failing review to hold the merge. */
export function describeReview(
  result: ScanResult,
  commented: readonly Finding[],
  { requestChanges, ...ctx }: MarkdownContext & { readonly requestChanges: boolean },
): Publication['review'] {
  const counting = result.findings.filter(counts);
  const requests = requestChanges && splitFindings(counting, ctx.failRule).blocking.length > 0;
  if (commented.length === 0 && !requests) return null;
  const more = counting.length - commented.length;
  const which = commented.length === 0 ? countOf(more, 'finding') : countOf(more, 'milder one');
  const rest = more === 0 ? '' : ` The ${which} without a comment ${more === 1 ? 'is' : 'are'} listed in the summary and in the check.`;
  return {
    event: requests ? 'REQUEST_CHANGES' : 'COMMENT',
    body: `**Aegis: ${headline(result, ctx.failRule)}** (${listSeverities(counting)}).${rest}`,
    comments: commented.map(
      (finding): InlineComment => ({
        fingerprint: finding.fingerprint,
        path: finding.path,
        startLine: finding.startLine,
        line: finding.endLine,
        body: renderInlineComment(finding, result, ctx),
      }),
    ),
  };
}
