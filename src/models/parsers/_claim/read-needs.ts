import { fieldsOf, firstOf, isObject } from '#lib/fields.ts';

const NAMES = ['needs', 'need', 'needed', 'neededsymbols', 'neededcontext', 'symbolsneeded', 'missingsymbols', 'symbols'];
/** More names than one look-up takes; the rest is asked for again where it matters. */
const MAX_NAMES = 20;
const MAX_LENGTH = 120;
/** A name in any language: `User.find`, `crate::auth::check`, `$query`, `valid?`. A sentence is none. */
const NAME = /^[\p{L}_$@][\p{L}\p{N}_$@.:#\\<>?!~-]*$/u;
/** Objects around the list: an answer in a wrapper. */
const MAX_DEPTH = 3;

/** The symbols whose definitions an answer asks for, each once; empty where it asks for none. */
export function readNeeds(answer: unknown, depth = 0): readonly string[] {
  if (!isObject(answer)) return [];
  const fields = fieldsOf(answer);
  // The schema of the answer, repeated.
  if (fields.has('properties')) return [];
  const own = firstOf(fields, NAMES, readNames);
  if (own !== null || depth >= MAX_DEPTH) return own ?? [];
  for (const inner of fields.values()) {
    const needs = readNeeds(inner, depth + 1);
    if (needs.length > 0) return needs;
  }
  return [];
}

function readNames(value: unknown): readonly string[] | null {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const names = list.slice(0, 10 * MAX_NAMES).flatMap((one) => readName(one) ?? []);
  return names.length === 0 ? null : [...new Set(names)].slice(0, MAX_NAMES);
}

/** `` `loadUser()` `` and `{ "symbol": "loadUser" }` → `loadUser`; null for what is no name. */
function readName(value: unknown): string | null {
  const text = isObject(value) ? firstOf(fieldsOf(value), ['symbol', 'name', 'identifier'], (inner) => inner) : value;
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return null;
  const name = text
    .trim()
    .replace(/^`+|`+$/g, '')
    .replace(/\([^()]*\)$/, '');
  return NAME.test(name) ? name : null;
}
