import type { Finding } from '#model/finding.ts';
import { codeSpan, escapeInline } from '../markdown/escape.ts';
import { cutText } from '../plain-text.ts';
import { placeOf } from '../wording.ts';

export type NamedFinding = Pick<Finding, 'id' | 'title' | 'path' | 'startLine' | 'endLine'>;

/** A finding in a sentence: `k3v9qd` (SQL injection, `src/app.js:42`). */
export function nameFinding(finding: NamedFinding): string {
  return `${codeSpan(finding.id)} (${escapeInline(cutText(finding.title, 120))}, ${codeSpan(placeOf(finding))})`;
}
