import type { FailRule } from '#model/fail-rule.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { createBlocker } from './fail-rule.ts';

/**
 * The exit code of a review: 1 when a finding blocks the change, else 3 when the scan is incomplete or failed, else 0.
 * Usage and configuration faults are 2 and never reach a result.
 */
export function exitCodeOf({ findings, conclusion }: Pick<ScanResult, 'findings' | 'conclusion'>, rule: FailRule): 0 | 1 | 3 {
  if (findings.some(createBlocker(rule))) return 1;
  return conclusion === 'incomplete' || conclusion === 'error' ? 3 : 0;
}
