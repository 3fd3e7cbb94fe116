import { groupBy } from '#lib/group-by.ts';
import type { Verdict } from '#model/verdict.ts';
import { compareText } from './claim-order.ts';

/**
 * One verdict for each of these cases that was decided, by the case's id: of several the most confident, which is
 * `uncertain` where they disagree. The same in whatever order they were given.
 */
export function settleVerdicts<V extends Verdict & { readonly modelId: string }>(
  verdicts: readonly V[],
  cases: ReadonlySet<string>,
): ReadonlyMap<string, V> {
  const byCase = groupBy(
    verdicts.filter(({ caseId }) => cases.has(caseId)),
    ({ caseId }) => caseId,
  );
  return new Map([...byCase].flatMap(([id, said]) => settle(said).map((verdict) => [id, verdict] as const)));
}

function settle<V extends Verdict & { readonly modelId: string }>(said: readonly V[]): V[] {
  const [first] = said.toSorted((a, b) => (b.confidence ?? -1) - (a.confidence ?? -1) || compareText(write(a), write(b)));
  if (first === undefined) return [];
  return [said.every(({ verdict }) => verdict === first.verdict) ? first : { ...first, verdict: 'uncertain' }];
}

function write({ modelId, verdict, severity, reason }: Verdict & { readonly modelId: string }): string {
  return JSON.stringify([modelId, verdict, severity, reason]);
}
