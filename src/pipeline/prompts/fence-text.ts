import { createHmac } from 'node:crypto';
import { makeVisible } from '#lib/make-visible.ts';

/** Characters of the marker: 128 bits, which nobody guesses. */
const MARKER_LENGTH = 32;

/**
 * The one door through which untrusted text enters a prompt: between two lines with a marker that its author cannot
 * know, an HMAC-SHA256 of the text under the installation's secret. The same text has the same marker, so that caches
 * of answers hold. Hidden characters are written out; line breaks stay, and with them every line's number.
 */
export function fenceText(text: string, secret: string): string {
  const visible = text.split('\n').map(makeVisible).join('\n');
  const marker = chooseMarker(visible, secret);
  return `<<<UNTRUSTED ${marker}\n${visible}\nUNTRUSTED ${marker}>>>`;
}

function chooseMarker(text: string, secret: string): string {
  for (let attempt = 0; ; attempt += 1) {
    const marker = createHmac('sha256', secret).update(`${attempt}\n${text}`).digest('hex').slice(0, MARKER_LENGTH);
    if (!text.includes(marker)) return marker;
  }
}
