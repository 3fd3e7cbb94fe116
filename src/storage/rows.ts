/** The rows of `db.execute`: PGlite answers an object with `rows`, postgres.js the rows themselves. */
export function rowsOf(answer: unknown): readonly Record<string, unknown>[] {
  if (Array.isArray(answer)) return answer;
  if (typeof answer === 'object' && answer !== null && 'rows' in answer && Array.isArray(answer.rows)) return answer.rows;
  throw new TypeError('the database driver answered in an unknown form');
}
