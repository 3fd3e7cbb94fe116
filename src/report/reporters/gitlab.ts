import { createHash } from 'node:crypto';
import { cweUrl } from '#lib/cwe.ts';
import { counts, type Finding } from '#model/finding.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { Severity } from '#model/severity.ts';
import type { Reporter, ReportOptions } from '#ports/reporter.ts';
import { toJsonText } from '#report/json-text.ts';
import { escapeBlock } from '#report/markdown/escape.ts';
import { cutText, oneLine, showControls } from '#report/plain-text.ts';
import { agreementOf, confidenceOf, countOf } from '#report/wording.ts';

/** Taken by every GitLab since 16.4. https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v15.0.7/dist/sast-report-format.json */
const SCHEMA_VERSION = '15.0.7';
const SCHEMA = `https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v${SCHEMA_VERSION}/dist/sast-report-format.json`;

/** The same schema: `name` takes 255 characters, `description` 1,048,576, `solution` 7,000. Escapes make a text longer. */
const MOST_NAME = 255;
const MOST_WORDS = 20_000;
const MOST_SOLUTION = 7_000;

const SEVERITY: Readonly<Record<Severity, string>> = { critical: 'Critical', high: 'High', medium: 'Medium', low: 'Low', info: 'Info' };

/**
 * The report that GitLab's security dashboard takes from a job (`artifacts: reports: sast`). A scan that did not fully run
 * has `status: failure` and a message for every gap. Findings that do not count are left out: GitLab has its own way to
 * dismiss, and would show them as open.
 */
export const gitlab: Reporter = {
  id: 'gitlab',
  summary: 'SAST report of GitLab, for merge requests and the security dashboard.',
  render: (result, options) =>
    toJsonText({
      version: SCHEMA_VERSION,
      schema: SCHEMA,
      scan: describeScan(result, options),
      vulnerabilities: result.findings.filter(counts).map(describeVulnerability),
    }),
};

function describeScan(result: ScanResult, { version, began, ended }: ReportOptions) {
  const tool = { id: 'aegis', name: 'Aegis', version, vendor: { name: 'Aegis' } };
  const complete = result.conclusion === 'passed' || result.conclusion === 'findings';
  return {
    analyzer: tool,
    scanner: tool,
    type: 'sast',
    start_time: began,
    end_time: ended,
    status: complete ? 'success' : 'failure',
    messages: listMessages(result, complete),
  };
}

const MOST_MESSAGES = 100;

function listMessages({ conclusion, reason, coverage }: ScanResult, complete: boolean) {
  const say = (level: 'info' | 'warn' | 'fatal', text: string) => ({ level, value: cutText(oneLine(text), 1000) });
  const gaps = coverage.left.filter(({ status }) => status !== 'not_applicable');
  return [
    say(complete ? 'info' : conclusion === 'error' ? 'fatal' : 'warn', reason === '' ? conclusion : reason),
    ...gaps
      .slice(0, MOST_MESSAGES)
      .map(({ path, hunks, status, reason: why }) =>
        say(status === 'skipped' ? 'info' : 'warn', `${path}: ${countOf(hunks, 'hunk')} ${status}: ${why}`),
      ),
    ...(gaps.length > MOST_MESSAGES ? [say('warn', `${gaps.length - MOST_MESSAGES} more files were not fully reviewed`)] : []),
  ];
}

function describeVulnerability(finding: Finding) {
  const { fingerprint, title, severity, path, startLine, endLine, fix, cwe } = finding;
  const facts = `${agreementOf(finding)}, confidence ${confidenceOf(finding.confidence)}`;
  return {
    id: uuidOf(fingerprint),
    name: cutText(oneLine(title), MOST_NAME) || 'Security weakness',
    // GitLab renders it as Markdown.
    description: `${escapeBlock(cutText(finding.explanation ?? finding.message, MOST_WORDS))}\n\n${facts}.`.trim(),
    severity: SEVERITY[severity],
    ...(fix !== null && fix.trim() !== '' && { solution: cutText(escapeBlock(cutText(fix, MOST_SOLUTION / 2)), MOST_SOLUTION) }),
    location: { file: showControls(path), start_line: startLine, end_line: endLine },
    identifiers: [
      cwe === null
        ? { type: 'aegis', name: 'Aegis: weakness without a CWE', value: 'unclassified' }
        : { type: 'cwe', name: cwe, value: cwe.replace('CWE-', ''), url: cweUrl(cwe) },
    ],
  };
}

/** The same finding has the same id in every report: a UUID of version 8. https://www.rfc-editor.org/rfc/rfc9562#section-5.8 */
function uuidOf(fingerprint: string): string {
  const hex = createHash('sha256').update(`gitlab:${fingerprint}`).digest('hex');
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20, 32)].join('-');
}
