import { type History, type KnownFinding, type Memory, NO_MEMORY } from '#model/lifecycle.ts';
import type { FindingThread } from '#ports/code-host.ts';

/**
 * What is remembered of a pull request without a database: its own comments tell which findings there were. Nothing is
 * carried over, so every hunk is looked at again; answers that are cached cost nothing.
 */
export function recallThreads(threads: readonly FindingThread[]): Memory {
  const history: History | null =
    threads.length === 0 ? null : { headSha: null, known: [...byFingerprint(threads).values()], carry: null, change: null };
  return { ...NO_MEMORY, history, ignores: 'base' };
}

/** Where a finding has more than one thread, the open one tells how it stands. */
function byFingerprint(threads: readonly FindingThread[]): Map<string, KnownFinding> {
  const known = new Map<string, KnownFinding>();
  for (const thread of threads) {
    const before = known.get(thread.fingerprint);
    if (before === undefined || before.state === 'fixed') known.set(thread.fingerprint, knownOf(thread));
  }
  return known;
}

function knownOf({ fingerprint, path, line, closed }: FindingThread): KnownFinding {
  return {
    id: fingerprint.slice(0, 8),
    fingerprint,
    cwe: null,
    // The comment is not read for more than its mark.
    title: 'a finding of an earlier review',
    severity: 'info',
    path,
    startLine: line ?? 1,
    endLine: line ?? 1,
    evidence: '',
    state: closed ? 'fixed' : 'open',
  };
}
