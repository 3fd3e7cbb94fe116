import { groupBy } from '#lib/group-by.ts';
import { counts, type Finding, type SuppressedBy } from '#model/finding.ts';
import type { ModelSummary, ScanResult } from '#model/scan-result.ts';
import type { Severity } from '#model/severity.ts';
import { cutText } from '../plain-text.ts';
import { describeStandIn, listStandIns, type StandIn } from '../stand-ins.ts';
import { countOf, doneWithoutOf, fallbackOf, headline, listSeverities, placeOf, splitFindings, votesOf } from '../wording.ts';
import type { MarkdownContext } from './context.ts';
import { cutBody } from './cut-body.ts';
import { codeSpan, escapeInline, escapeLinkText } from './escape.ts';
import { renderFolded } from './folded.ts';

export const SUMMARY_MARKER = '<!-- aegis:summary -->';

/** The one comment about a scan: conclusion, findings, what does not count; folded, the coverage and the models. */
export function renderSummary(result: ScanResult, ctx: MarkdownContext): string {
  return cutBody(renderSummaryBody(result, ctx), `\n\n${SUMMARY_MARKER}`);
}

/** The summary without its hidden marker, for reports that go on below it. */
export function renderSummaryBody(result: ScanResult, ctx: MarkdownContext): string {
  const parts = [
    `## Aegis: ${headline(result, ctx.failOn)}`,
    opening(result, ctx),
    findingsTable(result.findings.filter(counts), ctx),
    notCounted(result),
    stoodIn(result),
    notes(result, ctx),
    renderFolded(result, ctx),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function opening(result: ScanResult, ctx: MarkdownContext): string {
  const { conclusion, reason } = result;
  switch (conclusion) {
    case 'error':
    case 'incomplete': {
      const check =
        ctx.failOn === null ? '' : ' The check does not pass, because a change that was not fully reviewed must not look reviewed.';
      return `${escapeInline(cutText(reason, 1500))}${check}\n\n**Mend it:** ${remedies(result).join('; ')}. Then ${ctx.rerun}.`;
    }
    case 'findings':
      return `${againstFloor(result.findings, ctx.failOn)} · ${coverageClause(result)}`;
    case 'passed':
      return (
        escapeInline(reason) + (result.passedOver === 0 ? '' : ` Triage alone called ${countOf(result.passedOver, 'hunk')} of it safe.`)
      );
  }
}

function againstFloor(findings: readonly Finding[], failOn: Severity | 'none' | null): string {
  const { blocking, others } = splitFindings(findings, failOn ?? 'none');
  if (failOn === null || failOn === 'none') return `**${listSeverities(others)}**`;
  if (blocking.length === 0) return `**${listSeverities(others)}**, all below ${codeSpan(`fail_on: ${failOn}`)}`;
  const below = others.length === 0 ? '' : ` · ${listSeverities(others)} below it`;
  return `**${listSeverities(blocking)}** at or above ${codeSpan(`fail_on: ${failOn}`)}${below}`;
}

function coverageClause(result: ScanResult): string {
  const { coverage, passedOver } = result;
  if (coverage.uncovered > 0)
    return `**${countOf(coverage.uncovered, 'hunk')} of source that no model covers**, which this repository accepts`;
  const all = coverage.reviewed === 1 ? 'the one hunk to review was reviewed' : `all ${coverage.reviewed} hunks to review were reviewed`;
  return passedOver === 0 ? all : `${all}, ${passedOver} of them by triage alone, which called them safe`;
}

/** What a person can do about a review that did not fully run, by what went wrong. */
function remedies({ models, coverage, executions, spending }: ScanResult): string[] {
  if (spending.exhausted !== null) return [`raise ${codeSpan('budget')} in ${codeSpan(CONFIGURATION)}, or make the change smaller`];
  const standIns = listStandIns(executions);
  const faulty = [...new Set(models.filter((model) => model.fault !== null && !isMadeUp(model, standIns)).map(({ id }) => id))];
  const out: string[] = [];
  if (faulty.length > 0) out.push(`see to it that ${faulty.map((id) => codeSpan(id)).join(' and ')} can answer`);
  if (coverage.uncovered > 0)
    out.push(`add a model that covers the uncovered files listed below, or accept them with ${codeSpan('review: { uncovered: note }')}`);
  if (coverage.partial > 0 && faulty.length === 0) out.push(`add models or lower ${codeSpan('consensus.min_votes')}`);
  return out.length === 0 ? ['see below what was left out'] : out;
}

/** True when another model answered wherever this one did not. */
function isMadeUp({ id, role, failed, refused, truncated, unreadable, skipped }: ModelSummary, standIns: readonly StandIn[]): boolean {
  const answered = standIns.filter((one) => one.standsInFor === id && one.role === role).reduce((sum, one) => sum + one.answered, 0);
  return truncated + unreadable + skipped === 0 && answered === failed + refused;
}

/** Pairs of models that fit a comment; the table of the models lists every one. */
const MAX_PAIRS = 10;

function stoodIn({ executions }: ScanResult): string {
  const standIns = listStandIns(executions);
  const sentences = standIns.slice(0, MAX_PAIRS).map((standIn) => {
    const [model, other] = [standIn.model, standIn.standsInFor].map((id) => `**${escapeInline(cutText(id, 100))}**`);
    return `- ${model} stood in for ${other}${describeStandIn(standIn, escapeInline)}`;
  });
  const more = standIns.length - sentences.length;
  return [...sentences, ...(more > 0 ? [`- … and ${more} more`] : [])].join('\n');
}

const DOTS: Readonly<Record<Severity, string>> = { critical: '🔴', high: '🟠', medium: '🟡', low: '🔵', info: '⚪' };

/** Rows that fit a comment; every finding is also an annotation of the check and a SARIF result. */
const MAX_ROWS = 150;

function findingsTable(findings: readonly Finding[], ctx: MarkdownContext): string {
  if (findings.length === 0) return '';
  const rows = findings.slice(0, MAX_ROWS).map((finding) => {
    const name = escapeInline(cutText(finding.title, 120)) + (finding.cwe === null ? '' : ` (${finding.cwe})`);
    return `| ${DOTS[finding.severity]} ${finding.severity} | ${name} | ${linkTo(finding, ctx)} | ${votesOf(finding)} |`;
  });
  const more = findings.length - rows.length;
  const rest =
    more > 0
      ? `\n\n… and ${listSeverities(findings.slice(MAX_ROWS))} more, milder ones. Every one is an annotation of the check and a SARIF result.`
      : '';
  return `| | finding | where | agreed |\n|---|---|---|---|\n${rows.join('\n')}${rest}`;
}

function linkTo(finding: Finding, { blobUrl }: MarkdownContext): string {
  if (blobUrl === null) return codeSpan(placeOf(finding));
  return `[${escapeLinkText(placeOf(finding))}](${blobUrl(finding.path, finding.startLine, finding.endLine)})`;
}

const SUPPRESSED: Readonly<Record<SuppressedBy, string>> = {
  dismissed: 'dismissed',
  policy: 'by a rule of the repository',
  'inline-ignore': 'by a comment in the code',
  baseline: 'in the baseline',
  'min-severity': 'below the severity floor',
  'min-confidence': 'below the confidence floor',
  'outside-scope': 'outside the scope',
};

function notCounted({ findings, unplaced }: ScanResult): string {
  const suppressed = findings.filter((finding) => !counts(finding));
  const kinds = [...groupBy(suppressed, ({ suppressedBy }) => suppressedBy)].flatMap(([by, group]) => {
    if (by === null) return [];
    const reasons =
      by === 'policy' ? [...new Set(group.map(({ suppressedReason }) => suppressedReason ?? ''))].filter((reason) => reason !== '') : [];
    const quoted = reasons.slice(0, 5).map((reason) => `“${escapeInline(cutText(reason, 200))}”`);
    return `${group.length} ${SUPPRESSED[by]}${quoted.length === 0 ? '' : ` (${quoted.join(', ')})`}`;
  });
  const sentences = [
    ...(kinds.length === 0 ? [] : [`Not counted: ${kinds.join(', ')}.`]),
    ...(unplaced === 0
      ? []
      : [`${countOf(unplaced, 'claim')} named no place in this change and ${unplaced === 1 ? 'is' : 'are'} not shown.`]),
  ];
  return sentences.join(' ');
}

const CONFIGURATION = '.aegis.yml';

function notes(result: ScanResult, ctx: MarkdownContext): string {
  const { ledger, consensus } = result;
  const changed = ctx.onPullRequest && ledger.some(({ path }) => path === CONFIGURATION);
  const announced = changed ? [`This change edits ${codeSpan(CONFIGURATION)}: what it says takes effect after the merge.`] : [];
  const fellBack = [fallbackOf(consensus), doneWithoutOf(result)].filter((sentence) => sentence !== null).map(escapeInline);
  return [...announced, ...fellBack, ...ctx.notes.map((note) => escapeInline(cutText(note, 500)))].map((note) => `> ${note}`).join('\n>\n');
}
