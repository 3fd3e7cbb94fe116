import type { Message } from '#ports/provider.ts';

/** So many equal characters in a row are taken for a repetition. */
const RUN = 12;
const LONGEST = 160;

/**
 * What of a server's words may be shown: one line, short, and nothing at all when it repeats a piece of the prompt or
 * a key. Servers do repeat them (FastAPI echoes the whole input of a request that it refuses). Empty or `: “…”`.
 */
export function quoteServer(said: string, messages: readonly Message[], secrets: readonly string[]): string {
  const line = flatten(said);
  if (line === '' || line.startsWith('<') || line.startsWith('{') || line.startsWith('[')) return '';
  const quote = line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
  if (secrets.some((secret) => repeats(quote, flatten(secret.replace(/^\S+ /, '')), RUN / 2))) return '';
  if (messages.some((message) => repeats(quote, flatten(message.content), RUN))) return '';
  return `: “${quote}”`;
}

function flatten(text: string): string {
  return text.replace(/[\s\p{C}]+/gu, ' ').trim();
}

function repeats(quote: string, source: string, run: number): boolean {
  for (let start = 0; start + run <= quote.length; start += 1) if (source.includes(quote.slice(start, start + run))) return true;
  return false;
}
