import { cweUrl } from '#lib/cwe.ts';
import type { Finding } from '#model/finding.ts';
import { cutText } from '../plain-text.ts';
import { confidenceOf, countOf, strategyName } from '../wording.ts';
import type { MarkdownContext } from './context.ts';
import { cutBody } from './cut-body.ts';
import { codeSpan, escapeBlock, escapeInline } from './escape.ts';

/** The comment on the lines of a finding: what it is, how to mend it, and, folded, who says so. Ends in the hidden marker. */
export function renderInlineComment(finding: Finding, strategy: string, ctx: Pick<MarkdownContext, 'scanId'>): string {
  const heading = `### ${escapeInline(cutText(finding.title, 200))} · ${finding.severity}`;
  return cutBody(`${heading}\n${renderFindingBody(finding, strategy, ctx)}`, `\n\n<!-- aegis:v1 fingerprint=${finding.fingerprint} -->`);
}

/** What stands under a finding's heading, wherever it is shown. */
export function renderFindingBody(finding: Finding, strategy: string, ctx: Pick<MarkdownContext, 'scanId'>): string {
  const fix = finding.fix === null ? '' : escapeBlock(finding.fix);
  return [
    escapeBlock(finding.explanation ?? finding.message),
    fix === '' ? '' : `**Fix:** ${fix}`,
    factsLine(finding),
    decision(finding, strategy, ctx),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function factsLine(finding: Finding): string {
  const { cwe, votes, confidence } = finding;
  const agreed = votes.of === 1 ? 'found by the one model that looked' : `${votes.for} of ${votes.of} models agree`;
  const facts = [
    cwe === null ? 'no CWE named' : `[${cwe}](${cweUrl(cwe)})`,
    agreed,
    `confidence ${confidenceOf(confidence)}`,
    `not right? a ${codeSpan('suppress')} rule in ${codeSpan('.aegis.yml')} silences it`,
  ];
  return facts.join(' · ');
}

const OWN_WORDS = 300;

function decision({ models, votes, anchoredBy, id }: Finding, strategy: string, { scanId }: Pick<MarkdownContext, 'scanId'>): string {
  const rows = models.map(({ id: model, severity, confidence, message }) => {
    const says = `${severity}, ${confidenceOf(confidence)}`;
    return `| ${escapeInline(model)} | ${says} | ${escapeInline(cutText(message, OWN_WORDS))} |`;
  });
  const facts = [
    `${escapeInline(strategyName(strategy))}: ${votes.for} of ${countOf(votes.of, 'vote')}`,
    ...(anchoredBy === 'evidence' ? [] : [ANCHOR_NOTES[anchoredBy]]),
    `finding ${codeSpan(id)}`,
    ...(scanId === null ? [] : [`scan ${codeSpan(scanId)}`]),
  ];
  return `<details><summary>How this was decided</summary>

| model | says | in its own words |
|---|---|---|
${rows.join('\n')}

${facts.join(' · ')}
</details>`;
}

const ANCHOR_NOTES = {
  'nearest-evidence': 'placed at the nearest line like the one quoted',
  number: 'placed by line number alone',
  hunk: 'the model named no line: placed at its hunk',
};
