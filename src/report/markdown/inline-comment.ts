import { cweUrl } from '#lib/cwe.ts';
import type { Contributor, Finding } from '#model/finding.ts';
import { cutText } from '../plain-text.ts';
import { agreementOf, confidenceOf, countOf, describeNote, isWithoutVote, strategyName } from '../wording.ts';
import type { MarkdownContext } from './context.ts';
import { cutBody } from './cut-body.ts';
import { codeSpan, escapeBlock, escapeInline } from './escape.ts';
import { renderReplacement } from './replacement.ts';

/** What a finding's words need to know of where they are shown. */
export type FindingContext = Pick<MarkdownContext, 'scanId' | 'suggestions'>;

/** The comment on the lines of a finding: what it is, how to mend it, and, folded, who says so. Ends in the hidden marker. */
export function renderInlineComment(finding: Finding, strategy: string, ctx: FindingContext): string {
  const heading = `### ${escapeInline(cutText(finding.title, 200))} · ${finding.severity}`;
  return cutBody(`${heading}\n${renderFindingBody(finding, strategy, ctx)}`, `\n\n<!-- aegis:v1 fingerprint=${finding.fingerprint} -->`);
}

/** Behind a word it would open no block, and its end would open one that hides all that follows. */
const FENCE = '```';

/** What stands under a finding's heading, wherever it is shown. */
export function renderFindingBody(finding: Finding, strategy: string, ctx: FindingContext): string {
  const fix = finding.fix === null ? '' : escapeBlock(finding.fix);
  return [
    escapeBlock(finding.explanation ?? finding.message),
    fix === '' ? '' : `**Fix:**${fix.startsWith(FENCE) ? '\n\n' : ' '}${fix}`,
    renderReplacement(finding, ctx),
    factsLine(finding),
    decision(finding, strategy, ctx),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function factsLine(finding: Finding): string {
  const { cwe, confidence } = finding;
  const facts = [
    cwe === null ? 'no CWE named' : `[${cwe}](${cweUrl(cwe)})`,
    agreementOf(finding),
    `confidence ${confidenceOf(confidence)}`,
    `not right? a ${codeSpan('suppress')} rule in ${codeSpan('.aegis.yml')} silences it`,
  ];
  return facts.join(' · ');
}

const OWN_WORDS = 300;

function decision(
  { models, notes, votes, anchoredBy, id, startLine, endLine }: Finding,
  strategy: string,
  { scanId }: FindingContext,
): string {
  const rows = models.map((model) => {
    const words = escapeInline(cutText(model.message, OWN_WORDS));
    return `| ${escapeInline(model.id)} | ${saysOf(model)} | ${words}${offPlace(model, startLine, endLine)} |`;
  });
  const facts = [
    isWithoutVote({ models })
      ? 'reported without a vote'
      : `${escapeInline(strategyName(strategy))}: ${votes.for} of ${countOf(votes.of, 'vote')}`,
    ...(anchoredBy === 'evidence' ? [] : [ANCHOR_NOTES[anchoredBy]]),
    `finding ${codeSpan(id)}`,
    ...(scanId === null ? [] : [`scan ${codeSpan(scanId)}`]),
  ];
  const noted = notes.map(
    ({ role, modelId, note }) => `**${escapeInline(strategyName(role))}** (${escapeInline(modelId)}): ${escapeInline(describeNote(note))}`,
  );
  return `<details><summary>How this was decided</summary>

| model | says | in its own words |
|---|---|---|
${rows.join('\n')}

${[...noted, facts.join(' · ')].join('\n\n')}
</details>`;
}

function saysOf({ verdict, severity, confidence }: Contributor): string {
  return `${verdict === 'reported' ? '' : `judge: ${verdict}, `}${severity}, ${confidenceOf(confidence)}`;
}

/** Where a model named other lines than those that the quoted code stands on. */
function offPlace({ named }: Contributor, startLine: number, endLine: number): string {
  if (named === undefined || (named.startLine <= endLine && named.endLine >= startLine)) return '';
  return ` (it named line ${named.startLine})`;
}

const ANCHOR_NOTES = {
  'nearest-evidence': 'placed at the nearest line like the one quoted',
  number: 'placed by line number alone',
  hunk: 'the model named no line: placed at its hunk',
};
