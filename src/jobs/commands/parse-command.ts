/** A comment's first line, as a command. */
export interface ParsedCommand {
  /** In small letters; empty where nothing stands behind `/aegis`. Untrusted. */
  readonly name: string;
  /** What follows it on the line. Untrusted. */
  readonly words: string;
}

/** Reads the first line that is not blank; whatever follows is talk among people. Code marks around a word fall away. */
export function parseCommand(body: string): ParsedCommand {
  const [line = ''] = body.trimStart().split(/[\r\n]/, 1);
  const { first: name, rest: words } = cutWord(cutWord(line).rest);
  return { name: name.toLowerCase(), words };
}

/** The first word of a line, without code marks around it, and the rest of the line. */
export function cutWord(line: string): { readonly first: string; readonly rest: string } {
  const [, first = '', rest = ''] = /^\s*(\S*)\s*(.*)$/s.exec(line) ?? [];
  return { first: withoutMarks(first), rest: rest.trim() };
}

/** Sign by sign: a pattern for the marks at the end takes seconds for a stranger's word of a thousand of them elsewhere. */
function withoutMarks(word: string): string {
  let [from, to] = [0, word.length];
  while (from < to && word[from] === '`') from += 1;
  while (to > from && word[to - 1] === '`') to -= 1;
  return word.slice(from, to);
}
