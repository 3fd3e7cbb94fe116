import { fieldsOf, firstOf, isObject, valuesOf } from '#lib/fields.ts';
import { type JsonPart, readJsonParts } from '#lib/tolerant-json.ts';
import { looksLikeFinding, saysNone } from './read-claim.ts';

/** Names that say "list of findings" whatever is in it: empty, it says that there is none. */
const LISTS = [
  'findings',
  'finding',
  'vulnerabilities',
  'issues',
  'results',
  'weaknesses',
  'securityfindings',
  'securityissues',
  'securityvulnerabilities',
  'vulns',
  'problems',
  'flaws',
  'bugs',
  'alerts',
  'risks',
  'detections',
  'defects',
  'concerns',
];
/** Names of lists that may hold findings; empty, they say nothing. */
const LOOSE_LISTS = ['comments', 'items', 'files'];
/** Names under which models wrap the whole answer once more, a tool call among them. */
const WRAPPERS = [
  'result',
  'response',
  'answer',
  'output',
  'final',
  'finalanswer',
  'analysis',
  'report',
  'review',
  'securityreview',
  'securityreport',
  'data',
  'json',
  'content',
  'toolcalls',
  'function',
  'choices',
  'arguments',
  'parameters',
  'input',
  ...LISTS,
];
const NO_ENTRIES =
  /^(?:none|n\/?a|no(?:ne)?(?: security)?(?: (?:issues?|findings?|vulnerabilities|weaknesses))?(?: were)?(?: (?:found|detected|identified))?)\.?$/i;

const MAX_DEPTH = 4;

/** Whether a member or element of this name is a list of findings. */
export function isListName(name: string): boolean {
  return LISTS.includes(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

/** True for a part that is an answer. An empty list amid prose is code that the model quotes (`args[]`), and none. */
export function isAnswer({ value, alone, partial }: Pick<JsonPart, 'value' | 'alone' | 'partial'>): boolean {
  if (!Array.isArray(value)) return findList(value) !== null;
  if (value.length === 0) return alone;
  return value.some((element) => isObject(element) && (partial.has(element) || findList(element) !== null || isEntry(element)));
}

/** The list of findings that an object holds, directly or in a wrapper; null where it holds none. */
export function findList(object: object, depth = 0): readonly unknown[] | null {
  const fields = fieldsOf(object);
  // The schema of the answer, repeated.
  if (fields.has('properties')) return null;
  const found = firstOf(fields, LISTS, asList) ?? emptyListIn(object) ?? firstOf(fields, LOOSE_LISTS, asList);
  if (found !== null || depth >= MAX_DEPTH) return found;
  return firstOf(fields, WRAPPERS, (inner) => {
    const value = typeof inner === 'string' && /^\s*(?:`{3}\w*\s*)?[{[]/.test(inner) ? readJsonParts(inner).parts.at(-1)?.value : inner;
    if (Array.isArray(value)) return value;
    return isObject(value) ? findList(value, depth + 1) : null;
  });
}

/** What stands under a list's name, as a list: an array, one finding, findings by number, or a word for none. */
function asList(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return value.length < 60 && NO_ENTRIES.test(value.trim()) ? [] : null;
  if (!isObject(value)) return null;
  if (isEntry(value)) return [value];
  const inner = Object.values(value);
  return inner.length > 0 && inner.every((one) => isObject(one) && isEntry(one)) ? inner : null;
}

function isEntry(object: object): boolean {
  const fields = fieldsOf(object);
  return saysNone(fields) || looksLikeFinding(fields);
}

/** `"findings": []` and `"findings": null`; `fieldsOf` leaves them out. */
function emptyListIn(object: object): readonly unknown[] | null {
  const empty = Object.entries(object).find(([key, value]) => {
    const named = LISTS.includes(key.toLowerCase().replace(/[^a-z0-9]/g, ''));
    return named && (value === null || (Array.isArray(value) && value.length === 0));
  });
  if (empty === undefined) return null;
  return Array.isArray(empty[1]) ? empty[1] : [];
}

/** The findings within an element that is about a file or a group: `{ "file": …, "issues": [{ … }] }`. */
export function findInnerList(element: object): readonly unknown[] | null {
  const lists = valuesOf(fieldsOf(element), LISTS).filter((value) => Array.isArray(value)) as unknown[][];
  const inner = lists.find((list) => list.some((one) => isObject(one)));
  return inner ?? (looksLikeFinding(fieldsOf(element)) ? null : findList(element));
}
