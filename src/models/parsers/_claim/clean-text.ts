import { cutText } from '#lib/cut-text.ts';

/** Longest texts of a claim; what is longer is no description but a model that does not stop. */
const MAX_TITLE = 160;
export const MAX_TEXT = 4_000;

/** A title on one line. */
export function cleanTitle(text: string): string {
  return cutText(text.slice(0, MAX_TEXT).replace(/\s+/g, ' '), MAX_TITLE).trim();
}

export function cleanMessage(text: string): string {
  return cutText(text, MAX_TEXT).trim();
}

/** Null where nothing but white space is left. */
export function cleanOrNull(text: string | null): string | null {
  const cleaned = text === null ? '' : cutText(text, MAX_TEXT);
  return cleaned.trim() === '' ? null : cleaned;
}

export function firstSentence(message: string): string {
  return /^\s*(.{1,120}?)(?:[.!?](?:\s|$)|\n|$)/s.exec(message)?.[1] ?? message.slice(0, 120);
}
