import { createLineIndex, type LineIndex } from '#consensus/line-index.ts';
import { NEAR_LINES } from '#consensus/line-range.ts';
import type { KnownTrace, Recognisable, Traced } from './finding-trace.ts';
import type { Matching } from './open-matching.ts';

/** A finding that may be a known one, and how many lines lie between them. */
interface Edge<F> {
  readonly found: Traced<F>;
  readonly known: KnownTrace;
  readonly distance: number;
}

/**
 * Matches findings of one weakness family on the line to which the known one maps, the nearest first. A line that was
 * rewritten may stand some lines off within what took its place: `NEAR_LINES` at most.
 */
export function pairByLines<F extends Recognisable>({ open, take, matches }: Matching<F>): void {
  const { found, known } = open();
  const files = new Map<string, LineIndex<Traced<F>>>();
  for (const trace of found) {
    const index = files.get(trace.one.path) ?? createLineIndex<Traced<F>>();
    index.add(trace, trace.one.startLine, trace.one.endLine);
    files.set(trace.one.path, index);
  }
  const order = new Map(found.map((trace, at) => [trace, at]));
  const edges = known.flatMap((trace) => edgesOf(trace, files)).map((edge, at) => ({ ...edge, at }));
  const inOrder = edges.toSorted((a, b) => a.distance - b.distance || (order.get(a.found) ?? 0) - (order.get(b.found) ?? 0) || a.at - b.at);
  const taken = new Set<KnownTrace>();
  for (const edge of inOrder) {
    if (matches.has(edge.found.one) || taken.has(edge.known)) continue;
    take(edge.found, edge.known);
    taken.add(edge.known);
  }
}

function edgesOf<F extends Recognisable>(known: KnownTrace, files: ReadonlyMap<string, LineIndex<Traced<F>>>): Edge<F>[] {
  const { place } = known;
  if (place.kind !== 'same' && place.kind !== 'changed') return [];
  const near = place.kind === 'same' ? 0 : NEAR_LINES;
  const around = files.get(place.path)?.around(place.line - near, place.line + near) ?? [];
  return [...around]
    .filter(({ family }) => family === known.family)
    .map((found) => ({ found, known, distance: gap(found.one, place.line) }))
    .filter(({ found, distance }) => distance <= near && (distance === 0 || within(found.one, place)));
}

/** Lines between a range and a line; 0 where it is in the range. */
function gap({ startLine, endLine }: Recognisable, line: number): number {
  return Math.max(startLine - line, line - endLine, 0);
}

function within({ startLine, endLine }: Recognisable, place: KnownTrace['place']): boolean {
  return place.kind === 'changed' && startLine <= place.to && endLine >= place.from;
}
