import { counts, type Finding } from '#model/finding.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { countOf } from '../wording.ts';
import type { MarkdownContext } from './context.ts';
import { codeSpan, escapeLinkText } from './escape.ts';
import { cutPlace } from './findings-table.ts';
import { renderFindingBody, renderFindingHeading } from './inline-comment.ts';
import { renderSummaryBody } from './summary.ts';

/**
 * A job summary takes 1 MiB a step, and nothing of what is longer; the rest is for what others add to it.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions#step-isolation-and-limits
 */
const MOST_BYTES = 1_000_000;

/** The summary of a review, and every finding in full as far as a job summary goes. */
export function renderReport(result: ScanResult, ctx: MarkdownContext): string {
  const bytes = new TextEncoder();
  const parts = [renderSummaryBody(result, ctx)];
  const counting = result.findings.filter(counts);
  let left = MOST_BYTES - bytes.encode(parts[0]).length;
  for (const [index, finding] of counting.entries()) {
    const part = renderFinding(finding, result, ctx);
    left -= bytes.encode(part).length + 2;
    if (left < 0) {
      parts.push(`… and **${countOf(counting.length - index, 'more finding')}** that this text is too short for. ${ctx.elsewhere}`);
      break;
    }
    parts.push(part);
  }
  return `${parts.join('\n\n')}\n`;
}

function renderFinding(finding: Finding, result: ScanResult, ctx: MarkdownContext): string {
  const place = cutPlace(finding);
  const url = ctx.blobUrl?.(finding.path, finding.startLine, finding.endLine);
  const where = url === undefined ? codeSpan(place) : `[${escapeLinkText(place)}](${url})`;
  return `${renderFindingHeading(finding)}\n${where}\n\n${renderFindingBody(finding, result, ctx)}`;
}
