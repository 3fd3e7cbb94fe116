/** Longest texts of a claim; what is longer is no description but a model that does not stop. */
const MAX_TITLE = 160;
export const MAX_TEXT = 4_000;

/** A title on one line. */
export function cleanTitle(text: string): string {
  return clean(text.slice(0, MAX_TEXT).replace(/\s+/g, ' '), MAX_TITLE).trim();
}

export function cleanMessage(text: string): string {
  return clean(text, MAX_TEXT).trim();
}

/** Null where nothing but white space is left. */
export function cleanOrNull(text: string | null): string | null {
  const cleaned = text === null ? '' : clean(text, MAX_TEXT);
  return cleaned.trim() === '' ? null : cleaned;
}

export function firstSentence(message: string): string {
  return /^\s*(.{1,120}?)(?:[.!?](?:\s|$)|\n|$)/s.exec(message)?.[1] ?? message.slice(0, 120);
}

/** Cut to length, without halves of characters, and without NUL, which PostgreSQL cannot store. */
function clean(text: string, max: number): string {
  return text.slice(0, max).toWellFormed().replaceAll('\0', '');
}
