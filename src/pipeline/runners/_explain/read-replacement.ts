/** Characters of a replacement: it stands for a few lines. What is longer is another file, and a cut one is worse than none. */
const MAX_LENGTH = 4_000;

/** A fence around the whole text, with the word for its language. */
const FENCE = /^\s*(`{3,}|~{3,})[^\n`]{0,40}\n([\s\S]*?)\n?[ \t]*\1\s*$/;
/** What a prompt puts before a line: `   42 + `, `  L17 - `; an empty line's may lack the white space at its end. */
const PREFIX = /^ *L?\d{1,8} (?:[+\- ](?: |$)|$)/;

/**
 * The text that a model proposes for whole lines, without what it may have put around it: carriage returns, one line feed
 * at the end, a code fence, and the numbers of a prompt's lines where every line has one. Null where it is too long.
 */
export function readReplacement(text: string): string | null {
  if (text.length > 2 * MAX_LENGTH) return null;
  const plain = text.replace(/\r\n?/g, '\n').toWellFormed().replaceAll('\0', '');
  const bare = withoutNumbers((FENCE.exec(plain)?.[2] ?? plain).replace(/\n$/, ''));
  return bare.length > MAX_LENGTH ? null : bare;
}

function withoutNumbers(text: string): string {
  const lines = text.split('\n');
  return lines.every((line) => PREFIX.test(line)) ? lines.map((line) => line.replace(PREFIX, '')).join('\n') : text;
}
