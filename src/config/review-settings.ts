import type { Severity } from '#model/severity.ts';
import type { ReviewConfig } from './read-config.ts';

/** What is not part of a scan: how its result is shown and judged. */
export interface ReviewSettings {
  readonly failOn: Severity | 'none';
  readonly check: { readonly enabled: boolean; readonly name: string; readonly onIncomplete: 'fail' | 'action_required' };
  readonly sarif: { readonly enabled: 'auto' | boolean; readonly category: string };
  readonly maxComments: number;
  /** Whether comments offer replacements to commit. */
  readonly suggestions: boolean;
  readonly summary: boolean;
}

export function reviewSettings({ values: { check, sarif, review } }: ReviewConfig): ReviewSettings {
  return {
    failOn: check.fail_on,
    check: { enabled: check.enabled, name: check.name, onIncomplete: check.on_incomplete },
    sarif,
    maxComments: review.max_comments,
    suggestions: review.suggestions,
    summary: review.summary,
  };
}
