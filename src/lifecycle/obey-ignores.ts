import { isWithin } from '#consensus/cwe-tree.ts';
import type { Suppressible, SuppressionRule } from '#consensus/suppress.ts';
import { groupBy } from '#lib/group-by.ts';
import type { InlineIgnore, Memory, PlacedIgnore } from '#model/lifecycle.ts';

/** The rule that inline ignores make. `base`: those that the change adds are not obeyed. */
export function createIgnoreRule(ignores: readonly PlacedIgnore[], from: Memory['ignores']): SuppressionRule {
  const byFile = groupBy(
    ignores.filter((ignore) => isObeyed(ignore, from)),
    ({ path }) => path,
  );
  return (finding) => {
    const ignore = (byFile.get(finding.path) ?? []).find((one) => isFor(one, finding));
    return ignore === undefined ? null : { suppressedBy: 'inline-ignore', suppressedReason: ignore.reason };
  };
}

/** What people are told of: every ignore in the hunks of the change, and those elsewhere that a finding stands under. */
export function listIgnores(
  ignores: readonly PlacedIgnore[],
  findings: readonly Suppressible[],
  from: Memory['ignores'],
): readonly InlineIgnore[] {
  const byFile = groupBy(findings, ({ path }) => path);
  return ignores.flatMap((ignore) => {
    const count = (byFile.get(ignore.path) ?? []).filter((finding) => isFor(ignore, finding)).length;
    if (!ignore.shown && count === 0) return [];
    const { path, line, cwes, reason, added } = ignore;
    return [{ path, line, cwes, reason, added, obeyed: isObeyed(ignore, from), findings: count }];
  });
}

function isObeyed({ reason, added }: PlacedIgnore, from: Memory['ignores']): boolean {
  return reason !== '' && (from === 'all' || !added);
}

/** A weakness stands for its kinds, as in policies. */
function isFor({ line, until, cwes }: PlacedIgnore, { startLine, endLine, cwe }: Suppressible): boolean {
  return startLine <= until && line <= endLine && (cwes.length === 0 || (cwe !== null && cwes.some((one) => isWithin(cwe, one))));
}
