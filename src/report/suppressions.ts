import type { SuppressedBy } from '#model/finding.ts';

/** Why findings do not count, behind a number: `2 in the baseline`. */
export const SUPPRESSED: Readonly<Record<SuppressedBy, string>> = {
  dismissed: 'dismissed',
  policy: 'by a rule of the repository',
  'inline-ignore': 'by a comment in the code',
  baseline: 'in the baseline',
  'min-severity': 'below the severity floor',
  'min-confidence': 'below the confidence floor',
  'outside-scope': 'outside the scope',
};

/** Reasons that people gave; those of floors and scopes say nothing more than the kind. */
export function isGivenReason(by: SuppressedBy): boolean {
  return by === 'dismissed' || by === 'policy' || by === 'inline-ignore';
}

/** Who dismissed a finding and why. The actor is null where the reason does not begin with one. */
export function readDismissal(reason: string | null): { readonly actor: string | null; readonly words: string } {
  const [, actor, words] = /^@([\w.[\]-]{1,100}): ([\s\S]*)$/.exec(reason ?? '') ?? [];
  return actor === undefined || words === undefined ? { actor: null, words: reason ?? '' } : { actor, words };
}
