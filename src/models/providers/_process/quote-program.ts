import { stripVTControlCharacters } from 'node:util';
import { quoteServer } from '../_kit/quote-server.ts';

/** Longest tail of a stream that is looked through for its last words. */
const TAIL = 4_000;

/**
 * The last line that a program said, for a message: without escapes and controls, short, and nothing at all where it
 * repeats a piece of what it was shown or of its keys. Empty or `: “…”`.
 */
export function quoteProgram(said: string, shown: readonly string[], keys: readonly string[] = []): string {
  const lines = stripVTControlCharacters(said.slice(-TAIL)).split(/\r?\n/);
  const words = lines.map((line) => line.replace(/^\s*\[[\w .-]{1,20}\]\s*/, '').trim());
  const last = words.findLast((line) => /\p{L}{3}/u.test(line)) ?? '';
  const messages = shown.map((content) => ({ role: 'user' as const, content }));
  return quoteServer(last, messages, keys);
}
