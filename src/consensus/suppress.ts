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

/**
 * What a suppression looks at; the last three only where people decided about single findings. `own` is the fingerprint that
 * the code itself gives; a finding that is known keeps the one by which people know it.
 */
export type Suppressible = Pick<Finding, 'cwe' | 'severity' | 'confidence' | 'path' | 'startLine' | 'endLine'> &
  Partial<Pick<Finding, 'fingerprint' | 'evidence'>> & { readonly own?: string };

/** One reason for which findings do not count; null where it says nothing of this one. */
export type SuppressionRule = (finding: Suppressible) => Suppression | null;

/** What people decided about single findings, outside of the plan. */
export interface Decisions {
  readonly dismissed: SuppressionRule;
  readonly ignored: SuppressionRule;
  readonly baseline: SuppressionRule;
}

/** Absent in the plans of records that were made before there were overrides. */
type Floors = Pick<Plan, 'review'> & Partial<Pick<Plan, 'overrides'>>;

const UNDECIDED: Decisions = { dismissed: () => null, ignored: () => null, baseline: () => null };
const COUNTS: Suppression = { suppressedBy: null, suppressedReason: null };

/**
 * Prepares the marking of findings that do not count. What people decided comes before the floors, and the floors before
 * the scope, because the first reason is the one that is shown. `today` is `YYYY-MM-DD`.
 */
export function createSuppressor(
  plan: Floors & Pick<Plan, 'suppress'>,
  change: ChangeSet,
  today: string,
  { dismissed, ignored, baseline }: Decisions = UNDECIDED,
): (finding: Suppressible) => Suppression {
  const { review } = plan;
  const rules = [
    ...[dismissed, createPolicies(plan.suppress, today), ignored, baseline],
    ...[createSeverityFloor(plan), createConfidenceFloor(review.minConfidence), createScopeRule(review.scope, change)],
  ];
  return (finding) => {
    for (const rule of rules) {
      const suppression = rule(finding);
      if (suppression !== null) return suppression;
    }
    return COUNTS;
  };
}

function createPolicies(rules: readonly SuppressRule[], today: string): SuppressionRule {
  const policies = rules.filter(({ until }) => until === null || today <= until).map(createPolicy);
  return (finding) => {
    const policy = policies.find(({ covers }) => covers(finding));
    return policy === undefined ? null : { suppressedBy: 'policy', suppressedReason: policy.reason };
  };
}

/** A rule holds for its CWE and for the kinds of it: who accepts hard-coded credentials accepts a hard-coded password. */
function createPolicy({ cwe, paths, reason }: SuppressRule): { reason: string; covers(finding: Suppressible): boolean } {
  const matches = paths.length === 0 ? () => true : matchPaths(paths);
  return {
    reason,
    covers: (finding) => matches(finding.path) && (cwe === null || (finding.cwe !== null && isWithin(finding.cwe, cwe))),
  };
}

/** The floor of a file is that of the first override that names it and has one. */
function createSeverityFloor({ review, overrides = [] }: Floors): SuppressionRule {
  const floors = overrides.flatMap(({ paths, minSeverity }) => (minSeverity === null ? [] : [{ matches: matchPaths(paths), minSeverity }]));
  return ({ severity, path }) => {
    const floor = floors.find(({ matches }) => matches(path))?.minSeverity ?? review.minSeverity;
    return isAtLeast(severity, floor) ? null : { suppressedBy: 'min-severity', suppressedReason: `below ${floor}` };
  };
}

/** A confidence that was not stated passes. */
function createConfidenceFloor(floor: number): SuppressionRule {
  return ({ confidence }) =>
    confidence === null || confidence >= floor ? null : { suppressedBy: 'min-confidence', suppressedReason: `confidence below ${floor}` };
}

function createScopeRule(scope: Scope, change: ChangeSet): SuppressionRule {
  const inScope = createScope(scope, change);
  return (finding) => (inScope(finding) ? null : { suppressedBy: 'outside-scope', suppressedReason: `outside the scope "${scope}"` });
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
