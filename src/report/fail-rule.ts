import { matchPaths } from '#lib/match-paths.ts';
import type { FailRule } from '#model/fail-rule.ts';
import { counts, type Finding } from '#model/finding.ts';
import { isAtLeast } from '#model/severity.ts';

/** Prepares the question whether a finding blocks the change: it counts, and is at or above the floor of its file. */
export function createBlocker({ severity, paths }: FailRule): (finding: Pick<Finding, 'path' | 'severity' | 'suppressedBy'>) => boolean {
  const rules = paths.map((rule) => ({ covers: matchPaths(rule.paths), severity: rule.severity }));
  return (finding) => {
    const floor = rules.find(({ covers }) => covers(finding.path))?.severity ?? severity;
    return floor !== 'none' && counts(finding) && isAtLeast(finding.severity, floor);
  };
}
