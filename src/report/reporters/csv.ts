import type { Finding } from '#model/finding.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { Reporter } from '#ports/reporter.ts';
import { cutText, oneLine } from '#report/plain-text.ts';
import { votesOf } from '#report/wording.ts';

const COLUMNS = [
  ...['kind', 'id', 'severity', 'cwe', 'title', 'path', 'start_line', 'end_line', 'confidence', 'votes', 'models', 'state'],
  ...['suppressed_by', 'suppressed_reason', 'message', 'fix', 'fingerprint'],
];

/**
 * A table for spreadsheets: RFC 4180, a header, one row of the kind `finding` for each finding, those that do not count
 * with the reason in `suppressed_by`. A scan that did not fully run begins with a row of the kind `error` or `incomplete`, or its
 * empty table would look like approval.
 */
export const csv: Reporter = {
  id: 'csv',
  summary: 'One row a finding, for spreadsheets.',
  render: (result) =>
    [COLUMNS, ...gapRow(result), ...result.findings.map((finding) => findingRow(finding, result.since !== undefined))]
      .map((row) => `${row.map(toCell).join(',')}\r\n`)
      .join(''),
};

function gapRow({ conclusion, reason }: ScanResult): string[][] {
  if (conclusion === 'passed' || conclusion === 'findings') return [];
  const title = conclusion === 'error' ? 'The review could not run' : 'The review is incomplete';
  const cells: Readonly<Record<string, string>> = { kind: conclusion, title, message: reason };
  return [COLUMNS.map((column) => cells[column] ?? '')];
}

/** Whether a finding is new is known only where an earlier scan is. */
function findingRow(finding: Finding, withStates: boolean): string[] {
  const { id, severity, cwe, title, path, startLine, endLine, confidence, models, state, suppressedBy, suppressedReason } = finding;
  const message = finding.explanation ?? finding.message;
  return [
    ...['finding', id, severity, cwe ?? '', title, path, String(startLine), String(endLine), confidence === null ? '' : String(confidence)],
    ...[votesOf(finding), [...new Set(models.map((model) => model.id))].join(' '), withStates ? state : ''],
    ...[suppressedBy ?? '', suppressedReason ?? '', message, finding.fix ?? '', finding.fingerprint],
  ];
}

/** More is cut off by spreadsheets. https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3 */
const MOST_SIGNS = 32_000;

/** Signs that make a cell a formula, full-width forms among them. https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
/** The same behind a semicolon, at which spreadsheets of half the world cut a row, quoted or not. */
const FORMULA_WITHIN = /(;\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/** One line, so that no row of a log begins with a stranger's words; an apostrophe keeps a formula from being one. */
function toCell(text: string): string {
  const line = cutText(oneLine(text), MOST_SIGNS).replaceAll('##[', '## [').replace(FORMULA_WITHIN, "$1'");
  const safe = FORMULA.test(text) || FORMULA.test(line) ? `'${line}` : line;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
