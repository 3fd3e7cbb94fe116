import type { LineMap } from '#lifecycle/follow-lines.ts';
import { pathsInDoubt } from '#lifecycle/judge-gone.ts';
import { listGone, settleGone } from '#lifecycle/settle-findings.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { LedgerEntry } from '#model/coverage.ts';
import type { Finding } from '#model/finding.ts';
import type { Since } from '#model/lifecycle.ts';
import type { ScanContext } from '../context.ts';
import { readTexts } from './remember.ts';

interface SinceInput {
  readonly change: ChangeSet;
  readonly ledger: readonly LedgerEntry[];
  readonly lines: LineMap;
  readonly findings: readonly Finding[];
}

/**
 * What became of the findings of the scan before; null where there was none. Files that the hunks say nothing of any more
 * are read from the new head.
 */
export async function tellSince(
  input: SinceInput,
  { memory, reader, signal }: Pick<ScanContext, 'memory' | 'reader' | 'signal'>,
): Promise<Since | null> {
  const { history } = memory;
  if (history === null) return null;
  const gone = listGone(history.known, input.findings);
  const texts = await readTexts(pathsInDoubt(gone, input), { reader, signal });
  return settleGone(gone, { ...input, texts, history });
}
