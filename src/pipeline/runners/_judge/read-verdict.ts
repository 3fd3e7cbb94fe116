import { cutText } from '#lib/cut-text.ts';
import { type Fields, firstOf, readWords } from '#lib/fields.ts';
import { readConfidence, readSeverity } from '#lib/read-scales.ts';
import type { Verdict } from '#model/verdict.ts';

const MAX_REASON = 2_000;

/** What models write for each verdict, without case and signs. */
const WORDS: ReadonlyMap<string, Verdict['verdict']> = new Map(
  Object.entries({
    confirmed: [
      'confirmed',
      'confirm',
      'confirms',
      'truepositive',
      'true',
      'tp',
      'valid',
      'vulnerable',
      'exploitable',
      'real',
      'yes',
      'accepted',
      'accept',
      'agree',
    ],
    rejected: [
      'rejected',
      'reject',
      'rejects',
      'falsepositive',
      'false',
      'fp',
      'invalid',
      'notvulnerable',
      'notexploitable',
      'safe',
      'benign',
      'no',
      'dismissed',
      'dismiss',
      'disagree',
    ],
    uncertain: [
      'uncertain',
      'unsure',
      'unknown',
      'unclear',
      'undecided',
      'inconclusive',
      'maybe',
      'notsure',
      'needscontext',
      'needsmorecontext',
      'insufficientcontext',
      'insufficientinformation',
      'cannotdetermine',
      'undetermined',
    ],
  } satisfies Record<Verdict['verdict'], string[]>).flatMap(([verdict, words]) =>
    words.map((word) => [word, verdict as Verdict['verdict']] as const),
  ),
);

/** What a judge says of one case, wherever it stood; null where the object says no verdict. */
export function readVerdict(fields: Fields): Omit<Verdict, 'caseId'> | null {
  const verdict = firstOf(fields, ['verdict', 'decision', 'judgement', 'judgment', 'ruling', 'status', 'classification'], readVerdictWord);
  if (verdict === null) return null;
  const reason = firstOf(fields, ['reason', 'reasoning', 'rationale', 'explanation', 'justification', 'message'], readWords) ?? '';
  return {
    verdict,
    confidence: firstOf(fields, ['confidence', 'certainty', 'probability'], readConfidence),
    severity: firstOf(fields, ['severity', 'severitylevel'], readSeverity),
    reason: cutText(reason, MAX_REASON).trim(),
  };
}

/** `Confirmed`, `FALSE_POSITIVE`, `true`; null for what is no verdict. */
export function readVerdictWord(value: unknown): Verdict['verdict'] | null {
  if (typeof value === 'boolean') return value ? 'confirmed' : 'rejected';
  if (typeof value !== 'string' || value.length > 60) return null;
  return WORDS.get(value.toLowerCase().replace(/[^a-z]/g, '')) ?? null;
}
