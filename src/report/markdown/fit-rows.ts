/** The first rows that fit `room` signs together, line ends included, and how many do not. */
export function fitRows(rows: Iterable<string>, count: number, room: number): { readonly rows: readonly string[]; readonly more: number } {
  const kept: string[] = [];
  let left = room;
  for (const row of rows) {
    left -= row.length + 1;
    if (left < 0) break;
    kept.push(row);
  }
  return { rows: kept, more: count - kept.length };
}
