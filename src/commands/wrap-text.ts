const WIDTH = 80;

/** A line of words as lines of at most 80 characters, all but the first indented. A longer word stands alone, uncut. */
export function wrapText(text: string, indent: number): string[] {
  const [, lead = '', rest = ''] = /^(\s*)(.*)$/s.exec(text) ?? [];
  const lines: string[] = [];
  let line = lead;
  for (const word of rest.split(/(?<=\S) /)) {
    const isFirst = line.trim() === '';
    if (!isFirst && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `${' '.repeat(indent)}${word.trimStart()}`;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line];
}
