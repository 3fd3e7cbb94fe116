import { matchPaths } from '#lib/match-paths.ts';
import { type ChangeSet, hunksOf, type LineMark } from '#model/change-set.ts';
import type { Finding, SuppressedBy } from '#model/finding.ts';
import type { Plan, Scope, SuppressRule } from '#model/plan.ts';
import { isAtLeast } from '#model/severity.ts';
import { isWithin } from './cwe-tree.ts';
import { touches } from './line-range.ts';

export interface Suppression {
  readonly suppressedBy: SuppressedBy | null;
  readonly suppressedReason: string | null;
}

/** What a suppression looks at. */
export type Suppressible = Pick<Finding, 'cwe' | 'severity' | 'confidence' | 'path' | 'startLine' | 'endLine'>;

/**
 * Prepares the marking of findings that do not count. A person's rule comes before the floors, and the floors before
 * the scope, because the first reason is the one that is shown. `today` is `YYYY-MM-DD`.
 */
export function createSuppressor(
  plan: Pick<Plan, 'review' | 'suppress'>,
  change: ChangeSet,
  today: string,
): (finding: Suppressible) => Suppression {
  const policies = plan.suppress.filter(({ until }) => until === null || today <= until).map(createPolicy);
  const inScope = createScope(plan.review.scope, change);
  const { minSeverity, minConfidence } = plan.review;
  return (finding) => {
    const policy = policies.find(({ covers }) => covers(finding));
    if (policy !== undefined) return { suppressedBy: 'policy', suppressedReason: policy.reason };
    if (!isAtLeast(finding.severity, minSeverity)) return { suppressedBy: 'min-severity', suppressedReason: `below ${minSeverity}` };
    if (finding.confidence !== null && finding.confidence < minConfidence) {
      return { suppressedBy: 'min-confidence', suppressedReason: `confidence below ${minConfidence}` };
    }
    if (!inScope(finding)) return { suppressedBy: 'outside-scope', suppressedReason: `outside the scope "${plan.review.scope}"` };
    return { suppressedBy: null, suppressedReason: null };
  };
}

/** Whether a case would count as a finding: what is shown as suppressed at most takes nobody's place. */
export function createCounter(...rules: Parameters<typeof createSuppressor>): (one: { readonly merged: Suppressible }) => boolean {
  const suppress = createSuppressor(...rules);
  return ({ merged }) => suppress(merged).suppressedBy === null;
}

/** A rule holds for its CWE and for the kinds of it: who accepts hard-coded credentials accepts a hard-coded password. */
function createPolicy({ cwe, paths, reason }: SuppressRule): { reason: string; covers(finding: Suppressible): boolean } {
  const matches = paths.length === 0 ? () => true : matchPaths(paths);
  return {
    reason,
    covers: (finding) => matches(finding.path) && (cwe === null || (finding.cwe !== null && isWithin(finding.cwe, cwe))),
  };
}

/** `added`: touches an added line. `hunks`: touches a changed hunk, its context included. `file`: anything in a changed file. */
function createScope(scope: Scope, change: ChangeSet): (finding: Suppressible) => boolean {
  if (scope === 'file') return () => true;
  const inScope = (mark: LineMark) => (scope === 'added' ? mark === 'added' : mark !== 'removed');
  const lines = new Map<string, Set<number>>();
  for (const { file, hunk } of hunksOf(change)) {
    const known = lines.get(file.path) ?? new Set();
    for (const { mark, newLine } of hunk.lines) if (newLine !== null && inScope(mark)) known.add(newLine);
    lines.set(file.path, known);
  }
  return ({ path, startLine, endLine }) => touches(lines.get(path) ?? new Set(), startLine, endLine);
}
