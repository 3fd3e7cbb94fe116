import { counts, type Finding, type FindingState } from '#model/finding.ts';
import type { InlineIgnore } from '#model/lifecycle.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { SUPPRESSED } from '../suppressions.ts';
import { cachedCallsOf, countOf, durationOf, judgedOf, listSeverities, totalCostOf } from '../wording.ts';
import type { Colors } from './findings.ts';

const isComplete = ({ conclusion }: Pick<ScanResult, 'conclusion'>) => conclusion === 'passed' || conclusion === 'findings';

const MARKS: Readonly<Record<ScanResult['conclusion'], (colors: Colors) => string>> = {
  passed: (colors) => colors.green('✔'),
  findings: (colors) => colors.yellow('!'),
  incomplete: (colors) => colors.red('✖'),
  error: (colors) => colors.red('✖'),
};

/** The last lines of a report: a mark, and what was found, left out, reviewed and spent. */
export function renderClosing(result: ScanResult, width: number, colors: Colors): string {
  const counting = result.findings.filter(counts);
  const found = counting.length === 0 ? 'no findings' : `${countOf(counting.length, 'finding')} (${listSeverities(counting)})`;
  const facts = [
    isComplete(result) ? found : `${found} so far`,
    ...sinceFacts(result),
    ...suppressedFacts(result.findings),
    ...ignoredFacts(result.ignores ?? []),
    ...(result.unplaced === 0 ? [] : [`${countOf(result.unplaced, 'claim')} without a place`]),
    coverageFact(result),
    ...[judgedOf(result.consensus), cachedCallsOf(result.models)].filter((fact) => fact !== null),
    totalCostOf(result.models),
    durationOf(result.timing.totalMs),
  ];
  return `  ${MARKS[result.conclusion](colors)} ${joinFacts(facts, width - 4).join('\n    ')}`;
}

/** Facts with points between them, in lines of at most `width`; a longer fact stands alone. */
function joinFacts(facts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const last = lines.at(-1);
    const joined = last === undefined ? fact : `${last} · ${fact}`;
    if (last === undefined || joined.length <= width) lines.splice(-1, 1, joined);
    else lines.push(fact);
  }
  return lines;
}

function suppressedFacts(findings: readonly Finding[]): string[] {
  return Object.entries(SUPPRESSED).flatMap(([by, words]) => {
    const count = findings.filter(({ suppressedBy }) => suppressedBy === by).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
}

/** What became of the findings of an earlier scan; nothing where there was none. */
function sinceFacts({ since, findings }: ScanResult): string[] {
  if (since === undefined) return [];
  const count = (state: FindingState) => findings.filter((finding) => counts(finding) && finding.state === state).length;
  const facts = [
    [since.fixed.length, 'fixed'],
    [count('new'), 'new'],
    [count('reopened'), 'reopened'],
    [since.unknown.length, 'not looked at again'],
  ] as const;
  return facts.filter(([of]) => of > 0).map(([of, what]) => `${of} ${what}`);
}

/** Comments that ask to ignore findings and are not obeyed. */
function ignoredFacts(ignores: readonly InlineIgnore[]): string[] {
  const disobeyed = ignores.filter(({ obeyed }) => !obeyed).length;
  return disobeyed === 0 ? [] : [`${countOf(disobeyed, 'ignore comment')} not obeyed`];
}

/** `27 hunks reviewed, 2 skipped`; against the sum where something is missing: `19 of 31 hunks reviewed, 11 partly`. */
function coverageFact(result: ScanResult): string {
  const { hunks, reviewed, partial, uncovered, skipped, notApplicable } = result.coverage;
  if (hunks === 0) return 'the change is empty';
  const rest = [
    [result.passedOver, 'of them called safe by triage'],
    [partial, 'partly'],
    [uncovered, 'that no model covers'],
    [skipped, 'skipped'],
    [notApplicable, 'with nothing to review'],
  ] as const;
  const total = isComplete(result) ? countOf(reviewed, 'hunk') : `${reviewed} of ${countOf(hunks, 'hunk')}`;
  return [`${total} reviewed`, ...rest.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)].join(', ');
}
