import type { Candidate } from '#model/candidate.ts';
import { cweDepth } from './cwe-tree.ts';

/** A claim as text that is the same wherever it came from: keys in order, and without the chunk in which it was made. */
export function writeClaim({ chunkId: _, ...claim }: Candidate): string {
  return JSON.stringify(Object.entries(claim).toSorted(([a], [b]) => compareText(a, b)));
}

/**
 * Claims in an order of their own, whatever the order of arrival: specific before vague, which is deeper CWEs first,
 * then narrower ranges; the rest makes the order total.
 */
export function orderClaims(claims: readonly Candidate[]): Candidate[] {
  const depths = new Map<string | null, number>([[null, -2]]);
  const depthOf = (cwe: string | null): number => {
    const depth = depths.get(cwe) ?? cweDepth(cwe ?? '');
    depths.set(cwe, depth);
    return depth;
  };
  const texts = new Map<Candidate, string>();
  const textOf = (claim: Candidate): string => {
    const text = texts.get(claim) ?? `${writeClaim(claim)} ${claim.chunkId}`;
    texts.set(claim, text);
    return text;
  };
  return claims.toSorted(
    (a, b) =>
      depthOf(b.cwe) - depthOf(a.cwe) ||
      a.endLine - a.startLine - (b.endLine - b.startLine) ||
      a.startLine - b.startLine ||
      compareText(a.cwe ?? '', b.cwe ?? '') ||
      compareText(a.modelId, b.modelId) ||
      compareText(textOf(a), textOf(b)),
  );
}

/** By code units, which no language setting changes. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
