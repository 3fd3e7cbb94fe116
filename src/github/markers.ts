/** Hidden marks by which Aegis knows its own posts again. They mean something only on what `own-posts.ts` takes for ours. */
export const SUMMARY_MARKER = '<!-- aegis:summary -->';

const FINGERPRINT = /<!-- aegis:v1 fingerprint=([\w.:/-]+) -->\s*$/;

export function fingerprintMarker(fingerprint: string): string {
  return `<!-- aegis:v1 fingerprint=${fingerprint} -->`;
}

/** The fingerprint that a comment of ours ends with; null where it has none. Marks further up are quoted text. */
export function fingerprintIn(body: string): string | null {
  return FINGERPRINT.exec(body)?.[1] ?? null;
}

/** Stands before the fingerprint of a comment whose finding is gone or dismissed. */
export const CLOSED_MARKER = '<!-- aegis:closed -->';

const CLOSED = new RegExp(`${CLOSED_MARKER}\\s*${FINGERPRINT.source}`);

/** Whether a comment of ours says that its finding is gone or dismissed. */
export function isClosed(body: string): boolean {
  return CLOSED.test(body);
}

/** One review of one scan; a scan with many comments has several. */
export function reviewMarker(scanId: string, headSha: string, part: number): string {
  return `<!-- aegis:review scan=${scanId} head=${headSha} part=${part} -->`;
}

/** `body` ending in `marker`, which it may do already. */
export function withMarker(body: string, marker: string): string {
  return body.trimEnd().endsWith(marker) ? body : `${body.trimEnd()}\n\n${marker}`;
}

/** `body` without the fingerprint marker at its end. */
export function withoutFingerprint(body: string): string {
  return body.replace(FINGERPRINT, '').trimEnd();
}
