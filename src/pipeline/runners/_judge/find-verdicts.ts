import { fieldsOf, firstOf, isObject } from '#lib/fields.ts';
import type { Verdict } from '#model/verdict.ts';
import { readVerdict, readVerdictWord } from './read-verdict.ts';

/** A verdict with the number of its case in the prompt, from 1; null where it names none. */
export type Numbered = Omit<Verdict, 'caseId'> & { readonly number: number | null };

/** Objects and lists around a verdict: `{ "result": { "verdicts": [{ … }] } }` has three. */
const MAX_DEPTH = 4;
/** `c1`, `1`, `#1`, `claim 1`, `Case #c1`; but `line 1` is no name of a case. */
const ID = /^(?:(?:claim|case|finding|id|no|number)(?![a-z]))?[\s.:#_-]*(?:c[\s.:#_-]*)?(\d{1,6})$/i;
/** A case's name as a key: `{ "c1": "confirmed" }`. */
const KEY = /^c\d{1,6}$/i;

/** Every verdict within a value, in order; halves of one (`partial`) are left out. */
export function findVerdicts(value: unknown, partial: ReadonlySet<object>, depth = 0): readonly Numbered[] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((one: unknown) => findVerdicts(one, partial, depth + 1));
  if (!isObject(value)) return [];
  const inner = Object.entries(value).flatMap(([key, one]: [string, unknown]) =>
    KEY.test(key) ? findUnderName(key, one, partial) : findVerdicts(one, partial, depth + 1),
  );
  if (inner.length > 0) return inner;
  const fields = fieldsOf(value);
  const verdict = partial.has(value) ? null : readVerdict(fields);
  if (verdict === null) return [];
  return [{ ...verdict, number: firstOf(fields, ['id', 'claimid', 'caseid', 'claim', 'case', 'number', 'index'], readNumber) }];
}

function findUnderName(name: string, value: unknown, partial: ReadonlySet<object>): readonly Numbered[] {
  const word = readVerdictWord(value);
  if (word !== null) return [{ verdict: word, confidence: null, severity: null, reason: '', number: readNumber(name) }];
  const verdict = isObject(value) && !partial.has(value) ? readVerdict(fieldsOf(value)) : null;
  return verdict === null ? [] : [{ ...verdict, number: readNumber(name) }];
}

function readNumber(id: unknown): number | null {
  const text = typeof id === 'number' || typeof id === 'string' ? String(id).trim() : '';
  const digits = ID.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}
