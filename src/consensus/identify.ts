import type { ChangeSet } from '#model/change-set.ts';
import type { Outline } from '#model/outline.ts';
import { compareText } from './claim-order.ts';
import { fingerprintOf, type Identity } from './fingerprint.ts';
import type { Merged } from './merge.ts';

/** What a fingerprint is taken from. */
export type Identified = Pick<Merged, 'path' | 'startLine' | 'endLine' | 'cwe' | 'evidence' | 'evidenceLine'>;

/**
 * Fingerprints, in the order given. What is equal is told apart by the order of its lines. All that is claimed is given,
 * not only what is kept: what a finding is called must not depend on what the consensus thinks of its neighbours.
 */
export function identify(
  claimed: readonly Identified[],
  change: ChangeSet,
  outlines: ReadonlyMap<string, Outline | null>,
): readonly string[] {
  const originals = new Map(change.files.map(({ path, oldPath, status }) => [path, status === 'renamed' ? (oldPath ?? path) : path]));
  const identityOf = ({ path, evidenceLine, cwe, evidence }: Identified): Identity => ({
    file: originals.get(path) ?? path,
    cwe,
    evidence,
    symbol: symbolAt(outlines.get(path) ?? null, evidenceLine),
    occurrence: 0,
  });
  const seen = new Map<string, number>();
  const fingerprints = new Array<string>(claimed.length);
  const inOrder = [...claimed.entries()].toSorted(([, a], [, b]) => compareText(a.path, b.path) || compareLines(a, b));
  for (const [index, one] of inOrder) {
    const identity = identityOf(one);
    const first = fingerprintOf(identity);
    const occurrence = seen.get(first) ?? 0;
    seen.set(first, occurrence + 1);
    fingerprints[index] = occurrence === 0 ? first : fingerprintOf({ ...identity, occurrence });
  }
  return fingerprints;
}

function compareLines(a: Identified, b: Identified): number {
  return a.evidenceLine - b.evidenceLine || a.startLine - b.startLine || a.endLine - b.endLine || compareText(a.cwe ?? '', b.cwe ?? '');
}

/** Name of the innermost symbol around a line: an outline lists inner ones after outer ones. */
function symbolAt(outline: Outline | null, line: number): string {
  return outline?.symbols.findLast(({ startLine, endLine }) => startLine <= line && line <= endLine)?.name ?? '';
}
