import { cweUrl } from '#lib/cwe.ts';
import type { Finding } from '#model/finding.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { cutText } from '../plain-text.ts';
import { agreementOf, confidenceOf } from '../wording.ts';
import type { MarkdownContext } from './context.ts';
import { cutBody } from './cut-body.ts';
import { renderDecision } from './decision.ts';
import { codeSpan, escapeBlock, escapeInline } from './escape.ts';
import { DOTS } from './findings-table.ts';
import { firstSentences } from './first-sentences.ts';
import { renderReplacement } from './replacement.ts';

/** What a finding's words need to know of where they are shown. */
export type FindingContext = Pick<MarkdownContext, 'scanId' | 'suggestions' | 'commands' | 'version' | 'headSha'>;

/** What they need to know of the scan. */
export type FindingScan = Pick<ScanResult, 'consensus' | 'since'>;

/** The comment on the lines of a finding: what it is, how to mend it, and, folded, who says so. Ends in the hidden marker. */
export function renderInlineComment(finding: Finding, scan: FindingScan, ctx: FindingContext): string {
  const marker = `\n\n<!-- aegis:v1 fingerprint=${finding.fingerprint} -->`;
  return cutBody(`${renderFindingHeading(finding)}\n${renderFindingBody(finding, scan, ctx)}`, marker);
}

export function renderFindingHeading({ title, severity }: Pick<Finding, 'title' | 'severity'>): string {
  return `### ${DOTS[severity]} ${escapeInline(cutText(title, 200))} · ${severity}`;
}

/** Behind a word it would open no block, and its end would open one that hides all that follows. */
const FENCE = '```';

/** What stands under a finding's heading, wherever it is shown. */
export function renderFindingBody(finding: Finding, scan: FindingScan, ctx: FindingContext): string {
  const fix = finding.fix === null ? '' : escapeBlock(finding.fix);
  const { first, rest } = firstSentences(finding.explanation ?? finding.message);
  return [
    escapeBlock(first),
    fix === '' ? '' : `**Fix:**${fix.startsWith(FENCE) ? '\n\n' : ' '}${fix}`,
    renderReplacement(finding, ctx),
    factsLine(finding, ctx),
    renderDecision(finding, rest, scan, ctx),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function factsLine(finding: Finding, { commands }: FindingContext): string {
  const { cwe, confidence, id } = finding;
  const dismiss = commands
    ? codeSpan(`/aegis dismiss ${id} reason`)
    : `a ${codeSpan('suppress')} rule in ${codeSpan('.aegis.yml')} silences it`;
  const facts = [
    cwe === null ? 'no CWE named' : `[${cwe}](${cweUrl(cwe)})`,
    agreementOf(finding),
    `confidence ${confidenceOf(confidence)}`,
    `not right? ${dismiss}`,
  ];
  return facts.join(' · ');
}
