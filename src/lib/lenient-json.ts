import { opensString, type QuoteRule, readString, type StringPlace } from './lenient-string.ts';

export type LenientRead =
  | {
      readonly kind: 'read';
      readonly value: object;
      /** Behind the value. */
      readonly end: number;
      /** The text ended within the value, or the value says `...`: `partial` holds the containers that lack something. */
      readonly cut: boolean;
      readonly partial: ReadonlySet<object>;
    }
  /** `members`: how many members with a quoted key had been read, a sign that it was meant as JSON. */
  | { readonly kind: 'failed'; readonly at: number; readonly members: number };

/** Deeper than any answer; a bound on the call stack against text that is all brackets. */
const MAX_DEPTH = 64;

const FAILED = Symbol('failed');
/** The text ended within a scalar: half a string or half a number is no value. */
const MISSING = Symbol('missing');

interface Reader {
  readonly text: string;
  readonly end: number;
  readonly rule: QuoteRule;
  readonly partial: Set<object>;
  pos: number;
  members: number;
}

const BARE_KEY = /[\p{L}_$][\p{L}\p{N}_$.-]{0,63}|\d{1,9}/uy;
const BARE_VALUE = /[\p{L}\p{N}\-+._$<][^,，}\]\n\r{["`“]{0,200}/uy;
const COLON = /=>|[:：]/y;
const BLANK = /(?:\s|\u200b|\ufeff|\\[nrt])+/y;
const STRING_PREFIX = /[rbfu]{1,2}(?=["'])/iy;
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
  ['none', null],
  ['undefined', null],
  ['nan', null],
]);

/**
 * Reads the object or array that starts at `at`, in JSON or in what models take for it: trailing and missing commas,
 * comments, single and typographic quotes, bare keys and words, Python's literals, `...`. Stops where the text stops and
 * then keeps what was complete. Does not look further than the value; linear, bounded depth, never throws. A
 * `__proto__` key is left out.
 */
export function readLenientJson(text: string, at: number, end: number, rule: QuoteRule): LenientRead {
  const reader: Reader = { text, end, rule, partial: new Set(), pos: at, members: 0 };
  const value = readContainer(reader, 1, null);
  if (typeof value === 'symbol') return { kind: 'failed', at: reader.pos, members: reader.members };
  return { kind: 'read', value, end: reader.pos, cut: reader.partial.size > 0, partial: reader.partial };
}

function readContainer(reader: Reader, depth: number, around: '{' | '[' | null): object | typeof FAILED {
  if (depth > MAX_DEPTH) return FAILED;
  return reader.text[reader.pos] === '{' ? readObject(reader, depth, around) : readArray(reader, depth, around);
}

function readObject(reader: Reader, depth: number, around: '{' | '[' | null): object | typeof FAILED {
  const object: Record<string, unknown> = {};
  reader.pos += 1;
  for (;;) {
    skipSeparators(reader, object);
    if (atEnd(reader)) return cut(reader, object);
    const char = reader.text[reader.pos];
    if (char === '}') {
      reader.pos += 1;
      return object;
    }
    // A forgotten brace: the list around the object ends here, and so does the object.
    if (char === ']' && around === '[') return object;
    const quoted = opensString(char);
    const key = quoted ? readText(reader, 'key', depth) : match(reader, BARE_KEY);
    if (key === FAILED) return FAILED;
    skipBlank(reader);
    if (key === MISSING || atEnd(reader)) return cut(reader, object);
    if (match(reader, COLON) === FAILED) return FAILED;
    const value = readValue(reader, depth, 'member');
    if (value === FAILED) return FAILED;
    if (value === MISSING) return cut(reader, object);
    if (quoted) reader.members += 1;
    if (key !== '__proto__') object[key] = value;
    if (!separated(reader)) return FAILED;
  }
}

function readArray(reader: Reader, depth: number, around: '{' | '[' | null): object | typeof FAILED {
  const array: unknown[] = [];
  reader.pos += 1;
  for (;;) {
    skipSeparators(reader, array);
    if (atEnd(reader)) return cut(reader, array);
    const char = reader.text[reader.pos];
    if (char === ']') {
      reader.pos += 1;
      return array;
    }
    if (char === '}' && around === '{') return array;
    const value = readValue(reader, depth, 'element');
    if (value === FAILED) return FAILED;
    if (value === MISSING) return cut(reader, array);
    array.push(value);
    if (!separated(reader)) return FAILED;
  }
}

function readValue(reader: Reader, depth: number, place: StringPlace): unknown {
  skipBlank(reader);
  if (atEnd(reader)) return MISSING;
  match(reader, STRING_PREFIX);
  const char = reader.text[reader.pos];
  if (char === '{' || char === '[') return readContainer(reader, depth + 1, place === 'member' ? '{' : '[');
  return opensString(char) ? readText(reader, place, depth) : readBare(reader);
}

/** A string, or several joined by `+`. */
function readText(reader: Reader, place: StringPlace, depth: number): string | typeof FAILED | typeof MISSING {
  const parts: string[] = [];
  for (;;) {
    const read = readString(reader.text, reader.pos, reader.end, place, reader.rule, depth);
    if (read === null) return FAILED;
    reader.pos = read.end;
    if (!read.complete) return MISSING;
    parts.push(read.value);
    const before = reader.pos;
    skipBlank(reader);
    if (reader.text[reader.pos] !== '+') {
      reader.pos = before;
      return parts.join('');
    }
    reader.pos += 1;
    skipBlank(reader);
    if (atEnd(reader)) return MISSING;
    if (!opensString(reader.text[reader.pos])) return FAILED;
  }
}

/** A number, a literal, or a string without quotes: `severity: high`. */
function readBare(reader: Reader): unknown {
  const start = reader.pos;
  const raw = match(reader, BARE_VALUE);
  if (raw === FAILED) return FAILED;
  const comment = raw.search(/\s(?:\/\/|\/\*|#)/);
  if (comment >= 0) reader.pos = start + comment;
  else if (atEnd(reader)) return MISSING;
  const word = (comment >= 0 ? raw.slice(0, comment) : raw).trim();
  const literal = WORDS.get(word.toLowerCase());
  if (literal !== undefined) return literal;
  const number = NUMBER.test(word) ? Number(word) : Number.NaN;
  return Number.isFinite(number) ? number : word;
}

/** True when a comma, an end, or a line break before the next member or element follows. */
function separated(reader: Reader): boolean {
  const before = reader.pos;
  const previous = reader.text[before - 1];
  skipBlank(reader);
  const char = reader.text[reader.pos];
  if (atEnd(reader) || char === undefined || ',，;}]'.includes(char) || reader.text.startsWith('...', reader.pos)) return true;
  return previous === '}' || previous === ']' || char === '{' || reader.text.slice(before, reader.pos).includes('\n');
}

function cut<T extends object>(reader: Reader, container: T): T {
  reader.partial.add(container);
  return container;
}

/** A closing fence within a value means that the answer ended there. */
function atEnd(reader: Reader): boolean {
  return reader.pos >= reader.end || reader.text.startsWith('```', reader.pos);
}

/** Skips blanks, commas and `...`; the latter stands for something that the model left out. */
function skipSeparators(reader: Reader, container: object): void {
  for (;;) {
    skipBlank(reader);
    const char = reader.text[reader.pos];
    if (char === ',' || char === '，' || char === ';') reader.pos += 1;
    else if (char === '…' || reader.text.startsWith('...', reader.pos)) {
      reader.pos += char === '…' ? 1 : 3;
      reader.partial.add(container);
    } else return;
  }
}

/** Skips white space, also when it is written as `\n`, and comments. */
function skipBlank(reader: Reader): void {
  const { text } = reader;
  for (;;) {
    match(reader, BLANK);
    const line = text.startsWith('//', reader.pos) || text[reader.pos] === '#';
    if (!line && !text.startsWith('/*', reader.pos)) break;
    const close = line ? text.indexOf('\n', reader.pos) : text.indexOf('*/', reader.pos + 2);
    reader.pos = close < 0 ? reader.end : close + (line ? 1 : 2);
  }
  reader.pos = Math.min(reader.pos, reader.end);
}

/** Takes what the sticky pattern finds at the reader's place. */
function match(reader: Reader, pattern: RegExp): string | typeof FAILED {
  pattern.lastIndex = reader.pos;
  const found = pattern.exec(reader.text)?.[0];
  if (found === undefined) return FAILED;
  reader.pos = Math.min(reader.end, reader.pos + found.length);
  return found;
}
