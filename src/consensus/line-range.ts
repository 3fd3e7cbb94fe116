/** True when a line of the range (inclusive) is in the set. Costs the smaller of the two. */
export function touches(lines: ReadonlySet<number>, startLine: number, endLine: number): boolean {
  if (endLine - startLine >= lines.size) {
    for (const line of lines) if (line >= startLine && line <= endLine) return true;
    return false;
  }
  for (let line = startLine; line <= endLine; line += 1) if (lines.has(line)) return true;
  return false;
}
