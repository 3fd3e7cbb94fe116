import type { DiffLine } from '#model/change-set.ts';

/** Program text has 3.2 to 4 characters a token with the vocabularies of 2024 to 2026; fewer is the cautious side. */
const CHARACTERS_PER_TOKEN = 3;

/** Number, mark, spaces and line feed around each line that a prompt shows. */
const LINE_FRAME = 5;

/**
 * Estimates the tokens of a text without a tokenizer, on the high side: a third of its ASCII characters, and one for
 * each UTF-16 unit beyond ASCII, which covers CJK and emoji.
 */
export function estimateTokens(text: string): number {
  let beyond = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) beyond += 1;
  return Math.ceil((text.length - beyond) / CHARACTERS_PER_TOKEN) + beyond;
}

/** Tokens of a line with its number and mark, as a prompt shows it. */
export function lineTokens(line: Pick<DiffLine, 'text'>): number {
  return LINE_FRAME + estimateTokens(line.text);
}

/** Tokens of the line that names a file above its lines. */
export function headingTokens(path: string): number {
  return LINE_FRAME + estimateTokens(path);
}
