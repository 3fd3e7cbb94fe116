import { counts, type Finding } from '#model/finding.ts';
import type { CheckAnnotation, CheckConclusion, InlineComment, Publication, PullRequest } from '#model/publication.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { Severity } from '#model/severity.ts';
import { encodePath } from './encode-path.ts';
import type { MarkdownContext } from './markdown/context.ts';
import { cutBody } from './markdown/cut-body.ts';
import { renderInlineComment } from './markdown/inline-comment.ts';
import { renderSummary, renderSummaryBody } from './markdown/summary.ts';
import { cutText, oneLine, showControls } from './plain-text.ts';
import { renderSarif } from './sarif/render-sarif.ts';
import { agreementOf, confidenceOf, countOf, headline, listSeverities, splitFindings } from './wording.ts';

/** What a repository wants to see of a review, and where. */
export interface PublicationOptions {
  readonly scanId: string;
  readonly version: string;
  readonly pull: Pick<PullRequest, 'owner' | 'repo' | 'headSha'>;
  /** Web address of the host, for links into the code; `https://github.com` when left out. */
  readonly webUrl?: string;
  readonly failOn: Severity | 'none';
  readonly check: { readonly enabled: boolean; readonly name: string; readonly onIncomplete: 'fail' | 'action_required' };
  readonly sarif: { readonly enabled: boolean | 'auto'; readonly category: string };
  /** Most comments on one head, on lines and on files. */
  readonly maxComments: number;
  readonly summary: boolean;
  /** Whether comments offer checked replacements to commit. */
  readonly suggestions: boolean;
  /** Sentences for people about the review itself, such as warnings of the configuration. */
  readonly notes?: readonly string[];
}

/**
 * Describes all that should be seen of a scan on a pull request. Every finding that counts is an annotation, a SARIF
 * result and a row of the summary; the worst `maxComments` of them are comments, too.
 */
export function describePublication(result: ScanResult, options: PublicationOptions): Publication {
  const ctx: MarkdownContext = {
    failOn: options.failOn,
    blobUrl: linker(options),
    scanId: options.scanId,
    version: options.version,
    onPullRequest: true,
    suggestions: options.suggestions ? 'commit' : 'none',
    notes: options.notes ?? [],
    rerun: 'press **Re-run** on the check',
  };
  const counting = result.findings.filter(counts);
  return {
    scanId: options.scanId,
    check: options.check.enabled
      ? {
          name: options.check.name,
          conclusion: concludeCheck(result, options),
          title: capitalise(headline(result, options.failOn)),
          summary: cutBody(renderSummaryBody(result, ctx)),
          annotations: counting.map(annotate),
        }
      : null,
    closed: [],
    blocks: splitFindings(result.findings, options.failOn).blocking.length > 0,
    review: describeReview(counting, result, options, ctx),
    summary: options.summary ? renderSummary(result, ctx) : null,
    // GitHub shows suppressed results like any other, so an upload carries only what counts.
    sarif:
      options.sarif.enabled === false
        ? null
        : renderSarif({ ...result, findings: counting }, { category: options.sarif.category, version: options.version }),
  };
}

/**
 * `success`, `neutral` and `skipped` satisfy a required check, so a review that did not fully run is never one of
 * them. https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks
 */
function concludeCheck(result: ScanResult, { failOn, check }: PublicationOptions): CheckConclusion {
  if (splitFindings(result.findings, failOn).blocking.length > 0) return 'failure';
  switch (result.conclusion) {
    case 'error':
      return 'action_required';
    case 'incomplete':
      return check.onIncomplete === 'fail' ? 'failure' : 'action_required';
    case 'findings':
      return 'neutral';
    case 'passed':
      return 'success';
  }
}

function describeReview(
  counting: readonly Finding[],
  result: ScanResult,
  { maxComments, failOn }: PublicationOptions,
  ctx: MarkdownContext,
): Publication['review'] {
  const commented = counting.slice(0, maxComments);
  if (commented.length === 0) return null;
  const more = counting.length - commented.length;
  const rest =
    more === 0
      ? ''
      : ` The ${countOf(more, 'milder one')} without a comment ${more === 1 ? 'is' : 'are'} listed in the summary and in the check.`;
  return {
    event: 'COMMENT',
    body: `**Aegis: ${headline(result, failOn)}** (${listSeverities(counting)}).${rest}`,
    comments: commented.map(
      (finding): InlineComment => ({
        fingerprint: finding.fingerprint,
        path: finding.path,
        startLine: finding.startLine,
        line: finding.endLine,
        body: renderInlineComment(finding, result.consensus.strategy, ctx),
      }),
    ),
  };
}

/** Annotations are plain text, as far as https://docs.github.com/rest/checks/runs says: 255 characters of title, 64 KB of message. */
function annotate(finding: Finding): CheckAnnotation {
  const { path, startLine, endLine, severity, cwe, title, fix, confidence } = finding;
  const message = finding.explanation ?? finding.message;
  const facts = `${agreementOf(finding)}, confidence ${confidenceOf(confidence)}`;
  const text = [showControls(message), ...(fix === null ? [] : [`Fix: ${showControls(fix)}`]), facts].join('\n\n');
  return {
    path,
    startLine,
    endLine,
    severity,
    title: cutText(oneLine(cwe === null ? title : `${cutText(title, 230)} (${cwe})`), 255),
    message: cutText(text, 16_000),
  };
}

function linker({ pull, webUrl = 'https://github.com' }: PublicationOptions): MarkdownContext['blobUrl'] {
  const root = `${webUrl}/${encodePath(`${pull.owner}/${pull.repo}/blob/${pull.headSha}`)}`;
  return (path, startLine, endLine) => `${root}/${encodePath(path)}#L${startLine}${endLine === startLine ? '' : `-L${endLine}`}`;
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
