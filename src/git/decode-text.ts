/** Git looks for a NUL in as many bytes to tell binary files: `buffer_is_binary` in https://github.com/git/git/blob/master/xdiff-interface.c */
const SNIFFED = 8_000;

/** True for what git takes for binary by its content. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, SNIFFED).includes(0);
}

/** Bytes as UTF-8 text; null for a binary file. Bytes that are not UTF-8 become U+FFFD. */
export function decodeText(bytes: Buffer): string | null {
  return isBinary(bytes) ? null : bytes.toString('utf8');
}
