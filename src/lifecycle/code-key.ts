import { weaknessFamily } from '#consensus/cwe-tree.ts';
import { evidenceTokens } from '#consensus/fingerprint.ts';
import type { Finding } from '#model/finding.ts';
import type { ShownText } from './shown-text.ts';

/** The weakness and the code that it is about, wherever that stands. Equal for what differs in spacing and quotes alone. */
export function codeKey({ cwe, evidence }: Pick<Finding, 'cwe' | 'evidence'>): string {
  return JSON.stringify([weaknessFamily(cwe), evidenceTokens(evidence)]);
}

/** True where the same code is meant; code that is not remembered is not the same as anything. */
export function sameCode(a: Pick<Finding, 'evidence'>, b: Pick<Finding, 'evidence'>): boolean {
  const tokens = evidenceTokens(a.evidence);
  return tokens !== '' && tokens === evidenceTokens(b.evidence);
}

type Placed = Pick<Finding, 'path' | 'startLine' | 'endLine' | 'evidence'>;

/** Lines of a range that are looked through for the code. */
const MOST_LINES = 400;

/** The line of a finding's range that is the code it is about; null where none of those that are shown is. */
export function evidenceLine({ path, startLine, endLine, evidence }: Placed, textAt: ShownText): number | null {
  const tokens = evidenceTokens(evidence);
  for (let line = startLine; line <= Math.min(endLine, startLine + MOST_LINES); line += 1) {
    const text = textAt(path, line);
    if (text !== null && evidenceTokens(text) === tokens) return line;
  }
  return null;
}
