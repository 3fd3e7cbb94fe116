import { codeSpan } from '../markdown/escape.ts';
import { type NamedFinding, nameFinding } from './name-finding.ts';

/** Asked once in a thread that a person resolved while its finding is still there. */
export function askForReason(finding: NamedFinding): string {
  return [
    `This thread was resolved, and ${nameFinding(finding)} is still in the change: it still counts in the check.`,
    `If it is no weakness, say why, here or in the conversation: ${codeSpan(`/aegis dismiss ${finding.id} your reason`)}. If it is one, it goes with the commit that mends it.`,
  ].join(' ');
}
