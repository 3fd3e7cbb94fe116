/** Where a quotation begins and ends, both outside it; characters from the beginning of the line. */
interface Span {
  readonly from: number;
  readonly to: number;
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '“': '”', '«': '»', '„': '“' };

/** What a line has in quotation marks: strings, and quotations. One that nobody ends goes to the end of the line. */
export function quotationsIn(line: string): readonly Span[] {
  const spans: Span[] = [];
  let open: { from: number; closing: string } | null = null;
  for (let at = 0; at < line.length; at += 1) {
    const sign = line.charAt(at);
    if (sign === '\\') at += 1;
    else if (open === null) {
      const closing = CLOSING[sign];
      // An apostrophe stands behind a letter.
      if (closing !== undefined && !(sign === "'" && /[\p{L}\p{N}]/u.test(line.charAt(at - 1)))) open = { from: at, closing };
    } else if (sign === open.closing && !(sign === "'" && /\p{L}/u.test(line.charAt(at + 1)))) {
      spans.push({ from: open.from, to: at });
      open = null;
    }
  }
  return open === null ? spans : [...spans, { from: open.from, to: line.length }];
}
