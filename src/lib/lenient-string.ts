/** Where a string stands decides what may follow its closing quote. */
export type StringPlace = 'key' | 'member' | 'element';

/**
 * How a closing quote is told. `plain`: the first one that is not escaped, as JSON has it. `guessed`: the first one
 * that is followed by what must follow a string, so that quotes which the model forgot to escape stay inside.
 */
export type QuoteRule = 'plain' | 'guessed';

interface StringRead {
  readonly value: string;
  /** Behind the closing quote, or the end of the text. */
  readonly end: number;
  /** False when the text ended before the closing quote. */
  readonly complete: boolean;
}

/** Quotes that may open a string, with those that may close it. */
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”“"'],
  ['”', '”“"'],
  ['‘', "’‘'"],
]);

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '`': '`',
  '\\': '\\',
  '/': '/',
};

/** How far a closing quote's surroundings are looked at. A bound keeps the reading linear. */
const LOOK_AHEAD = 160;

const END_OF_REASONING = /<\/(?:think|thinking|thought|reasoning)>/iy;
const BLANK = /(?:\s|\/\/[^\n]{0,120}\n|#[^\n]{0,120}\n)*/y;
const KEY = /(?:"[^"\n]{1,64}"|'[^'\n]{1,64}'|“[^”\n]{1,64}”|[\p{L}_$][\p{L}\p{N}_$-]{0,63})\s{0,20}[:：]/uy;
/** `"one" +` and the rest on the next line; on one line it is more often code. */
const JOINED_BELOW = /\+[^\S\n]{0,20}\n\s{0,40}["']/y;
/** The end of one finding and the start of the next, unescaped: no string goes that far. */
const NEXT_ELEMENT = /\}\s{0,20},\s{0,20}\{\s{0,20}"/y;
const VALUE = /["'`“‘{[\]\d-]|true|false|null|none/iy;

export function opensString(char: string | undefined): boolean {
  return char !== undefined && CLOSERS.has(char);
}

/**
 * Reads a string of JSON, JavaScript or Python whose opening quote stands at `at`. Null when a `</think>` on a later
 * line, or the start of another object, shows that it never was one. `depth` counts the containers around it.
 */
export function readString(text: string, at: number, end: number, place: StringPlace, rule: QuoteRule, depth: number): StringRead | null {
  const open = text[at] ?? '';
  const triple = open.repeat(3);
  if ((open === '"' || open === "'") && text.startsWith(triple, at)) return readTriple(text, at, end, triple);
  const closers = CLOSERS.get(open) ?? open;
  const parts: string[] = [];
  let from = at + 1;
  let newline = false;
  for (let i = from; i < end; i += 1) {
    const char = text[i] as string;
    if (char === '\\') {
      const escaped = readEscape(text, i, end);
      parts.push(text.slice(from, i), escaped.value);
      i = escaped.end - 1;
      from = escaped.end;
    } else if (char === '\n') {
      newline = true;
    } else if (char === '}' && rule === 'guessed' && matches(NEXT_ELEMENT, text, i)) {
      return null;
    } else if (char === '<' && newline && matches(END_OF_REASONING, text, i)) {
      return null;
    } else if (
      closers.includes(char) &&
      (rule === 'plain' || place === 'key' || endsString(text.slice(i + 1, Math.min(end, i + 1 + LOOK_AHEAD)), char, place, depth))
    ) {
      parts.push(text.slice(from, i));
      return { value: parts.join(''), end: i + 1, complete: true };
    }
  }
  return { value: '', end, complete: false };
}

/** `"""…"""`, which Python has and models write for code. */
function readTriple(text: string, at: number, end: number, triple: string): StringRead {
  const close = text.indexOf(triple, at + 3);
  return close < 0 || close >= end
    ? { value: '', end, complete: false }
    : { value: text.slice(at + 3, close), end: close + 3, complete: true };
}

/** An escape that JSON does not know (`\d` of a regular expression, `\U` of a path) stays as it is written. */
function readEscape(text: string, at: number, end: number): { value: string; end: number } {
  const char = text[at + 1] ?? '';
  const hex = char === 'u' ? text.slice(at + 2, at + 6) : char === 'x' ? text.slice(at + 2, at + 4) : '';
  if (hex.length >= 2 && /^(?:[\da-f]{4}|[\da-f]{2})$/i.test(hex) && hex.length === (char === 'u' ? 4 : 2)) {
    return { value: String.fromCharCode(Number.parseInt(hex, 16)), end: at + 2 + hex.length };
  }
  return { value: ESCAPES[char] ?? (char === '\n' ? '\n' : `\\${char}`), end: Math.min(end, at + 2) };
}

/** Whether what follows a quote (`rest`, cut at the look-ahead) can follow the end of a string. */
function endsString(rest: string, quote: string, place: StringPlace, depth: number): boolean {
  const at = afterBlank(rest, 0);
  const next = rest[at];
  const newline = rest.slice(0, at).includes('\n');
  if (next === undefined || rest.startsWith('```', at) || matches(JOINED_BELOW, rest, at)) return true;
  if (next === ',' || next === '，') {
    const then = afterBlank(rest, at + 1);
    if (then >= rest.length || rest[then] === ',' || rest[then] === '}' || rest.startsWith('...', then)) return true;
    return matches(place === 'element' ? VALUE : KEY, rest, then);
  }
  if (next === '}' && place === 'member') {
    const then = afterBlank(rest, at + 1);
    const char = rest[then];
    if (char === undefined || ',，]}{`'.includes(char)) return true;
    return depth === 1 && then > at + 1 && char !== quote;
  }
  if (next === ']') return place === 'element' || /^\s*[,}\]]/.test(rest.slice(at + 1)) || rest.slice(at + 1).trim() === '';
  return newline && (place === 'element' ? opensString(next) : matches(KEY, rest, at));
}

function afterBlank(text: string, at: number): number {
  BLANK.lastIndex = at;
  BLANK.test(text);
  return BLANK.lastIndex;
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}
