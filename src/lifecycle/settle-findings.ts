import { weaknessFamily } from '#consensus/cwe-tree.ts';
import { evidenceTokens } from '#consensus/fingerprint.ts';
import { groupBy } from '#lib/group-by.ts';
import { type ChangeSet, hunksOf } from '#model/change-set.ts';
import type { Finding, FindingState } from '#model/finding.ts';
import type { History, KnownFinding, Since } from '#model/lifecycle.ts';
import { isMasked, testCode } from './code-key.ts';
import type { LineMap } from './follow-lines.ts';
import { createGoneJudge, type GoneInput } from './judge-gone.ts';

/**
 * Where a finding of this scan stands. One that was fixed, or dismissed while its code was another, is back: reopened.
 * `before` is null where it was not known.
 */
export function stateOf({ suppressedBy }: Pick<Finding, 'suppressedBy'>, before: KnownFinding['state'] | null): FindingState {
  if (suppressedBy === 'dismissed') return 'dismissed';
  if (before === null) return 'new';
  return before === 'open' ? 'persisting' : 'reopened';
}

/** Known findings that this scan did not report, but for those that were fixed before. */
export function listGone(known: readonly KnownFinding[], findings: readonly Pick<Finding, 'fingerprint'>[]): readonly KnownFinding[] {
  const reported = new Set(findings.map(({ fingerprint }) => fingerprint));
  return known.filter(({ fingerprint, state }) => state !== 'fixed' && !reported.has(fingerprint));
}

/** What became of the findings of the scan before that this one did not report. */
export function settleGone(
  gone: readonly KnownFinding[],
  input: Omit<GoneInput, 'movedTo'> & { readonly findings: readonly Finding[]; readonly history: History },
): Since {
  const judge = createGoneJudge({ ...input, movedTo: createMoveFinder(input.change, input.lines, input.findings) });
  const judged = gone.map(judge);
  const of = (wanted: 'fixed' | 'unknown') => judged.filter(({ state }) => state === wanted).map(({ finding }) => finding);
  return {
    headSha: input.history.headSha,
    fixed: of('fixed'),
    unknown: of('unknown'),
    carriedHunks: input.ledger.filter(({ carried }) => carried === true).length,
  };
}

/** Looks for code among added lines that were not there before; lines on which the same weakness is found now are theirs. */
function createMoveFinder(change: ChangeSet, lines: LineMap, findings: readonly Finding[]): (known: KnownFinding) => boolean {
  const byFile = groupBy(findings, ({ path }) => path);
  let index: ReadonlyMap<string, readonly AddedLine[]> | null = null;
  return (known) => {
    index ??= groupBy(
      listAdded(change).filter(({ path, line }) => !lines.stood(path, line)),
      ({ text }) => evidenceTokens(text),
    );
    const isIt = testCode(known);
    const candidates = isMasked(known) ? [...index.values()].flat() : (index.get(evidenceTokens(known.evidence)) ?? []);
    const family = weaknessFamily(known.cwe);
    const isTaken = ({ path, line }: AddedLine) =>
      (byFile.get(path) ?? []).some(
        ({ cwe, startLine, endLine }) => weaknessFamily(cwe) === family && startLine <= line && line <= endLine,
      );
    return candidates.some((place) => isIt(place.text) && !isTaken(place));
  };
}

interface AddedLine {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

function listAdded(change: ChangeSet): readonly AddedLine[] {
  return [...hunksOf(change)].flatMap(({ file, hunk }) =>
    hunk.lines.flatMap(({ mark, newLine, text }) =>
      mark === 'added' && newLine !== null ? [{ path: file.path, line: newLine, text }] : [],
    ),
  );
}
