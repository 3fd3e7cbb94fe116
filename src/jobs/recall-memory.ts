import { type Memory, NO_MEMORY } from '#model/lifecycle.ts';
import type { ClaimedScan, Store } from '#ports/store.ts';

/**
 * What a review knows of its pull request beyond the change: the scan before, and what people dismissed. A comment that
 * the change itself adds is not obeyed: its author asks for the review of their own code.
 */
export async function recallMemory(claimed: ClaimedScan, store: Pick<Store, 'history' | 'dismissals'>): Promise<Memory> {
  // A merge group has no scan before it; what was dismissed for all of the repository holds for it, too.
  if (claimed.number === 0) return { ...NO_MEMORY, dismissals: await store.dismissals(claimed), ignores: 'base' };
  const [history, dismissals] = await Promise.all([store.history(claimed.scanId), store.dismissals(claimed)]);
  return { history, dismissals, baseline: [], ignores: 'base' };
}
