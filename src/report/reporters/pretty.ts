import picocolors from 'picocolors';
import { counts, type Finding } from '#model/finding.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { Reporter } from '#ports/reporter.ts';
import { cutText, defuseCommands, oneLine } from '#report/plain-text.ts';
import { type Colors, renderFindings } from '#report/terminal/findings.ts';
import { wrap } from '#report/terminal/wrap.ts';
import { countOf, durationOf, listSeverities } from '#report/wording.ts';

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
      closing(result, counting, colors),
    ];
    return `${blocks.join('\n\n')}\n`.split('\n').map(defuseCommands).join('\n');
  },
};

function heading({ change, models }: ScanResult, colors: Colors): string {
  const sides = [change.head, change.base].filter((side) => side !== null).map((side) => cutText(oneLine(side), 60));
  const names = [...new Set(models.map(({ id }) => oneLine(id)))].join(', ');
  const facts = [sides.join(' → '), `${countOf(change.files, 'file')}, ${countOf(change.hunks, 'hunk')}`, names];
  return `  ${colors.dim(facts.filter((fact) => fact !== '').join(' · '))}`;
}

const isComplete = ({ conclusion }: Pick<ScanResult, 'conclusion'>) => conclusion === 'passed' || conclusion === 'findings';

const MAX_LEFT = 20;

/** What was not reviewed, so that nobody takes silence for approval. Only of a scan that is not complete. */
function alarm(result: ScanResult, width: number, colors: Colors): string[] {
  if (isComplete(result)) return [];
  const name = result.conclusion === 'error' ? ' THE REVIEW COULD NOT RUN ' : ' THE REVIEW IS INCOMPLETE ';
  const gaps = result.coverage.left.filter(({ status }) => status !== 'not_applicable');
  const listed = gaps.slice(0, MAX_LEFT).flatMap(({ path, hunks, status, reason }) => {
    const [first = '', ...others] = wrap(`${oneLine(path)}: ${countOf(hunks, 'hunk')} ${status}, ${cutText(reason, 200)}`, width - 6);
    return [`    ${first}`, ...others.map((line) => `      ${line}`)];
  });
  const more = gaps.length > MAX_LEFT ? [`    … and ${gaps.length - MAX_LEFT} more; --format json lists all`] : [];
  const because = wrap(result.reason, width - 2).map((line) => `  ${line}`);
  return [[`  ${colors.inverse(colors.bold(colors.red(name)))}`, ...because, ...listed, ...more].join('\n')];
}

const MARKS: Readonly<Record<ScanResult['conclusion'], (colors: Colors) => string>> = {
  passed: (colors) => colors.green('✔'),
  findings: (colors) => colors.yellow('!'),
  incomplete: (colors) => colors.red('✖'),
  error: (colors) => colors.red('✖'),
};

function closing(result: ScanResult, counting: readonly Finding[], colors: Colors): string {
  const found = counting.length === 0 ? 'no findings' : `${countOf(counting.length, 'finding')} (${listSeverities(counting)})`;
  const suppressed = result.findings.length - counting.length;
  const facts = [
    isComplete(result) ? found : `${found} so far`,
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
    coverageFact(result),
    costFact(result.models),
    durationOf(result.timing.totalMs),
  ];
  return `  ${MARKS[result.conclusion](colors)} ${facts.join(' · ')}`;
}

/** `27 hunks reviewed, 2 skipped`; against the sum where something is missing: `19 of 31 hunks reviewed, 11 partly`. */
function coverageFact(result: ScanResult): string {
  const { hunks, reviewed, partial, uncovered, skipped, notApplicable } = result.coverage;
  if (hunks === 0) return 'the change is empty';
  const rest = [
    [partial, 'partly'],
    [uncovered, 'that no model covers'],
    [skipped, 'skipped'],
    [notApplicable, 'with nothing to review'],
  ] as const;
  const total = isComplete(result) ? countOf(reviewed, 'hunk') : `${reviewed} of ${countOf(hunks, 'hunk')}`;
  return [`${total} reviewed`, ...rest.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)].join(', ');
}

function costFact(models: ScanResult['models']): string {
  if (models.some(({ costUsd }) => costUsd === null)) return 'cost unknown';
  return `$${models.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0).toFixed(2)}`;
}
