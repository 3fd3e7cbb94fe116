/** A bracket that closes what began before the text. */
export interface Closer {
  readonly bracket: string;
  /** What stands before it at its own level, with `()`, `[]` and `{}` for what is inside brackets. */
  readonly content: string;
  /** What follows it, a few characters. */
  readonly after: string;
}

export interface BracketScan {
  readonly closers: readonly Closer[];
  /** The level outside of all closers, up to the end or to the first bracket that stays open. */
  readonly rest: string;
  /** What the text leaves open, as the text that closes it. */
  readonly closing: string;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '`': '`', '${': '}' };
const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
/** What hides brackets: strings, comments, and regular expressions where an operand stands. */
const HIDDEN = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const REGEX = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/[\\\n])+\/[a-z]*/y;
const BEFORE_OPERAND = /(?:[=(,:!&|?{};[]|\breturn)$/;
/** A text that leaves more open than this is not code. */
const MAX_OPEN = 100;
const MAX_CONTENT = 4_000;

/** Finds the brackets of a piece of JavaScript whose partners are not in it. */
export function scanBrackets(text: string): BracketScan {
  const open: string[] = [];
  const closers: Closer[] = [];
  let content = '';
  const note = (code: string) => {
    if (open.length === 0 && content.length < MAX_CONTENT) content += code;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    const top = open.at(-1);
    if (top === '`') {
      if (character === '\\') at += 1;
      else if (character === '`') open.pop();
      else if (character === '$' && text[at + 1] === '{') {
        open.push('${');
        at += 1;
      }
      continue;
    }
    const hidden = hiddenAt(text, at, character);
    if (hidden > 0) {
      note(character === '/' ? ' ' : "''");
      at += hidden - 1;
    } else if (character === '`' || CLOSING[character] !== undefined) {
      note(character);
      open.push(character);
      if (open.length > MAX_OPEN) return { closers: [], rest: '', closing: '' };
    } else if (OPENING[character] !== undefined) {
      const partner = open.findLastIndex((bracket) => CLOSING[bracket] === character);
      if (partner >= 0) {
        open.length = partner;
        note(character);
      } else if (open.length === 0) {
        closers.push({ bracket: character, content, after: text.slice(at + 1, at + 40) });
        content = '';
        if (closers.length > MAX_OPEN) return { closers: [], rest: '', closing: '' };
      }
    } else note(character);
  }
  return {
    closers,
    rest: content,
    closing: open
      .toReversed()
      .map((bracket) => CLOSING[bracket])
      .join(''),
  };
}

/** Length of the string, comment or regular expression that begins here; 0 where none does. */
function hiddenAt(text: string, at: number, character: string): number {
  if (character !== '"' && character !== "'" && character !== '/') return 0;
  HIDDEN.lastIndex = at;
  const hidden = HIDDEN.exec(text)?.[0].length ?? 0;
  if (hidden > 0 || character !== '/' || !BEFORE_OPERAND.test(text.slice(Math.max(0, at - 12), at).trimEnd())) return hidden;
  REGEX.lastIndex = at;
  return REGEX.exec(text)?.[0].length ?? 0;
}
