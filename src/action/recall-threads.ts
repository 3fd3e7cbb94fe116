import { type History, type KnownFinding, type Memory, NO_MEMORY } from '#model/lifecycle.ts';
import { SEVERITIES } from '#model/severity.ts';
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

/** Heading, name and link of our own comments. Words that were escaped for Markdown are not taken back. */
const HEADING = /^### \S+ ([\w ,.:/()'-]{1,200}) · (critical|high|medium|low|info)$/m;
const NAME = /^finding `([0-9a-z]{6,60})`/m;
const WEAKNESS = /^\[(CWE-\d{1,5})\]/m;

function knownOf({ fingerprint, body, path, code, line, closed }: FindingThread): KnownFinding {
  const [, title, severity] = HEADING.exec(body) ?? [];
  return {
    ...{ id: NAME.exec(body)?.[1] ?? fingerprint.slice(0, 8), fingerprint, cwe: WEAKNESS.exec(body)?.[1] ?? null },
    title: title ?? 'a finding of an earlier review',
    severity: SEVERITIES.find((one) => one === severity) ?? 'info',
    ...{ path, startLine: line ?? 1, endLine: line ?? 1, evidence: code },
    state: closed ? 'fixed' : 'open',
  };
}
