import type { Severity } from '#model/severity.ts';
import { fieldsOf, firstOf, isObject } from './fields.ts';

const SEVERITY_WORDS: ReadonlyMap<string, Severity> = new Map(
  Object.entries({
    critical: ['critical', 'crit', 'blocker', 'fatal', 'p0', 'sev0'],
    high: ['high', 'error', 'major', 'severe', 'serious', 'important', 'p1', 'sev1'],
    medium: ['medium', 'med', 'moderate', 'warning', 'warn', 'p2', 'sev2'],
    low: ['low', 'minor', 'trivial', 'p3', 'sev3'],
    info: ['info', 'informational', 'information', 'note', 'notice', 'none', 'hint', 'p4', 'sev4'],
  } satisfies Record<Severity, string[]>).flatMap(([severity, words]) => words.map((word) => [word, severity as Severity] as const)),
);

/** What the words for a confidence are taken for. Models that use words mean ranks, so these are the middles of ranks. */
const CONFIDENCE_WORDS: ReadonlyMap<string, number> = new Map([
  ['certain', 0.95],
  ['confirmed', 0.95],
  ['definite', 0.95],
  ['veryhigh', 0.95],
  ['high', 0.9],
  ['firm', 0.8],
  ['medium', 0.6],
  ['moderate', 0.6],
  ['low', 0.3],
  ['tentative', 0.3],
  ['verylow', 0.1],
]);

/** A longer text is a sentence in which `high` may mean anything. */
const MAX_RATING = 40;

/**
 * `High`, `P1`, `sev-1`, `high (CVSS 8.1)`, a CVSS score (https://www.first.org/cvss/v3.1/specification-document, table 14).
 * The first word that is known decides. Null for what is not: whole numbers up to 5 are ranks in an unknown direction.
 */
export function readSeverity(value: unknown): Severity | null {
  if (isObject(value))
    return firstOf(fieldsOf(value), ['level', 'label', 'name', 'value', 'rating', 'score'], (inner) =>
      isObject(inner) ? null : readSeverity(inner),
    );
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  if (text.length > MAX_RATING) return null;
  const score = /^(\d{1,2}(?:\.\d{1,2})?)(?: ?\/ ?10(?:\.0)?)?$/.exec(text)?.[1];
  if (score !== undefined) return /[./]/.test(text) || Number(score) > 5 ? fromCvss(Number(score)) : null;
  for (const word of text
    .toLowerCase()
    .replace(/\bsev(?:erity)?[ -]?(\d)/, 'sev$1')
    .split(/[^a-z0-9]+/)) {
    const severity = SEVERITY_WORDS.get(word);
    if (severity !== undefined) return severity;
  }
  return null;
}

function fromCvss(score: number): Severity | null {
  if (score > 10) return null;
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'info';
}

/** 0..1 from `0.9`, `"0.9"`, `"90%"`, `90`, `"9/10"`, `"high"` (see the table); null for everything else. */
export function readConfidence(value: unknown): number | null {
  if (isObject(value))
    return firstOf(fieldsOf(value), ['score', 'value', 'level'], (inner) => (isObject(inner) ? null : readConfidence(inner)));
  if (typeof value === 'number') return share(value, value > 1 ? 100 : 1);
  if (typeof value !== 'string' || value.length > MAX_RATING) return null;
  const number = /^[^\d.-]{0,20}(-?(?:\d{1,3}(?:[.,]\d+)?|\.\d+)) ?(%|\/ ?(\d{1,3}))?/.exec(value);
  if (number === null) return CONFIDENCE_WORDS.get(value.toLowerCase().replace(/[^a-z]/g, '')) ?? null;
  const amount = Number((number[1] ?? '').replace(',', '.'));
  return share(amount, number[2] === '%' ? 100 : number[3] !== undefined ? Number(number[3]) : amount > 1 ? 100 : 1);
}

function share(amount: number, of: number): number | null {
  const part = amount / of;
  return part >= 0 && part <= 1 ? part : null;
}

/** The highest number that the list of weaknesses may reach in a while; larger numbers are none. */
const MAX_CWE = 9_999;

/** `CWE-89`, `cwe_89`, `89`, `"89: SQL Injection"`, a list or an object of these → `CWE-89`; null for none. */
export function readCwe(value: unknown, depth = 0): string | null {
  if (typeof value === 'number') return Number.isInteger(value) && value > 0 && value <= MAX_CWE ? `CWE-${value}` : null;
  if (typeof value === 'string') return findCwe(value) ?? readCwe(Number(/^\s*#?0{0,4}(\d{1,4})(?![\d.])/.exec(value)?.[1] ?? Number.NaN));
  if (depth > 2) return null;
  if (Array.isArray(value))
    return (
      value
        .slice(0, 20)
        .map((one) => readCwe(one, depth + 1))
        .find((cwe) => cwe !== null) ?? null
    );
  return isObject(value)
    ? firstOf(fieldsOf(value), ['id', 'cweid', 'cwe', 'value', 'number', 'code', 'name'], (inner) => readCwe(inner, depth + 1))
    : null;
}

/** The first weakness that a text names in so many words. */
export function findCwe(text: string): string | null {
  const number = Number(/\bcwe[\s:_/#-]{0,3}0{0,4}(\d{1,4})(?!\d)/i.exec(text)?.[1] ?? 0);
  return number > 0 ? `CWE-${number}` : null;
}
