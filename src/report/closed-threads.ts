import type { Finding } from '#model/finding.ts';
import type { GoneFinding } from '#model/lifecycle.ts';
import type { ClosedThread } from '#model/publication.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { codeSpan, escapeInline } from './markdown/escape.ts';
import { cutText } from './plain-text.ts';
import { readDismissal } from './suppressions.ts';

/**
 * Threads of earlier scans that are to be closed: of what is fixed, and of what a person dismissed. Where a finding never had
 * a thread, there is none to close. `headSha`: the commit in which it is fixed.
 */
export function listClosed(
  { since, findings, ledger }: Pick<ScanResult, 'since' | 'findings' | 'ledger'>,
  headSha: string,
): ClosedThread[] {
  const paths = new Set(ledger.map(({ path }) => path));
  const fixed = (since?.fixed ?? []).map((gone) => closeFixed(gone, headSha, !paths.has(gone.path)));
  return [...fixed, ...findings.filter(({ suppressedBy }) => suppressedBy === 'dismissed').map(closeDismissed)];
}

function closeFixed({ fingerprint, because }: GoneFinding, headSha: string, removed: boolean): ClosedThread {
  const why = because === '' ? '' : `: ${escapeInline(cutText(because, 300)).replace(/[.]$/, '')}`;
  return { fingerprint, because: 'fixed', removed, note: `Fixed in ${codeSpan(headSha.slice(0, 7))}${why}.` };
}

function closeDismissed({ fingerprint, suppressedReason }: Finding): ClosedThread {
  const { actor, words } = readDismissal(suppressedReason);
  const who = actor === null ? '' : ` by ${escapeInline(`@${actor}`)}`;
  const why = words.trim() === '' ? '.' : `: ${escapeInline(cutText(words, 500))}`;
  return { fingerprint, because: 'dismissed', removed: false, note: `Dismissed${who}${why}` };
}
