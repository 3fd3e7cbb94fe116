import type { Contributor, Finding, FindingState } from '#model/finding.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { cutText } from '../plain-text.ts';
import { confidenceOf, countOf, describeNote, isWithoutVote, strategyName } from '../wording.ts';
import type { MarkdownContext } from './context.ts';
import { codeSpan, escapeBlock, escapeInline } from './escape.ts';

type DecisionContext = Pick<MarkdownContext, 'scanId' | 'version' | 'headSha'>;

/** The folded part of a finding: the rest of its explanation, who said what, why each voice counted as it did, where it comes from. */
export function renderDecision(
  finding: Finding,
  more: string,
  { consensus, since }: Pick<ScanResult, 'consensus' | 'since'>,
  ctx: DecisionContext,
): string {
  const { models, notes, startLine, endLine } = finding;
  const rows = models.map((model) => {
    const words = escapeInline(cutText(model.message, OWN_WORDS));
    return `| ${escapeInline(cutText(model.id, 100))} | ${saysOf(model)} | ${countedAs(model, finding)} | ${words}${offPlace(model, startLine, endLine)} |`;
  });
  const parts = [
    more === '' ? '' : escapeBlock(more),
    `| model | says | counts as | in its own words |\n|---|---|---|---|\n${rows.join('\n')}`,
    ...whyKept(finding, consensus.strategy),
    ...notes.map(({ role, modelId, note }) => {
      const who = `**${escapeInline(strategyName(cutText(role, 100)))}** (${escapeInline(cutText(modelId, 100))})`;
      return `${who}: ${escapeInline(describeNote(note))}`;
    }),
    provenance(finding, since !== undefined, ctx),
  ];
  return `<details><summary>How this was decided</summary>\n\n${parts.filter((part) => part !== '').join('\n\n')}\n</details>`;
}

const OWN_WORDS = 300;

function saysOf({ severity, confidence }: Contributor): string {
  return `${severity}, ${confidenceOf(confidence)}`;
}

/** What a voice was worth. */
function countedAs({ verdict }: Contributor, { models }: Pick<Finding, 'models'>): string {
  if (verdict !== 'reported') return `judge: **${verdict}**`;
  return isWithoutVote({ models }) ? 'no vote' : 'a vote';
}

/** Where a model named other lines than those that the quoted code stands on. */
function offPlace({ named }: Contributor, startLine: number, endLine: number): string {
  if (named === undefined || (named.startLine <= endLine && named.endLine >= startLine)) return '';
  return ` (it named line ${named.startLine})`;
}

/** The count, who looked and did not report it, and what the judge changed about it. */
function whyKept({ models, votes }: Finding, strategy: string): string[] {
  if (isWithoutVote({ models })) return ['Aegis saw this by itself: it is reported without a vote.'];
  const silent = votes.of - votes.for;
  const judge = models.find(({ role }) => role === 'judge');
  const sentences = [
    `${escapeInline(strategyName(strategy))}: ${votes.for} of ${countOf(votes.of, 'vote')}.`,
    silent <= 0 ? '' : `${silent} of those that looked here did not report it.`,
    judge === undefined ? '' : judged(judge.verdict),
  ];
  return [sentences.filter((sentence) => sentence !== '').join(' ')];
}

function judged(verdict: Contributor['verdict']): string {
  switch (verdict) {
    case 'confirmed':
      return 'The judge saw the code and the claims, and confirmed it.';
    case 'uncertain':
      return 'The judge was not sure, so the vote decided.';
    case 'rejected':
      return 'The judge rejected it.';
    case 'reported':
      return '';
  }
}

const SINCE: Readonly<Record<FindingState, string>> = {
  new: 'new in this push',
  persisting: 'still there since an earlier push',
  reopened: 'it was closed and is back',
  dismissed: 'dismissed',
  fixed: 'fixed',
  unknown: 'not looked at again',
};

const ANCHOR_NOTES = {
  'nearest-evidence': 'placed at the nearest line like the one quoted',
  number: 'placed by line number alone',
  hunk: 'the model named no line: placed at its hunk',
};

function provenance({ anchoredBy, id, state }: Finding, known: boolean, { scanId, version, headSha }: DecisionContext): string {
  const facts = [
    ...(known ? [SINCE[state]] : []),
    ...(anchoredBy === 'evidence' ? [] : [ANCHOR_NOTES[anchoredBy]]),
    `finding ${codeSpan(id)}`,
    ...(headSha === null ? [] : [`commit ${codeSpan(headSha.slice(0, 7))}`]),
    ...(scanId === null ? [] : [`scan ${codeSpan(scanId)}`]),
    `Aegis ${version}`,
  ];
  return facts.join(' · ');
}
