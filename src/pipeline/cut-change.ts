import { packChunks } from '#chunks/pack-chunks.ts';
import { readPathRules } from '#chunks/read-path-rules.ts';
import { type ChangeSet, hunksOf } from '#model/change-set.ts';
import type { Chunk } from '#model/chunk.ts';
import type { LedgerEntry } from '#model/coverage.ts';
import type { Plan } from '#model/plan.ts';
import { selectHunks } from '#select/select-hunks.ts';
import type { ScanContext } from './context.ts';
import { readSources, type Source } from './read-sources.ts';

export interface CutChange {
  readonly sources: readonly Source[];
  /** Riskiest first. */
  readonly chunks: readonly Chunk[];
  /** Hunks that are in no chunk, with the reason. */
  readonly left: readonly LedgerEntry[];
  /** Hunks of the whole change; one that has none (binary, mode) does not count here. */
  readonly hunks: number;
}

/** Select, read, pack: everything before the first call. */
export async function cutChange(
  change: ChangeSet,
  plan: Pick<Plan, 'paths' | 'chunkTokens' | 'review' | 'overrides' | 'instructions'>,
  ctx: Pick<ScanContext, 'reader' | 'outline' | 'signal' | 'attributes'>,
): Promise<CutChange> {
  const { selected, ledger } = selectHunks(change, { ...plan.paths, attributes: ctx.attributes });
  const sources = await readSources(selected, change.mode, ctx);
  return {
    sources,
    chunks: packChunks(sources, {
      tokens: plan.chunkTokens,
      mode: change.mode,
      reach: plan.review.scope === 'file' ? 'file' : 'near',
      rulesOf: readPathRules(plan),
    }),
    left: ledger,
    hunks: [...hunksOf(change)].length,
  };
}
