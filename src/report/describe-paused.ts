import type { Publication } from '#model/publication.ts';
import { RESUME } from './buttons.ts';
import { codeSpan, escapeInline } from './markdown/escape.ts';
import { cutText } from './plain-text.ts';

/**
 * What is shown of a commit that nobody looks at, because a person paused the reviews: a check that asks for action,
 * since what was not reviewed must not look as if it had passed. `by`: the person's login. Untrusted.
 */
export function describePaused({ scanId, checkName, by }: PausedScan): Publication {
  const who = escapeInline(cutText(by, 100));
  return {
    scanId,
    check: {
      name: checkName,
      conclusion: 'action_required',
      title: 'Paused: this commit was not reviewed',
      summary: `Reviews of this pull request are paused by ${who}. This commit was **not reviewed**.\n\n**Mend it:** press **${RESUME.label}**, or write ${codeSpan('/aegis resume')} on the pull request.`,
      annotations: [],
      buttons: [RESUME],
    },
    review: null,
    summary: null,
    sarif: null,
    closed: [],
    blocks: true,
  };
}

interface PausedScan {
  readonly scanId: string;
  readonly checkName: string;
  readonly by: string;
}
