import type { FailRule } from '#model/fail-rule.ts';
import { counts } from '#model/finding.ts';
import type { Publication, PullRequest } from '#model/publication.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { annotate } from './annotate.ts';
import { PAUSE, REVIEW_AGAIN } from './buttons.ts';
import { listClosed } from './closed-threads.ts';
import { concludeCheck } from './conclude-check.ts';
import { chooseCommented, describeReview } from './describe-review.ts';
import { encodePath } from './encode-path.ts';
import type { MarkdownContext } from './markdown/context.ts';
import { cutBody } from './markdown/cut-body.ts';
import { renderSummary, renderSummaryBody } from './markdown/summary.ts';
import { renderSarif } from './sarif/render-sarif.ts';
import { headline, splitFindings } from './wording.ts';

/** What a repository wants to see of a review, and where. */
export interface PublicationOptions {
  readonly scanId: string;
  readonly version: string;
  /** The number 0 is a merge group's. */
  readonly pull: Pick<PullRequest, 'owner' | 'repo' | 'number' | 'headSha'>;
  /** Web address of the host, for links into the code; `https://github.com` when left out. */
  readonly webUrl?: string;
  readonly failRule: FailRule;
  /** Whether a review with a finding that blocks asks for changes. */
  readonly requestChanges: boolean;
  readonly check: { readonly enabled: boolean; readonly name: string; readonly onIncomplete: 'fail' | 'action_required' };
  readonly sarif: { readonly enabled: boolean | 'auto'; readonly category: string };
  /** Most new comments on one head, on lines and on files; beyond it only comments of closed threads are restored. */
  readonly maxComments: number;
  readonly summary: boolean;
  /** Whether comments offer checked replacements to commit. */
  readonly suggestions: boolean;
  /** Sentences for people about the review itself, such as warnings of the configuration. */
  readonly notes?: readonly string[];
  /**
   * Where nobody answers commands and buttons, as in a workflow: how a person runs the review again, as a clause. Trusted
   * Markdown. Left out where somebody does.
   */
  readonly rerun?: string;
}

/**
 * Describes all that should be seen of a scan on a pull request. Every finding that counts is an annotation, a SARIF
 * result and a row of the summary as far as it goes; the worst `maxComments` of them are comments, too. A merge group has no
 * conversation: no review, no summary, no threads.
 */
export function describePublication(result: ScanResult, options: PublicationOptions): Publication {
  const { failRule, check, pull, sarif, scanId, version } = options;
  const counting = result.findings.filter(counts);
  const isGroup = pull.number === 0;
  const commented = chooseCommented(result, isGroup ? 0 : options.maxComments);
  const ctx = makeContext(options, new Set(commented.within.map(({ fingerprint }) => fingerprint)));
  const title = headline(result, failRule);
  return {
    scanId,
    check: check.enabled
      ? {
          name: check.name,
          conclusion: concludeCheck(result, failRule, check.onIncomplete),
          title: title.charAt(0).toUpperCase() + title.slice(1),
          summary: cutBody(renderSummaryBody(result, ctx)),
          annotations: counting.map(annotate),
          buttons: isGroup || options.rerun !== undefined ? [] : [REVIEW_AGAIN, PAUSE],
        }
      : null,
    review: isGroup ? null : describeReview(result, commented, { ...ctx, requestChanges: options.requestChanges }),
    closed: isGroup ? [] : listClosed(result, pull.headSha),
    // What was not looked at cannot take back what was asked for before.
    blocks: splitFindings(result.findings, failRule).blocking.length > 0 || !isComplete(result),
    summary: isGroup || !options.summary ? null : renderSummary(result, ctx),
    // GitHub shows suppressed and absent results like any other, so an upload carries only what counts.
    sarif:
      isGroup || sarif.enabled === false ? null : renderSarif({ ...result, findings: counting }, { category: sarif.category, version }),
  };
}

function makeContext(options: PublicationOptions, commented: ReadonlySet<string>): MarkdownContext {
  const { failRule, scanId, version, pull, maxComments, rerun, check, sarif } = options;
  const isGroup = pull.number === 0;
  return {
    ...{ failRule, scanId, version, headSha: pull.headSha },
    blobUrl: linker(options),
    commands: !isGroup && rerun === undefined,
    suggestions: options.suggestions ? 'commit' : 'none',
    commented: maxComments === 0 || isGroup ? null : commented,
    notes: options.notes ?? [],
    rerun:
      rerun ?? (isGroup ? 'press **Re-run** on the check' : `press **${REVIEW_AGAIN.label}** on the check or write ${'`/aegis review`'}`),
    elsewhere: elsewhere(check.enabled, sarif.enabled !== false),
  };
}

function elsewhere(hasCheck: boolean, hasSarif: boolean): string {
  const places = [...(hasCheck ? ['an annotation of the check'] : []), ...(hasSarif ? ['a result of the SARIF upload'] : [])];
  return places.length === 0 ? 'Narrow the review to see them here.' : `Each of them is ${places.join(' and ')}.`;
}

function isComplete({ conclusion }: ScanResult): boolean {
  return conclusion === 'passed' || conclusion === 'findings';
}

function linker({ pull, webUrl = 'https://github.com' }: PublicationOptions): MarkdownContext['blobUrl'] {
  const root = `${webUrl}/${encodePath(`${pull.owner}/${pull.repo}/blob/${pull.headSha}`)}`;
  return (path, startLine, endLine) => `${root}/${encodePath(path)}#L${startLine}${endLine === startLine ? '' : `-L${endLine}`}`;
}
