import { cweShortName } from '#lib/cwe.ts';
import { findCwe, readCwe } from '#lib/read-scales.ts';
import type { Claim } from '#model/candidate.ts';
import type { Severity } from '#model/severity.ts';
import { cleanMessage, cleanTitle } from '../_claim/clean-text.ts';
import type { LabelScore } from './judge-labels.ts';
import type { LabelConfig } from './label-config.ts';

interface Place {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

/**
 * The claim that a label makes of lines, or of the whole change where the answer has no place. `words`: the code that
 * it was given to, where the answer holds it.
 */
export function claimOfLabel({ label, score }: LabelScore, place: Place | null, config: LabelConfig, words = ''): Claim {
  const cwe = findCwe(label) ?? readCwe(config.cwe);
  const title = config.title ?? (cwe === null ? null : cweShortName(cwe)) ?? 'Possible vulnerability';
  const what = place === null ? 'this change' : 'these lines';
  const quoted = words.trim() === '' ? '' : `, on account of \`${words.trim().slice(0, 200)}\``;
  return {
    title: cleanTitle(title),
    cwe,
    severity: severityOf(score, config),
    confidence: score,
    path: place?.path ?? null,
    startLine: place?.startLine ?? null,
    endLine: place === null ? null : Math.max(place.startLine, place.endLine),
    evidence: null,
    message: cleanMessage(`The classifier labels ${what} ${label.slice(0, 100)} (score ${score.toFixed(2)})${quoted}.`),
    fix: null,
  };
}

function severityOf(score: number, { severity }: LabelConfig): Severity {
  if (score >= severity.high) return 'high';
  return score >= severity.medium ? 'medium' : 'low';
}
