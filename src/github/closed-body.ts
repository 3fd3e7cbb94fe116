import { cutCharacters } from './cut.ts';
import { CLOSED_MARKER, fingerprintMarker, withoutFingerprint } from './markers.ts';

/** A note is one paragraph. A comment has at most 60,000 characters when it is posted, GitHub takes 65,536. */
const MAX_NOTE = 2_000;

/** A comment whose finding is gone or dismissed: the note on top, what was said before folded below it. */
export function closedBody(body: string, note: string, fingerprint: string): string {
  return `${cutCharacters(note.trim(), MAX_NOTE)}

<details><summary>What was reported</summary>

${withoutFingerprint(body)}

</details>

${CLOSED_MARKER}
${fingerprintMarker(fingerprint)}`;
}
