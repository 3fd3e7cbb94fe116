import picocolors from 'picocolors';
import { counts, type Finding, type SuppressedBy } from '#model/finding.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { Reporter } from '#ports/reporter.ts';
import { cutText, defuseCommands, oneLine } from '#report/plain-text.ts';
import { describeStandIn, listStandIns } from '#report/stand-ins.ts';
import { type Colors, renderFindings } from '#report/terminal/findings.ts';
import { wrap } from '#report/terminal/wrap.ts';
import { cachedCallsOf, countOf, doneWithoutOf, durationOf, fallbackOf, judgedOf, listSeverities, totalCostOf } from '#report/wording.ts';

const NARROWEST = 60;

export const pretty: Reporter = {
  id: 'pretty',
  summary: 'For people at a terminal.',
  render: (result, options) => {
    const colors = picocolors.createColors(options.color);
    const width = Math.max(NARROWEST, options.width);
    const counting = result.findings.filter(counts);
    const blocks = [
      heading(result, colors),
      ...renderFindings(counting, width, colors),
      ...alarm(result, width, colors),
      ...stoodIn(result, width, colors),
      ...remarks(result, width, colors),
      closing(result, counting, width, colors),
    ];
    return `${blocks.join('\n\n')}\n`.split('\n').map(defuseCommands).join('\n');
  },
};

function heading({ change, models }: ScanResult, colors: Colors): string {
  const sides = [change.base, change.head].filter((side) => side !== null).map((side) => cutText(oneLine(side), 60));
  const names = [...new Set(models.map(({ id }) => oneLine(id)))].join(', ');
  const facts = [sides.join(' … '), `${countOf(change.files, 'file')}, ${countOf(change.hunks, 'hunk')}`, names];
  return `  ${colors.dim(facts.filter((fact) => fact !== '').join(' · '))}`;
}

const isComplete = ({ conclusion }: Pick<ScanResult, 'conclusion'>) => conclusion === 'passed' || conclusion === 'findings';

const MAX_LEFT = 10;

/** What was not reviewed, so that nobody takes silence for approval: loudly where the scan is not complete. */
function alarm(result: ScanResult, width: number, colors: Colors): string[] {
  if (isComplete(result)) return leftOut(result, width, colors);
  const name = result.conclusion === 'error' ? ' THE REVIEW COULD NOT RUN ' : ' THE REVIEW IS INCOMPLETE ';
  const because = wrap(result.reason, width - 2).map((line) => `  ${line}`);
  const mend = result.coverage.uncovered > 0 ? wrap(UNCOVERED_HINT, width - 2).map((line) => `  ${line}`) : [];
  return [[`  ${colors.inverse(colors.bold(colors.red(name)))}`, ...because, ...listLeft(result, width), ...mend].join('\n')];
}

const UNCOVERED_HINT = 'Mend it: add a model that covers it (--models, or models in .aegis.yml), or accept it with review.uncovered: note.';

/** Files that a complete scan left out on purpose, quietly but by name. */
function leftOut(result: ScanResult, width: number, colors: Colors): string[] {
  const lines = listLeft(result, width);
  return lines.length === 0 ? [] : [colors.dim(['  left out', ...lines].join('\n'))];
}

function listLeft({ coverage }: ScanResult, width: number): string[] {
  const gaps = coverage.left.filter(({ status }) => status !== 'not_applicable');
  const listed = gaps.slice(0, MAX_LEFT).flatMap(({ path, hunks, status, reason }) => {
    const [first = '', ...others] = wrap(`${oneLine(path)}: ${countOf(hunks, 'hunk')} ${status}, ${cutText(reason, 200)}`, width - 6);
    return [`    ${first}`, ...others.map((line) => `      ${line}`)];
  });
  return gaps.length > MAX_LEFT ? [...listed, `    … and ${gaps.length - MAX_LEFT} more; --format json lists all`] : listed;
}

/** Whose seat another model took, and why: what was reviewed, was reviewed by somebody else than was asked for. */
function stoodIn({ executions }: ScanResult, width: number, colors: Colors): string[] {
  const lines = listStandIns(executions).flatMap((standIn) => {
    const names = [standIn.model, standIn.standsInFor].map((id) => cutText(oneLine(id), 100));
    const [first = '', ...others] = wrap(`${names.join(' for ')}${describeStandIn(standIn, oneLine)}`, width - 6);
    return [`    ${first}`, ...others.map((line) => `      ${line}`)];
  });
  return lines.length === 0 ? [] : [colors.dim(['  stood in', ...lines].join('\n'))];
}

/** What went otherwise than was asked for, though the review is whole: a judge that failed, a budget that was spent. */
function remarks(result: ScanResult, width: number, colors: Colors): string[] {
  const sentences = [fallbackOf(result.consensus), doneWithoutOf(result)].filter((sentence) => sentence !== null);
  const lines = sentences.flatMap((sentence) => wrap(sentence, width - 2).map((line) => `  ${line}`));
  return lines.length === 0 ? [] : [colors.yellow(lines.join('\n'))];
}

const MARKS: Readonly<Record<ScanResult['conclusion'], (colors: Colors) => string>> = {
  passed: (colors) => colors.green('✔'),
  findings: (colors) => colors.yellow('!'),
  incomplete: (colors) => colors.red('✖'),
  error: (colors) => colors.red('✖'),
};

function closing(result: ScanResult, counting: readonly Finding[], width: number, colors: Colors): string {
  const found = counting.length === 0 ? 'no findings' : `${countOf(counting.length, 'finding')} (${listSeverities(counting)})`;
  const facts = [
    isComplete(result) ? found : `${found} so far`,
    ...suppressedFacts(result.findings),
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

const SUPPRESSED: Readonly<Record<SuppressedBy, string>> = {
  dismissed: 'dismissed',
  policy: 'suppressed by rule',
  'inline-ignore': 'ignored by a comment in the code',
  baseline: 'in the baseline',
  'min-severity': 'below min_severity',
  'min-confidence': 'below min_confidence',
  'outside-scope': 'outside the scope',
};

function suppressedFacts(findings: readonly Finding[]): string[] {
  return Object.entries(SUPPRESSED).flatMap(([by, words]) => {
    const count = findings.filter(({ suppressedBy }) => suppressedBy === by).length;
    return count === 0 ? [] : [`${count} ${words}`];
  });
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
