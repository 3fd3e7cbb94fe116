import type { AegisError } from '#model/errors.ts';
import { codeSpan, escapeInline } from '../markdown/escape.ts';
import { cutText } from '../plain-text.ts';
import { type NamedFinding, nameFinding } from './name-finding.ts';

export function refuseStranger(): string {
  return 'Commands need write access to this repository. Nothing was done.';
}

/** `line`: what is to be written instead, whole. */
export function refuseWithoutReason(finding: NamedFinding, line: string): string {
  return `A dismissal needs a reason, for whoever meets ${nameFinding(finding)} next. Nothing was changed. Write: ${codeSpan(line)}`;
}

/** No finding was named, or `word`, which names none. Untrusted. `near`: those that may be meant. */
export function refuseUnknown(word: string, near: readonly NamedFinding[], example: string): string {
  const opening = word === '' ? 'Which finding?' : `No finding of this pull request is called “${escapeInline(cutText(word, 60))}”.`;
  if (near.length === 0) return `${opening} Nothing was changed.`;
  return `${opening} Nothing was changed. Perhaps one of these, as in ${codeSpan(example)}:\n\n${list(near)}`;
}

export function refuseAmbiguous(word: string, meant: readonly NamedFinding[]): string {
  return `“${escapeInline(cutText(word, 60))}” is the beginning of several names. Nothing was changed. Write one of them in full:\n\n${list(meant)}`;
}

/** A command broke off. */
export function tellBroken({ message, hint }: Pick<AegisError, 'message' | 'hint'>): string {
  return `This could not be done: ${escapeInline(cutText(message, 300))}. ${escapeInline(hint)}`;
}

function list(findings: readonly NamedFinding[]): string {
  return findings.map((finding) => `- ${nameFinding(finding)}`).join('\n');
}
