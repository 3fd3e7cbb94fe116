/** How far git looks for a NUL byte before it calls a content text (`buffer_is_binary` in xdiff-interface.c). */
const SNIFFED_BYTES = 8000;

/** The text of a content, or null when it is binary by git's rule. Bytes that are not UTF-8 become U+FFFD. */
export function decodeText(content: Uint8Array): string | null {
  return content.subarray(0, SNIFFED_BYTES).includes(0) ? null : new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
}
