import { packChunks } from '#chunks/pack-chunks.ts';
import { readPathRules } from '#chunks/read-path-rules.ts';
import { carryOver } from '#lifecycle/carry-over.ts';
import { type ChangeSet, hunksOf } from '#model/change-set.ts';
import type { Chunk } from '#model/chunk.ts';
import type { LedgerEntry } from '#model/coverage.ts';
import type { Finding } from '#model/finding.ts';
import type { History } from '#model/lifecycle.ts';
import type { Plan } from '#model/plan.ts';
import { selectHunks } from '#select/select-hunks.ts';
import type { ScanContext } from './context.ts';
import { readSources, type Source } from './read-sources.ts';

export interface CutChange {
  readonly sources: readonly Source[];
  /** Riskiest first. */
  readonly chunks: readonly Chunk[];
  /** Hunks that are in no chunk: left out, with the reason, or reviewed by the scan before. */
  readonly left: readonly LedgerEntry[];
  /** What the scan before found in those, on the lines of now. */
  readonly carried: readonly Finding[];
  /** Hunks of the whole change; one that has none (binary, mode) does not count here. */
  readonly hunks: number;
}

/** The scan before this one, and the key of the plan of now: see `planKey`. */
export interface Earlier {
  readonly history: History | null;
  readonly planKey: string;
}

/** Select, carry over, read, pack: everything before the first call. What is carried over and empty is not even read. */
export async function cutChange(
  change: ChangeSet,
  plan: Pick<Plan, 'paths' | 'chunkTokens' | 'review' | 'overrides' | 'instructions'>,
  ctx: Pick<ScanContext, 'reader' | 'outline' | 'signal' | 'attributes'>,
  earlier: Earlier = { history: null, planKey: '' },
): Promise<CutChange> {
  const { selected, ledger } = selectHunks(change, { ...plan.paths, attributes: ctx.attributes });
  const carried = carryOver({ change, selected, plan, ...earlier });
  const rest = new Map(carried.rest.map((file) => [file.path, file]));
  const found = new Set(carried.findings.map(({ path }) => path));
  const sources = await readSources(
    selected.filter(({ path }) => rest.has(path) || found.has(path)),
    change.mode,
    ctx,
  );
  const open = sources.flatMap((source) => {
    const file = rest.get(source.file.path);
    return file === undefined ? [] : [{ ...source, file }];
  });
  return {
    sources,
    chunks: packChunks(open, {
      tokens: plan.chunkTokens,
      mode: change.mode,
      reach: plan.review.scope === 'file' ? 'file' : 'near',
      rulesOf: readPathRules(plan),
    }),
    left: [...ledger, ...carried.ledger],
    carried: carried.findings,
    hunks: [...hunksOf(change)].length,
  };
}
