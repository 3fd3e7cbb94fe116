import type { Publication } from '#model/publication.ts';
import { escapeInline } from './markdown/escape.ts';

/** What is shown of a head that nobody looks at, because a person paused the reviews: never anything that passes. */
export function describePaused({
  scanId,
  checkName,
  by,
}: {
  readonly scanId: string;
  readonly checkName: string;
  readonly by: string;
}): Publication {
  return {
    scanId,
    check: {
      name: checkName,
      conclusion: 'action_required',
      title: 'Reviews are paused: this commit was not reviewed',
      summary: `${escapeInline(by)} paused the reviews of this pull request. Press **Resume**, or write \`/aegis resume\`, to have this commit reviewed.`,
      annotations: [],
      buttons: [{ label: 'Resume', description: 'Resume the reviews of this pull request', identifier: 'resume' }],
    },
    review: null,
    summary: null,
    sarif: null,
    closed: [],
    blocks: true,
  };
}
