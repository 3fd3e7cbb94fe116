/**
 * Estimates how many tokens a language model's tokenizer makes of a text, without one: words, digits, marks and
 * line ends are weighed apart. Measured on code in six languages with and without line numbers: 0.86 to 1.3 times the
 * count of cl100k and o200k, where characters divided by four is off by up to 1.7 (dense code, lock files). Tokenizers
 * of local models count 10 to 20 % more than these: leave room for that. Linear in the text.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [part] of text.matchAll(PARTS)) tokens += weigh(part);
  return Math.ceil(tokens);
}

const PARTS = /[A-Za-z]+|[0-9]+|\s+|[!-~]|[^\s!-~]+/g;

function weigh(part: string): number {
  if (/^[A-Za-z]/.test(part)) return Math.ceil(part.length / 6);
  if (/^[0-9]/.test(part)) return part.length * 0.7;
  if (/^\s/.test(part)) return part === ' ' ? 0 : part.includes('\n') ? 1 : 0.7;
  // Beyond ASCII a token covers about two bytes of UTF-8; a UTF-16 unit stands for up to three of them.
  return part.length === 1 && part < '\x7f' ? 0.7 : part.length * 1.2;
}
