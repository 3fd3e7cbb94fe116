import { groupBy } from '#lib/group-by.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { cutText, oneLine } from '../plain-text.ts';
import { countOf } from '../wording.ts';
import type { Colors } from './findings.ts';
import { wrap } from './wrap.ts';

/** What was not reviewed, so that nobody takes silence for approval: loudly where the scan is not complete. */
export function renderGaps(result: ScanResult, width: number, colors: Colors): string[] {
  const { conclusion, reason, coverage } = result;
  if (conclusion === 'passed' || conclusion === 'findings') return leftOut(result, width, colors);
  const name = conclusion === 'error' ? ' THE REVIEW COULD NOT RUN ' : ' THE REVIEW IS INCOMPLETE ';
  const because = wrap(reason, width - 2).map((line) => `  ${line}`);
  const mend = coverage.uncovered > 0 ? wrap(UNCOVERED_HINT, width - 2).map((line) => `  ${line}`) : [];
  return [[`  ${colors.inverse(colors.bold(colors.red(name)))}`, ...because, ...listLeft(result, width), ...mend].join('\n')];
}

const UNCOVERED_HINT = 'Mend it: add a model that covers it (--models, or models in .aegis.yml), or accept it with review.uncovered: note.';

/** Files that a complete scan left out on purpose, quietly but by name. */
function leftOut(result: ScanResult, width: number, colors: Colors): string[] {
  const lines = listLeft(result, width);
  return lines.length === 0 ? [] : [colors.dim(['  left out', ...lines].join('\n'))];
}

const MOST_REASONS = 10;
const MOST_FILES = 5;

/** One entry for each reason, with the files that it is true of; a reason that was just told is not told again. */
function listLeft({ coverage, reason: told, conclusion }: ScanResult, width: number): string[] {
  const gaps = coverage.left.filter(({ status }) => status !== 'not_applicable');
  const groups = [...groupBy(gaps, ({ status, reason }) => JSON.stringify([status, reason])).values()];
  const toldAbove = conclusion === 'incomplete' || conclusion === 'error' ? told : '';
  const listed = groups.slice(0, MOST_REASONS).flatMap((rows) => {
    const [first] = rows;
    if (first === undefined) return [];
    const hunks = countOf(
      rows.reduce((sum, row) => sum + row.hunks, 0),
      'hunk',
    );
    const why = first.reason === '' || toldAbove.includes(first.reason) ? '' : ` (${cutText(first.reason, 200)})`;
    const [head = '', ...others] = wrap(`${hunks} ${first.status}${why}: ${nameFiles(rows)}`, width - 6);
    return [`    ${head}`, ...others.map((line) => `      ${line}`)];
  });
  return groups.length > MOST_REASONS
    ? [...listed, `    … and ${groups.length - MOST_REASONS} more reasons; --format json lists all`]
    : listed;
}

function nameFiles(rows: readonly { readonly path: string; readonly hunks: number }[]): string {
  const named = rows
    .slice(0, MOST_FILES)
    .map(({ path, hunks }) => `${oneLine(path)}${rows.length > 1 && hunks > 1 ? ` (${hunks})` : ''}`)
    .join(', ');
  return rows.length > MOST_FILES ? `${named} and ${rows.length - MOST_FILES} more files` : named;
}
