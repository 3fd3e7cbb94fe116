import type { ScanResult } from '#model/scan-result.ts';
import { toJsonText } from '../json-text.ts';
import { cutText, showControls } from '../plain-text.ts';
import { countOf } from '../wording.ts';
import { listAbsent } from './absent.ts';
import { escapeLinks } from './escape-links.ts';
import { listResults } from './results.ts';
import { listRules } from './rules.ts';

/** More results in one run are refused as a whole: https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning#limits */
const MAX_RESULTS = 25_000;

/** Where a reader of a SARIF file learns about Aegis: the address in `app.yml`. */
const INFORMATION = 'https://github.com/apps/aegis-review';

export interface SarifOptions {
  readonly category: string;
  readonly version: string;
  /** Whether findings of the scan before that are fixed are results, too (`baselineState: absent`). */
  readonly withAbsent?: boolean;
}

/**
 * A scan result as SARIF 2.1.0, as JSON text. Suppressed findings are results with `suppressions`;
 * where an earlier scan is known, every result has its `baselineState`. A scan that did
 * not fully run says so: `executionSuccessful` is false, with a notification for every gap.
 */
export function renderSarif(result: ScanResult, options: SarifOptions): string {
  const findings = result.findings.slice(0, MAX_RESULTS);
  const absent = options.withAbsent ? (result.since?.fixed ?? []).slice(0, MAX_RESULTS - findings.length) : [];
  const rules = listRules([...findings, ...absent]);
  const ruleIds = rules.map(({ id }) => id);
  const complete = result.conclusion === 'passed' || result.conclusion === 'findings';
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Aegis',
            organization: 'Aegis',
            semanticVersion: options.version,
            version: options.version,
            informationUri: INFORMATION,
            rules,
          },
        },
        automationDetails: { id: categoryId(options.category) },
        invocations: [{ executionSuccessful: complete, toolExecutionNotifications: notifications(result, complete) }],
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
        columnKind: 'utf16CodeUnits',
        results: [...listResults(findings, ruleIds, result.since !== undefined), ...listAbsent(absent, ruleIds)],
        properties: { conclusion: result.conclusion, reason: showControls(result.reason), strategy: result.consensus.strategy },
      },
    ],
  };
  return toJsonText(log);
}

/**
 * GitHub takes what stands before the last `/` for the category; without one there is none.
 * https://docs.github.com/code-security/reference/code-scanning/sarif-support-for-code-scanning#runautomationdetails-object
 */
function categoryId(category: string): string {
  return category.endsWith('/') ? category : `${category}/`;
}

const MAX_NOTIFICATIONS = 100;

function notifications({ reason, coverage, findings }: ScanResult, complete: boolean) {
  const warn = (level: 'error' | 'warning' | 'note', text: string) => ({
    level,
    message: { text: cutText(escapeLinks(showControls(text)), 1000) },
  });
  const gaps = coverage.left
    .filter(({ status }) => status !== 'not_applicable')
    .slice(0, MAX_NOTIFICATIONS)
    .map(({ path, hunks, status, reason: why }) =>
      warn(status === 'skipped' ? 'note' : 'warning', `${path}: ${countOf(hunks, 'hunk')} ${status}: ${why}.`),
    );
  const cut =
    findings.length > MAX_RESULTS
      ? [warn('warning', `${findings.length - MAX_RESULTS} milder findings are left out: GitHub takes ${MAX_RESULTS}.`)]
      : [];
  return [...(complete ? [] : [warn('error', reason)]), ...cut, ...gaps];
}
