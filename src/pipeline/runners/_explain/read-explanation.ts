import { cutText } from '#lib/cut-text.ts';
import { type Fields, fieldsOf, firstOf, isObject, readWords } from '#lib/fields.ts';
import { readTolerantJson } from '#lib/tolerant-json.ts';
import type { Understood } from '../_reply/read-reply.ts';
import { readReplacement } from './read-replacement.ts';

/** Characters of an explanation and of the advice. */
const MAX_WORDS = 2_000;

const EXPLANATIONS = ['explanation', 'why', 'reason', 'description', 'analysis'];
const FIXES = ['fix', 'remediation', 'recommendation', 'howtofix', 'mitigation', 'solution'];
const REPLACEMENTS = ['replacement', 'replacementcode', 'replacementlines', 'newcode', 'fixedcode', 'patch'];

/** Reads an explanation. Without the words for why, an answer is unreadable; the rest may be missing. */
export function readExplanation(text: string): Understood {
  const answer = readTolerantJson(text, (value) => isObject(value) && explanationOf(fieldsOf(value)) !== null);
  if (answer.kind === 'none' || !isObject(answer.value)) {
    return { kind: 'unreadable', reason: answer.kind === 'none' ? answer.reason : 'the answer has another form' };
  }
  const fields = fieldsOf(answer.value);
  const fix = firstOf(fields, FIXES, readWords) ?? '';
  // Read as it stands: an empty replacement removes the lines, and `fieldsOf` leaves empty strings out.
  const replacement = Object.entries(answer.value).find(([key]) => REPLACEMENTS.includes(key.toLowerCase().replace(/[^a-z]/g, '')))?.[1];
  return {
    kind: 'understood',
    claims: [],
    opinion: {
      kind: 'explanation',
      explanation: explanationOf(fields) ?? '',
      fix: cutText(fix, MAX_WORDS).trim(),
      replacement: linesOf(replacement),
    },
    cut: answer.cut,
  };
}

function explanationOf(fields: Fields): string | null {
  // The schema of the answer, repeated.
  if (fields.has('properties')) return null;
  const words = firstOf(fields, EXPLANATIONS, readWords);
  const said = words === null ? '' : cutText(words, MAX_WORDS).trim();
  return said === '' ? null : said;
}

/** A text, or a list of lines; null for none, also in words. */
function linesOf(value: unknown): string | null {
  const text = Array.isArray(value) && value.length > 0 ? readWords(value) : value;
  return typeof text === 'string' && !/^\s*(?:null|none|n\/a)\s*$/i.test(text) ? readReplacement(text) : null;
}
