import type { Decisions, Suppressible, SuppressionRule } from '#consensus/suppress.ts';
import { groupBy } from '#lib/group-by.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { BaselineFinding, Dismissal, Memory, PlacedIgnore } from '#model/lifecycle.ts';
import { addsCode } from './adds-code.ts';
import { codeKey, isMasked, sameCode, sameMeaning } from './code-key.ts';
import { createIgnoreRule } from './obey-ignores.ts';

/** What people decided about single findings, in whatever place it is kept. */
export interface DecisionInput extends Pick<Memory, 'dismissals' | 'baseline' | 'ignores'> {
  readonly found: readonly PlacedIgnore[];
  /** Files of dismissals that the new head no longer has. */
  readonly goneFiles: ReadonlySet<string>;
  readonly change: Pick<ChangeSet, 'mode' | 'files'>;
}

export function decideFindings({ dismissals, baseline, ignores, found, goneFiles, change }: DecisionInput): Decisions {
  return {
    dismissed: createDismissalRule(dismissals, goneFiles, change),
    ignored: createIgnoreRule(found, ignores),
    baseline: createBaselineRule(baseline),
  };
}

/**
 * A dismissal holds while its code is as it was. Where that is remembered without its secret, only the name that the code
 * itself gives (`own`) tells that the secret is still the same. One for the repository follows the code into another file when its own
 * is gone, because a rename that is merged leaves no trace in later changes. Code that the change itself adds was not renamed.
 */
function createDismissalRule(
  dismissals: readonly Dismissal[],
  goneFiles: ReadonlySet<string>,
  change: Pick<ChangeSet, 'mode' | 'files'>,
): SuppressionRule {
  const byName = groupBy(dismissals, ({ fingerprint }) => fingerprint);
  const moved = groupBy(
    dismissals.filter(({ scope, path }) => scope === 'repository' && goneFiles.has(path)).filter((one) => !isMasked(one)),
    codeKey,
  );
  return (finding) => {
    const { fingerprint = '', evidence = '', own } = finding;
    const named = (byName.get(fingerprint) ?? []).find((one) => sameMeaning(one, { evidence }) && (!isMasked(one) || own === fingerprint));
    const followed = (moved.get(codeKey({ ...finding, evidence })) ?? []).find((one) => sameMeaning(one, { evidence }));
    const dismissal = named ?? followed;
    if (named === undefined && followed !== undefined && addsCode(change, { ...finding, evidence })) return null;
    return dismissal === undefined ? null : { suppressedBy: 'dismissed', suppressedReason: wordDismissal(dismissal) };
  };
}

function wordDismissal({ reason, actor }: Dismissal): string {
  return actor === '' ? reason : `@${actor}: ${reason}`;
}

/** Known by its name, or by its file, weakness and code. */
function createBaselineRule(baseline: readonly BaselineFinding[]): SuppressionRule {
  const names = new Set(baseline.map(({ fingerprint }) => fingerprint).filter((name) => name !== ''));
  const codes = new Set(baseline.filter((one) => sameCode(one, one) && !isMasked(one)).map(placeKey));
  return (finding) => {
    const { fingerprint = '', evidence = '' } = finding;
    const isKnown = names.has(fingerprint) || codes.has(placeKey({ ...finding, evidence }));
    return isKnown ? { suppressedBy: 'baseline', suppressedReason: 'known to the baseline' } : null;
  };
}

function placeKey({ path, cwe, evidence }: Pick<Suppressible, 'path' | 'cwe'> & { readonly evidence: string }): string {
  return JSON.stringify([path, codeKey({ cwe, evidence })]);
}
