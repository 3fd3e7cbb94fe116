/** A longer comment is prose: the code would have no room beside it. */
const MOST_LINES = 30;

/** The first line of the comment that stands right above a line, or the line itself. 1-based. */
export function startOfComment(lines: readonly string[], line: number, style: 'slashes' | 'hash'): number {
  let first = line;
  while (first > 1 && line - first <= MOST_LINES) {
    const above = startOfOne(lines, first - 1, style);
    if (above === null) return first;
    first = above;
  }
  return line - first > MOST_LINES ? line : first;
}

/** Where the comment begins that ends on this line; null where none does. */
function startOfOne(lines: readonly string[], line: number, style: 'slashes' | 'hash'): number | null {
  const text = lines[line - 1]?.trim() ?? '';
  if (style === 'hash') return text.startsWith('#') && !text.startsWith('#!') ? line : null;
  if (text.startsWith('//')) return line;
  if (!text.endsWith('*/')) return null;
  for (let first = line; first >= 1 && line - first <= MOST_LINES; first -= 1) {
    const opening = lines[first - 1]?.trim() ?? '';
    if (opening.includes('/*')) return opening.startsWith('/*') ? first : null;
  }
  return null;
}
