import type { Dismissal } from '#model/lifecycle.ts';
import { codeSpan, escapeInline } from '../markdown/escape.ts';
import { cutText } from '../plain-text.ts';
import { type NamedFinding, nameFinding } from './name-finding.ts';

/** What became of the review that a command asked for. `by`: who paused it. Untrusted. */
export type ReviewAsked =
  | { readonly kind: 'requested'; readonly headSha: string }
  | { readonly kind: 'closed' }
  | { readonly kind: 'paused'; readonly by: string };

/** What a person reads of a reason: the whole of it is kept. */
const REASON_SHOWN = 500;

/** A finding was dismissed. The reason is a person's. Untrusted. */
export function describeDismissed(
  finding: NamedFinding,
  { reason, scope }: Pick<Dismissal, 'reason' | 'scope'>,
  asked: ReviewAsked,
): string {
  const where = scope === 'repository' ? 'all pull requests of this repository' : 'this pull request';
  return [
    `Dismissed ${nameFinding(finding)} for ${where}: “${escapeInline(cutText(reason, REASON_SHOWN))}”.`,
    `It stays so while its code is as it is. ${follow(asked)} ${codeSpan(`/aegis reopen ${finding.id}`)} takes it back.`,
  ].join(' ');
}

export function describeReopened(finding: NamedFinding, asked: ReviewAsked): string {
  return `${nameFinding(finding)} is open again. ${follow(asked)}`;
}

export function describeNotDismissed(finding: NamedFinding): string {
  return `Nobody dismissed ${nameFinding(finding)} by a command. Nothing was changed.`;
}

/** The answer to `review`. */
export function describeReview(asked: ReviewAsked): string {
  if (asked.kind === 'requested') return `Reviewing ${codeSpan(asked.headSha.slice(0, 7))} again: the check run shows how far it is.`;
  return `${capital(reasonNot(asked))}. Nothing was done.`;
}

export function describePause(): string {
  return `Reviews of this pull request are paused: newer commits are not reviewed, and their check asks for action. ${codeSpan('/aegis resume')} goes on.`;
}

export function describeResume(asked: ReviewAsked): string {
  return `Reviews of this pull request go on. ${asked.kind === 'requested' ? describeReview(asked) : `${capital(reasonNot(asked))}.`}`;
}

export function describeNotPaused(): string {
  return `Reviews of this pull request are not paused. Nothing was changed; ${codeSpan('/aegis review')} asks for another one.`;
}

/** How check, summary and thread hear of a decision. */
function follow(asked: ReviewAsked): string {
  if (asked.kind === 'requested') return 'Check run, summary and thread follow; no model is asked about code that is as it was.';
  return `Check run and summary stay as they are: ${reasonNot(asked)}.`;
}

function reasonNot(asked: Exclude<ReviewAsked, { kind: 'requested' }>): string {
  if (asked.kind === 'closed') return 'the pull request is closed';
  return `reviews are paused by ${escapeInline(cutText(asked.by, 100))}, and ${codeSpan('/aegis resume')} goes on`;
}

function capital(clause: string): string {
  return clause.charAt(0).toUpperCase() + clause.slice(1);
}
