import type { ChunkFile, ChunkHunk } from '#model/chunk.ts';
import type { Outline } from '#model/outline.ts';
import { lineTokens } from './count-shown.ts';

/** Most lines that are shown around the hunks of a chunk. */
const MOST_LINES = 120;
/** Most of a chunk's budget that they may take. */
const MOST_SHARE = 0.3;
/** Lines of a class or an outer function that are shown: its head says what it is. */
const HEAD_LINES = 3;
/** An enclosing function up to this length is shown in full, a longer one by its head and what is near. */
const FULL_FUNCTION = 80;
/** Lines before and after a hunk that are shown where no syntax tree says where its function begins. */
const NEAR = { before: 12, after: 6 };

export interface SurroundingsRequest {
  /** Lines of the new side; index 0 is line 1. Null when unknown. */
  readonly text: readonly string[] | null;
  readonly outline: Outline | null;
  /** New-side lines that the change adds, in any hunk of the file: they are shown in their own hunk only. */
  readonly added: ReadonlySet<number>;
  /** Tokens of the whole chunk, and those that its hunks leave free. */
  readonly budget: number;
  readonly free: number;
  /** `file`: as much of the file as fits, because findings anywhere in it count. `near`: what explains the hunks. */
  readonly reach: 'near' | 'file';
}

/**
 * Finds the unchanged lines that explain the hunks: heads of what encloses them, then imports, then the rest of the
 * innermost function, nearest first, as far as lines and tokens allow. Ascending, and disjoint from the hunks.
 */
export function findSurroundings(hunks: readonly ChunkHunk[], request: SurroundingsRequest): ChunkFile['surroundings'] {
  const { text, outline, added } = request;
  if (text === null) return [];
  const own = new Set(hunks.flatMap((hunk) => hunk.lines.map((line) => line.newLine)));
  const chosen = new Map<number, string>();
  const whole = request.reach === 'file';
  let free = whole ? request.free : Math.min(request.free, request.budget * MOST_SHARE);
  const wanted = wantedLines(hunks, outline);
  for (const line of whole ? fileLines(hunks, wanted, text.length) : wanted) {
    const code = text[line - 1];
    if (code === undefined || own.has(line) || added.has(line) || chosen.has(line)) continue;
    const cost = lineTokens({ text: code });
    if (cost > free) continue;
    if (!whole && chosen.size === MOST_LINES) break;
    chosen.set(line, code);
    free -= cost;
  }
  return [...chosen].sort(([a], [b]) => a - b).map(([line, code]) => ({ line, text: code }));
}

/** What explains the hunks first, then the rest of the file, nearest to the first hunk first. */
function* fileLines(hunks: readonly ChunkHunk[], wanted: Iterable<number>, length: number): Generator<number> {
  yield* wanted;
  const [span = { from: 1, to: 1 }] = hunks.flatMap(spanOf);
  yield* range(span.from, span.to);
  yield* outwards(span, 1, length);
}

/** Line numbers in order of worth; they may repeat and lie outside the file. */
function* wantedLines(hunks: readonly ChunkHunk[], outline: Outline | null): Generator<number> {
  const spans = hunks.flatMap(spanOf);
  const enclosing = spans.map((span) => enclosingOf(span, outline));
  for (const symbols of enclosing)
    for (const symbol of symbols.toReversed()) yield* range(symbol.startLine, Math.min(symbol.startLine + HEAD_LINES - 1, symbol.endLine));
  yield* outline?.importLines ?? [];
  for (const [at, span] of spans.entries()) {
    const inner = enclosing[at]?.at(-1);
    const whole = inner !== undefined && inner.endLine - inner.startLine < FULL_FUNCTION;
    const from = whole ? inner.startLine : Math.max(span.from - NEAR.before, inner?.startLine ?? 1);
    const to = whole ? inner.endLine : Math.min(span.to + NEAR.after, inner?.endLine ?? Number.MAX_SAFE_INTEGER);
    yield* outwards(span, from, to);
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function spanOf(hunk: ChunkHunk): Span[] {
  const numbers = hunk.lines.flatMap((line) => line.newLine ?? []);
  const [from, to] = [numbers[0], numbers.at(-1)];
  return from === undefined || to === undefined ? [] : [{ from, to }];
}

/** Symbols that hold the changed lines, outer ones first. */
function enclosingOf(span: Span, outline: Outline | null): readonly Outline['symbols'][number][] {
  return (outline?.symbols ?? []).filter(
    (symbol) => symbol.startLine <= span.to && symbol.endLine >= span.from && !(symbol.startLine > span.from && symbol.endLine < span.to),
  );
}

function* range(from: number, to: number): Generator<number> {
  for (let line = from; line <= to; line += 1) yield line;
}

/** Lines around a span, nearest first, alternating before and after. */
function* outwards(span: Span, from: number, to: number): Generator<number> {
  for (let step = 1; span.from - step >= from || span.to + step <= to; step += 1) {
    if (span.from - step >= from) yield span.from - step;
    if (span.to + step <= to) yield span.to + step;
  }
}
