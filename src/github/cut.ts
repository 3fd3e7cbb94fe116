/**
 * The last defence before a request: what is longer than GitHub takes is cut between two characters, so that a long
 * text never costs the whole request. Texts arrive at a decent length; this is not the place that makes them so.
 */
const MARK = '…';

/** At most `max` UTF-16 units, never half a character. */
export function cutCharacters(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - MARK.length);
  return (/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut) + MARK;
}

/** At most `max` bytes of UTF-8, never half a character. */
export function cutBytes(text: string, max: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= max) return text;
  let end = max - new TextEncoder().encode(MARK).length;
  // 10xxxxxx continues a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return new TextDecoder().decode(bytes.subarray(0, end)) + MARK;
}
