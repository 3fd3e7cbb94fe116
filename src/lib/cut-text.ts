/** A text of a model's own, cut to length, without halves of characters, and without NUL, which PostgreSQL cannot store. */
export function cutText(text: string, max: number): string {
  return text.slice(0, max).toWellFormed().replaceAll('\0', '');
}
