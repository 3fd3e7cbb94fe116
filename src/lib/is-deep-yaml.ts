import { Lexer } from 'yaml';

/** Levels of a page that somebody wrote are a dozen. */
const MOST_LEVELS = 100;

/** So many `- ` one behind the other, each of which is a level. The lexer calls itself for each. */
const MANY_INDICATORS = new RegExp(`(?:[-?:][ \\t]+){${MOST_LEVELS}}`);

/**
 * Whether a YAML text nests so deeply that reading it could use up the stack. That is looked at before anything is parsed:
 * the parser calls itself for each level, and a stack that ends within a regular expression ends the whole process
 * (https://nodejs.org/api/cli.html#--stack-sizesize). Takes time in proportion to the text.
 */
export function isDeepYaml(text: string): boolean {
  if (MANY_INDICATORS.test(text)) return true;
  let open = 0;
  let column = 0;
  let isLeading = true;
  /** Columns at which something begins in a line, each further right than the one before. */
  const columns: number[] = [];
  for (const token of new Lexer().lex(text)) {
    if (!isBlank(token)) {
      if (open === 0 && (isLeading || token === ':')) {
        while ((columns.at(-1) ?? -1) >= column) columns.pop();
        columns.push(column);
      }
      isLeading &&= /^[-?:]$/.test(token);
    }
    if (token === '[' || token === '{') open += 1;
    else if (token === ']' || token === '}') open = Math.max(0, open - 1);
    if (open + columns.length > MOST_LEVELS) return true;
    const lineEnd = token.lastIndexOf('\n');
    isLeading ||= lineEnd >= 0;
    column = lineEnd >= 0 ? token.length - 1 - lineEnd : column + lengthOf(token);
  }
  return false;
}

/** White space, comments, and what marks a scalar or the border of a document without standing in the text. */
function isBlank(token: string): boolean {
  return /^(?:\s|#)/.test(token) || lengthOf(token) === 0;
}

/** https://eemeli.org/yaml/#lexer: control tokens have no place in the source. */
function lengthOf(token: string): number {
  return ['\u0002', '\u0018', '\u001f', '\ufeff'].includes(token) ? 0 : token.length;
}
