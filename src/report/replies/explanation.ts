import { cweUrl } from '#lib/cwe.ts';
import type { Finding } from '#model/finding.ts';
import type { KnownFinding, KnownState } from '#model/lifecycle.ts';
import { escapeBlock, escapeInline } from '../markdown/escape.ts';
import { cutText } from '../plain-text.ts';
import { agreementOf } from '../wording.ts';
import { nameFinding } from './name-finding.ts';

/** What a model answers when it is asked to explain a finding. Untrusted. */
export interface Explained {
  readonly explanation: string;
  readonly fix: string | null;
}

/** Longest text of a model that is shown. */
const MOST = 8_000;
const OWN_WORDS = 1_000;

/** Why a finding is one. Without an explanation, what the models said of it. */
export function describeExplanation(finding: Finding, explained: Explained | null): string {
  const fix = explained?.fix ?? finding.fix;
  return [
    `${nameFinding(finding)} · ${finding.severity}${finding.cwe === null ? '' : ` · [${finding.cwe}](${cweUrl(finding.cwe)})`} · ${agreementOf(finding)}`,
    explained === null ? inOwnWords(finding) : escapeBlock(cutText(explained.explanation, MOST)),
    fix === null || fix.trim() === '' ? '' : `**Fix:**\n\n${escapeBlock(cutText(fix, MOST))}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function inOwnWords({ message, models }: Finding): string {
  const rows = models
    .filter((model) => model.message.trim() !== '')
    .map((model) => `- **${escapeInline(model.id)}:** ${escapeInline(cutText(model.message, OWN_WORDS))}`);
  return [escapeBlock(cutText(message, MOST)), rows.length === 0 ? '' : `In the models’ own words:\n\n${rows.join('\n')}`]
    .filter((part) => part !== '')
    .join('\n\n');
}

const WHERE: Readonly<Record<KnownState, string>> = {
  open: 'its place was not reviewed again',
  fixed: 'it was gone',
  dismissed: 'it was dismissed',
};

/** The last review says nothing of the finding, so there is nothing to explain. */
export function describeNotReported(finding: KnownFinding): string {
  return `The last review does not report ${nameFinding(finding)}: ${WHERE[finding.state]}.`;
}
