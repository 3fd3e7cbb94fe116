import { type Fields, fieldsOf, firstOf, isObject, valuesOf } from '#lib/fields.ts';

export interface Place {
  readonly path: string | null;
  readonly startLine: number | null;
  readonly endLine: number | null;
}

const NOWHERE: Place = { path: null, startLine: null, endLine: null };

const PATHS = ['path', 'file', 'filename', 'filepath', 'filelocation', 'affectedfile', 'uri'];
const STARTS = [
  'startline',
  'linestart',
  'line',
  'linenumber',
  'lineno',
  'linenum',
  'startlinenumber',
  'beginline',
  'firstline',
  'fromline',
  'start',
  'from',
  'begin',
];
const RANGES = ['lines', 'linerange', 'linenumbers', 'range', 'affectedlines', 'vulnerablelines'];
const ENDS = ['endline', 'lineend', 'endlinenumber', 'lastline', 'toline', 'end', 'to'];
const PLACES = ['location', 'locations', 'position', 'loc', 'region', 'where', 'physicallocation', 'artifactlocation'];
/** The `(?!…)` keeps code that starts with a number out. */
const LINES =
  /^(?:(?:at|on|in) )?(?:lines?|ln|l)?[\s.#:]{0,3}(\d{1,8})(?:\s{0,3}(?:-|–|—|to|until|through|,|\.\.|and|&|:)\s{0,3}(?:lines? |l)?(\d{1,8}))?(?![\w(])/i;
/** No file is longer; larger numbers are something else. */
const MAX_LINE = 10_000_000;

/** Where a finding says it is: numbers in any form, `12-15`, `[12, 15]`, `src/a.js:12`, and places nested in a place. */
export function readPlace(fields: Fields, depth = 0): Place {
  const nested = depth > 3 ? [] : valuesOf(fields, PLACES).map((value) => readLocation(value, depth));
  const named = firstOf(fields, PATHS, (value) => (typeof value === 'string' ? splitPath(value) : null));
  const start = firstOf(fields, STARTS, readLines);
  const range = firstOf(fields, RANGES, readLines) ?? start;
  const end = firstOf(fields, ENDS, readLines);
  const own: Place = { path: named?.path ?? null, startLine: start?.[0] ?? range?.[0] ?? null, endLine: end?.[1] ?? range?.[1] ?? null };
  const all = [own, ...nested, named ?? NOWHERE];
  const lines = all.find((place) => place.startLine !== null || place.endLine !== null) ?? NOWHERE;
  const startLine = lines.startLine ?? lines.endLine;
  return {
    path: all.find((place) => place.path !== null)?.path ?? null,
    startLine,
    endLine: startLine !== null && (lines.endLine ?? 0) < startLine ? startLine : lines.endLine,
  };
}

function readLocation(value: unknown, depth: number): Place {
  const first = Array.isArray(value) ? (value as unknown[]).find((one) => isObject(one) || typeof one === 'string') : value;
  if (isObject(first)) return readPlace(fieldsOf(first), depth + 1);
  if (typeof first === 'string') {
    const split = splitPath(first);
    if (split.startLine !== null || /^[^\s:]*[./][^\s:]*$/.test(first)) return split;
  }
  const lines = readLines(value);
  return { path: null, startLine: lines?.[0] ?? null, endLine: lines?.[1] ?? null };
}

/** `src/a.js:12-15` and `src/a.js#L12-L15` → path and lines. */
function splitPath(text: string): Place {
  const value = text.trim().slice(0, 4_096);
  const lines = /(?::|#)L?(\d{1,8})(?:-L?(\d{1,8})|:\d{1,8})?$/.exec(value);
  if (lines === null || lines.index === 0) return { path: value === '' ? null : value, startLine: null, endLine: null };
  const startLine = Number(lines[1]);
  return { path: value.slice(0, lines.index), startLine, endLine: Number(lines[2] ?? startLine) };
}

/** First and last line of `42`, `"42"`, `"L42"`, `"42-45"`, `"lines 42 to 45"`, `[42, 45]`, `{ start, end }`. */
function readLines(value: unknown): readonly [number, number] | null {
  if (Array.isArray(value)) {
    const numbers = value.slice(0, 1_000).flatMap((one) => readLines(Array.isArray(one) ? null : one) ?? []);
    return numbers.length === 0 ? null : [Math.min(...numbers), Math.max(...numbers)];
  }
  if (isObject(value)) {
    const fields = fieldsOf(value);
    const start = firstOf(fields, [...STARTS, ...ENDS], (inner) =>
      isObject(inner) ? firstOf(fieldsOf(inner), ['line'], readLines) : readLines(inner),
    );
    const end = firstOf(fields, ENDS, (inner) => (isObject(inner) ? firstOf(fieldsOf(inner), ['line'], readLines) : readLines(inner)));
    return start === null ? null : [start[0], Math.max(start[0], end?.[1] ?? start[1])];
  }
  if (typeof value === 'number') return isLine(value) ? [value, value] : null;
  // A line that is quoted where its number belongs is evidence, and its digits are no line numbers.
  const found = typeof value === 'string' ? LINES.exec(value.slice(0, 80).trim()) : null;
  if (found === null) return null;
  const [start, end] = [Number(found[1]), Number(found[2] ?? found[1])];
  return isLine(start) ? [start, isLine(end) ? end : start] : null;
}

function isLine(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value <= MAX_LINE;
}
