/** Lines of a text, split at line feeds alone. A final line feed ends the last line, it does not start another. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** A line without the carriage returns at its end: those of a CRLF file, and those of a diff that was itself made CRLF. */
export function withoutReturns(line: string): string {
  let end = line.length;
  while (end > 0 && line.charCodeAt(end - 1) === 13) end -= 1;
  return end === line.length ? line : line.slice(0, end);
}
