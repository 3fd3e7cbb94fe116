import { weaknessFamily } from '#consensus/cwe-tree.ts';
import { evidenceTokens } from '#consensus/fingerprint.ts';
import type { Finding } from '#model/finding.ts';
import { MASK } from '#privacy/mask-mark.ts';
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

/** Signs by which quotes decide what the code does: variables in a string, and commands between backticks. */
const TELLING = /[$`]|#[{@]/;

/** The same code, its quotes included where they may decide whether a string is taken as it stands or filled in. */
export function sameMeaning(a: Pick<Finding, 'evidence'>, b: Pick<Finding, 'evidence'>): boolean {
  if (!sameCode(a, b)) return false;
  return !(TELLING.test(a.evidence) || TELLING.test(b.evidence)) || quotesOf(a.evidence) === quotesOf(b.evidence);
}

function quotesOf(line: string): string {
  return (line.match(/\\?["'`]/g) ?? []).join(' ');
}

/** True for code that is remembered without its secret: it looks the same whatever the secret is. */
export function isMasked({ evidence }: Pick<Finding, 'evidence'>): boolean {
  return evidence.includes(MASK);
}

/** A test for lines that are this code; a mask in it stands for whatever secret is there. None is where no code is remembered. */
export function testCode(finding: Pick<Finding, 'evidence'>): (text: string) => boolean {
  const { evidence } = finding;
  if (!isMasked(finding)) {
    const tokens = evidenceTokens(evidence);
    return (text) => tokens !== '' && evidenceTokens(text) === tokens;
  }
  const [first = '', ...parts] = evidence.split(MASK);
  const last = parts.pop() ?? '';
  return (text) => {
    const line = text.trim();
    let at = first.length;
    for (const part of parts) {
      const next = line.indexOf(part, at);
      if (next < 0) return false;
      at = next + part.length;
    }
    return line.startsWith(first) && line.endsWith(last) && line.length - last.length >= at;
  };
}

type Placed = Pick<Finding, 'path' | 'startLine' | 'endLine' | 'evidence'>;

/** Lines of a range that are looked through for the code. */
const MOST_LINES = 400;

/** The line of a finding's range that is the code it is about; null where none of those that are shown is. */
export function evidenceLine(finding: Placed, textAt: ShownText): number | null {
  const { path, startLine, endLine } = finding;
  const isIt = testCode(finding);
  for (let line = startLine; line <= Math.min(endLine, startLine + MOST_LINES); line += 1) {
    const text = textAt(path, line);
    if (text !== null && isIt(text)) return line;
  }
  return null;
}
