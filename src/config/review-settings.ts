import type { FailRule } from '#model/fail-rule.ts';
import type { ReviewConfig } from './read-config.ts';

/** What is not part of a scan: how its result is shown and judged. */
export interface ReviewSettings {
  readonly failRule: FailRule;
  readonly check: { readonly enabled: boolean; readonly name: string; readonly onIncomplete: 'fail' | 'action_required' };
  readonly sarif: { readonly enabled: 'auto' | boolean; readonly category: string };
  readonly maxComments: number;
  /** Whether comments offer replacements to commit. */
  readonly suggestions: boolean;
  readonly summary: boolean;
  /** Whether a review that makes the check fail requests changes. */
  readonly requestChanges: boolean;
}

export function reviewSettings({ values: { check, sarif, review, overrides } }: ReviewConfig): ReviewSettings {
  return {
    failRule: {
      severity: check.fail_on,
      paths: overrides.flatMap(({ paths, fail_on }) => (fail_on === undefined ? [] : [{ paths, severity: fail_on }])),
    },
    check: { enabled: check.enabled, name: check.name, onIncomplete: check.on_incomplete },
    sarif,
    maxComments: review.max_comments,
    suggestions: review.suggestions,
    summary: review.summary,
    requestChanges: review.request_changes,
  };
}
