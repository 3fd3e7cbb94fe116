import type { Language } from '#model/language.ts';

const BRACKETED: ReadonlySet<Language> = new Set(['javascript', 'typescript', 'tsx']);
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
/** Strings, templates, comments and brackets; what lies between does not matter. */
const TOKENS = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[()[\]{}]/g;
/** A piece of a file that leaves more open than this is not code. */
const MAX_OPEN = 100;

/**
 * Closes what a piece of a file leaves open, on its last line: a hunk ends where it ends, and a call without its
 * bracket is no call to the parser. Line numbers stay as they are.
 */
export function completeFragment(text: string, language: Language | null): string {
  if (language === null || !BRACKETED.has(language)) return text;
  const open: string[] = [];
  for (const [token] of text.matchAll(TOKENS)) {
    const closer = CLOSERS[token];
    if (closer !== undefined) open.push(closer);
    else if (open.at(-1) === token) open.pop();
  }
  return open.length > MAX_OPEN ? text : text + open.reverse().join('');
}
