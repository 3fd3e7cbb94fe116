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
  return { first: first.replace(/^`+|`+$/g, ''), rest: rest.trim() };
}
