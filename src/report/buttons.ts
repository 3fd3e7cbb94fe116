import type { CheckButton } from '#model/publication.ts';

/** https://docs.github.com/rest/checks/runs: a label has 20 characters at most, a description 40, an identifier 20. */
export const REVIEW_AGAIN: CheckButton = {
  label: 'Review again',
  description: 'Review this commit from the beginning',
  identifier: 'review',
};
export const PAUSE: CheckButton = { label: 'Pause', description: 'Leave newer commits unreviewed', identifier: 'pause' };
export const RESUME: CheckButton = { label: 'Resume', description: 'Review this commit and newer ones', identifier: 'resume' };
