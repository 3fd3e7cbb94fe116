import { counts } from '#model/finding.ts';
import type { Reporter } from '#ports/reporter.ts';
import type { MarkdownContext } from '#report/markdown/context.ts';
import { codeSpan, escapeInline } from '#report/markdown/escape.ts';
import { renderFindingBody } from '#report/markdown/inline-comment.ts';
import { renderSummaryBody } from '#report/markdown/summary.ts';
import { cutText } from '#report/plain-text.ts';
import { placeOf } from '#report/wording.ts';

export const markdown: Reporter = {
  id: 'markdown',
  summary: 'The summary of a review and every finding in full, as Markdown.',
  render: (result, { version }) => {
    const ctx: MarkdownContext = {
      ...{ failOn: null, blobUrl: null, scanId: null, version, onPullRequest: false, suggestions: 'code', notes: [] },
      rerun: 'run `aegis` again',
    };
    const findings = result.findings
      .filter(counts)
      .map(
        (finding) =>
          `### ${escapeInline(cutText(finding.title, 200))} · ${finding.severity}\n${codeSpan(placeOf(finding))}\n\n${renderFindingBody(finding, result.consensus.strategy, ctx)}`,
      );
    return `${[renderSummaryBody(result, ctx), ...findings].join('\n\n')}\n`;
  },
};
