import { counts } from '#model/finding.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { isAtLeast, type Severity } from '#model/severity.ts';

/**
 * The exit code of a review: 1 when a finding that counts is at or above `failOn`, else 3 when the scan is
 * incomplete or failed, else 0. Usage and configuration faults are 2 and never reach a result.
 */
export function exitCodeOf(result: Pick<ScanResult, 'findings' | 'conclusion'>, failOn: Severity | 'none'): 0 | 1 | 3 {
  if (failOn !== 'none' && result.findings.some((finding) => counts(finding) && isAtLeast(finding.severity, failOn))) return 1;
  return result.conclusion === 'incomplete' || result.conclusion === 'error' ? 3 : 0;
}
