import type { FailRule } from '#model/fail-rule.ts';
import type { CheckConclusion } from '#model/publication.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { splitFindings } from './wording.ts';

/**
 * `success`, `neutral` and `skipped` satisfy a required check, so a review that did not fully run is never one of
 * them. https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks
 */
export function concludeCheck(result: ScanResult, rule: FailRule, onIncomplete: 'fail' | 'action_required'): CheckConclusion {
  if (splitFindings(result.findings, rule).blocking.length > 0) return 'failure';
  switch (result.conclusion) {
    case 'error':
      return 'action_required';
    case 'incomplete':
      return onIncomplete === 'fail' ? 'failure' : 'action_required';
    case 'findings':
      return 'neutral';
    case 'passed':
      return 'success';
  }
}
