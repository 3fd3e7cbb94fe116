/** Three words take so many signs; a longer piece is cut. */
const PIECE = /(?<![\w+/=-])[A-Za-z0-9+/_-]{24,4000}={0,2}/g;

/** Pieces of one line that are looked at: data has many. */
const MOST_PIECES = 20;

/** Words, and nothing but what is written by hand. */
const PROSE = /^[\t\n\r\x20-\x7e]{12,}$/;

/** Texts that a line carries in Base64. */
export function decodeBase64(line: string): readonly string[] {
  const texts: string[] = [];
  for (const [piece] of line.slice(0, 20_000).matchAll(PIECE)) {
    if (texts.length >= MOST_PIECES) break;
    const text = decode(piece.replace(/=+$/, ''));
    if (text !== null && PROSE.test(text) && text.trim().includes(' ')) texts.push(text);
  }
  return texts;
}

function decode(piece: string): string | null {
  try {
    return atob(piece.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return null;
  }
}
