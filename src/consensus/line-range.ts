interface Lines {
  readonly startLine: number;
  readonly endLine: number;
}

/** Ranges that lie this many lines apart still mean the same place: models disagree about where a statement starts. */
export const NEAR_LINES = 2;

/** True when two ranges overlap or lie near each other. */
export function nearLines(a: Lines, b: Lines): boolean {
  return Math.max(a.startLine, b.startLine) - Math.min(a.endLine, b.endLine) <= NEAR_LINES;
}

/** True when a line of the range (inclusive) is in the set. Costs the smaller of the two. */
export function touches(lines: ReadonlySet<number>, startLine: number, endLine: number): boolean {
  if (endLine - startLine >= lines.size) {
    for (const line of lines) if (line >= startLine && line <= endLine) return true;
    return false;
  }
  for (let line = startLine; line <= endLine; line += 1) if (lines.has(line)) return true;
  return false;
}
