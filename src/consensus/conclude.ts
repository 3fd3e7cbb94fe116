import { groupBy } from '#lib/group-by.ts';
import { isGap, type LedgerEntry } from '#model/coverage.ts';
import { counts, type Finding } from '#model/finding.ts';
import type { Plan } from '#model/plan.ts';
import type { Conclusion, ModelSummary } from '#model/scan-result.ts';
import { SEVERITIES } from '#model/severity.ts';
import { looksAtCode } from './panel.ts';

export interface ConclusionInput {
  readonly ledger: readonly LedgerEntry[];
  readonly findings: readonly Finding[];
  readonly models: readonly Pick<ModelSummary, 'role' | 'calls'>[];
  readonly uncovered: Plan['review']['uncovered'];
  /** Claims that named no place in what their model was shown. */
  readonly unplaced: number;
  /** Cases that the budget kept a judge from hearing, and which limit it was; null where there are none. */
  readonly unjudged: { readonly cases: number; readonly reason: string } | null;
}

/** The worst that holds, with one sentence that says why. Silence is never taken for approval. */
export function conclude({ ledger, findings, models, uncovered, unplaced, unjudged }: ConclusionInput): {
  conclusion: Conclusion;
  reason: string;
} {
  const gaps = ledger.filter((entry) => isGap(entry) || (entry.status === 'uncovered' && uncovered === 'incomplete'));
  if (gaps.length > 0 && isBroken(ledger, models)) {
    return { conclusion: 'error', reason: `Nothing could be reviewed: ${listReasons(gaps)}.` };
  }
  if (gaps.length > 0) {
    const were = gaps.length === 1 ? 'was' : 'were';
    const reviewed = gaps.every(({ status }) => status === 'skipped') ? 'reviewed' : 'fully reviewed';
    return {
      conclusion: 'incomplete',
      reason: `${gaps.length} of ${hunks(ledger.length)} ${were} not ${reviewed}: ${listReasons(gaps)}.`,
    };
  }

  if (unjudged !== null) {
    const cases = unjudged.cases === 1 ? '1 claim' : `${unjudged.cases} claims`;
    return { conclusion: 'incomplete', reason: `Every hunk was reviewed, but no judge heard ${cases}: ${unjudged.reason}.` };
  }

  const counting = findings.filter(counts);
  if (counting.length > 0) return { conclusion: 'findings', reason: `${describeFindings(counting)}.${describeUnplaced(unplaced)}` };
  return { conclusion: 'passed', reason: `${describePass(ledger)}${describeUnplaced(unplaced)}` };
}

/**
 * True where models were asked to look at code, and no hunk was read, by a fault. What a judge or an explainer says is
 * no opinion on a hunk, and a budget that is spent is no fault.
 */
function isBroken(ledger: readonly LedgerEntry[], models: ConclusionInput['models']): boolean {
  const asked = models.some(({ role, calls }) => looksAtCode(role) && calls > 0);
  const read = ledger.some(({ status }) => status === 'reviewed' || status === 'partial');
  return asked && !read && ledger.some(({ status, cause }) => status === 'skipped' && cause === 'fault');
}

/** The commonest reasons first, three at most: the report lists them all. */
function listReasons(gaps: readonly LedgerEntry[]): string {
  const byReason = [...groupBy(gaps, ({ reason }) => reason)].toSorted(([, a], [, b]) => b.length - a.length);
  const named = byReason.slice(0, 3).map(([reason, entries]) => (byReason.length === 1 ? reason : `${reason} (${hunks(entries.length)})`));
  const more = byReason.length - named.length;
  return named.join('; ') + (more > 0 ? `; and ${more} more reasons` : '');
}

function describeFindings(findings: readonly Finding[]): string {
  const kinds = SEVERITIES.map((severity) => [findings.filter((finding) => finding.severity === severity).length, severity] as const);
  const listed = kinds.filter(([count]) => count > 0).map(([count, severity]) => `${count} ${severity}`);
  return `${findings.length === 1 ? '1 finding' : `${findings.length} findings`}: ${listed.join(', ')}`;
}

function describePass(ledger: readonly LedgerEntry[]): string {
  if (ledger.length === 0) return 'The change is empty: there was nothing to review.';
  const uncovered = ledger.filter(({ status }) => status === 'uncovered').length;
  const reviewed = ledger.filter(({ status }) => status === 'reviewed').length;
  if (uncovered > 0)
    return `Nothing was found in ${hunks(reviewed)}; no model covers the other ${hunks(uncovered)} of source, which the repository accepts.`;
  const skipped = ledger.filter(({ status }) => status === 'skipped');
  if (reviewed === 0 && skipped.length > 0) return `Nothing was reviewed: ${hunks(skipped.length)} left out (${listReasons(skipped)}).`;
  if (reviewed === 0) return 'Nothing in this change needs a review.';
  return `Nothing was found, and every hunk that needs a review was reviewed (${reviewed} of ${ledger.length}).`;
}

/** What a model said and nobody is shown must not vanish behind a pass. */
function describeUnplaced(count: number): string {
  if (count === 0) return '';
  return count === 1
    ? ' One claim named no place in what its model was shown, and is not counted.'
    : ` ${count} claims named no place in what their models were shown, and are not counted.`;
}

const hunks = (count: number) => (count === 1 ? '1 hunk' : `${count} hunks`);
