/** A line of code as it stands on the new side. */
export interface CodeLine {
  readonly line: number;
  readonly text: string;
}

/** What a model is shown at once. */
export interface CodeWindow {
  readonly startLine: number;
  readonly endLine: number;
  /** First line that no window before this one has shown. */
  readonly freshLine: number;
  readonly text: string;
}

/** A window with its file. */
export interface ShownWindow extends CodeWindow {
  readonly path: string;
}

export interface WindowSize {
  /** Tokens that the model's own tokenizer makes of a text, without the marks around it. */
  count(text: string): number;
  /** Tokens that fit. */
  readonly limit: number;
  /** Tokens that a window repeats of the one before. */
  readonly overlap: number;
}

/**
 * Cuts lines into windows that fit the model. Nothing is left out: windows overlap by whole lines, and a line that is
 * longer than a window is shown in several.
 */
export function windowLines(lines: readonly CodeLine[], size: WindowSize): readonly CodeWindow[] {
  const { count, limit } = size;
  const costs = lines.map(({ text }) => count(`${text}\n`));
  const windows: CodeWindow[] = [];
  let start = 0;
  let fresh = 0;
  while (fresh < lines.length) {
    let end = findEnd(lines, costs, start, size);
    if (end <= fresh) {
      start = fresh;
      end = findEnd(lines, costs, start, size);
    }
    const first = lines[start] as CodeLine;
    if (end === start + 1 && count(first.text) > limit) {
      for (const text of cutLine(first.text, size))
        windows.push({ startLine: first.line, endLine: first.line, freshLine: first.line, text });
    } else {
      windows.push({
        startLine: first.line,
        endLine: (lines[end - 1] as CodeLine).line,
        freshLine: (lines[fresh] as CodeLine).line,
        text: join(lines, start, end),
      });
    }
    start = end >= lines.length ? end : stepBack(costs, start, end, size);
    fresh = end;
  }
  return windows;
}

/** The index behind the last line that fits; at least one line is taken. */
function findEnd(lines: readonly CodeLine[], costs: readonly number[], start: number, { count, limit }: WindowSize): number {
  let end = start + 1;
  for (let sum = costs[start] ?? 0; end < lines.length; end += 1) {
    sum += costs[end] ?? 0;
    if (sum > limit) break;
  }
  // A tokenizer may make more of the whole than of its lines.
  while (end > start + 1 && count(join(lines, start, end)) > limit) end -= 1;
  return end;
}

/** Where the next window starts: some lines before `end`, and never so early that it would hold nothing new. */
function stepBack(costs: readonly number[], start: number, end: number, { limit, overlap }: WindowSize): number {
  const next = costs[end] ?? 0;
  let from = end;
  for (let sum = 0; from > start + 1; from -= 1) {
    sum += costs[from - 1] ?? 0;
    // With a reserve, because a tokenizer may make more of the whole than of its lines.
    if (sum > overlap || sum + next > limit * 0.9) break;
  }
  return from;
}

function join(lines: readonly CodeLine[], start: number, end: number): string {
  return lines
    .slice(start, end)
    .map(({ text }) => text)
    .join('\n');
}

/** Pieces of one line that each fit, with overlap. */
function cutLine(text: string, { count, limit, overlap }: WindowSize): readonly string[] {
  const perToken = text.length / Math.max(1, count(text));
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    let length = Math.max(1, Math.floor(limit * perToken));
    while (length > 1 && count(text.slice(from, from + length)) > limit) length = Math.floor(length * 0.7);
    pieces.push(text.slice(from, from + length));
    if (from + length >= text.length) break;
    from += Math.max(1, length - Math.min(Math.floor(overlap * perToken), Math.floor(length / 2)));
  }
  return pieces;
}
