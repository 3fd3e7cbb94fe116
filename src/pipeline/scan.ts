import { conclude } from '#consensus/conclude.ts';
import { reachConsensus } from '#consensus/reach-consensus.ts';
import { countPassedOver, settleLedger } from '#consensus/settle-ledger.ts';
import { explainFault } from '#lib/explain-fault.ts';
import { VERSION } from '#lib/version.ts';
import { followLines } from '#lifecycle/follow-lines.ts';
import { planKey } from '#lifecycle/plan-key.ts';
import type { ChangeSet } from '#model/change-set.ts';
import { summariseLedger } from '#model/coverage.ts';
import { counts } from '#model/finding.ts';
import type { Plan } from '#model/plan.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { maskFindings, maskReasons, openMasks } from '#privacy/open-masks.ts';
import { createPurse, type Purse } from './budget/purse.ts';
import type { ScanContext } from './context.ts';
import { cutChange } from './cut-change.ts';
import { explainFindings } from './explain-findings.ts';
import { hearJudge, unjudgedOf } from './hear-judge.ts';
import { recall } from './memory/recall.ts';
import { remember, remembersMasked } from './memory/remember.ts';
import { tellSince } from './memory/tell-since.ts';
import { describeConsensus, openMaterial } from './open-material.ts';
import { recordScan } from './record-scan.ts';
import { reviewChunks } from './review-chunks.ts';
import { openPanel } from './seats/open-panel.ts';
import { markSteering } from './steering-claims.ts';
import { summariseModels } from './summarise-models.ts';
import { lookUpInTime } from './symbols/look-up-in-time.ts';
import { createSymbolLookUp } from './symbols/look-up-symbols.ts';

/**
 * The core: a change set, a plan and a context go in, a scan result comes out, and events are emitted on the way.
 * A model's fault is part of the result. Throws the signal's reason when cancelled, and what the reader throws.
 */
export async function scan(change: ChangeSet, plan: Plan, ctx: ScanContext): Promise<ScanResult> {
  const purse = createPurse(plan.budget, ctx);
  try {
    return await runStages(change, plan, purse, ctx);
  } catch (error) {
    ctx.emit(ctx.signal.aborted ? { type: 'pipeline_cancelled' } : { type: 'pipeline_failed', reason: explainFault(error) });
    throw error;
  } finally {
    await purse.close();
  }
}

async function runStages(change: ChangeSet, plan: Plan, purse: Purse, ctx: ScanContext): Promise<ScanResult> {
  const startedAt = ctx.clock.now();
  const key = planKey(plan, VERSION);
  const { sources, chunks, left, hunks, carried } = await cutChange(change, plan, ctx, { history: ctx.memory.history, planKey: key });
  const outlines = new Map(sources.map((source) => [source.file.path, source.outline]));
  ctx.emit({ type: 'scan_started', files: change.files.length, hunks, models: plan.seats.map((seat) => seat.model.model_id) });

  // Triage and deep scan.
  const masks = openMasks(chunks, plan.privacy);
  const panel = openPanel(plan, ctx, { purse, masks, lookUp: lookUpInTime(createSymbolLookUp(ctx), purse.signal) });
  const [reviewed, marks] = await Promise.all([reviewChunks(chunks, plan, panel, ctx), markSteering(change, ctx.signal)]);
  const { minVotes } = plan.consensus;
  const ledger = settleLedger({ chunks, executions: reviewed.executions, due: reviewed.due, seats: plan.seats, minVotes, left });
  const coverage = summariseLedger(ledger);
  ctx.emit({ type: 'coverage', coverage });

  // Consensus and judge.
  const {
    docket: claimed,
    claims,
    unplaced,
  } = openMaterial({
    ...{ marks, chunks, left, plan },
    executions: reviewed.executions,
    records: ctx.records,
  });
  const today = ctx.clock.today();
  const lines = followLines(ctx.memory.history?.change ?? null, change);
  const mask =
    claimed.length > 0 && remembersMasked({ ...ctx.memory, known: ctx.memory.history?.known ?? [] })
      ? (await masks()).words
      : (text: string) => text;
  const texts = new Map(sources.map((source) => [source.file.path, source.text]));
  const memory = await remember(claimed, { change, outlines, texts, memory: ctx.memory, carried, lines, mask }, ctx);
  const recalled = recall(claimed, memory, { plan, change, outlines, today, mask });
  const judged = await hearJudge(recalled.docket, chunks, plan, panel, { ...ctx, takesPlace: recalled.takesPlace });
  const input = { plan, strategyOf: ctx.strategyOf, change, outlines, today, recalled };
  const decided = reachConsensus(recalled.docket, judged?.hearing ?? null, input);
  const { strategy } = plan.consensus;
  const shown = recalled.settle(await maskFindings(decided.findings, masks));
  for (const finding of shown.filter(counts)) ctx.emit({ type: 'finding_emitted', finding });
  ctx.emit({ type: 'consensus_completed', strategy, claims, findings: shown.filter(counts).length });

  // Explain.
  const explained = await explainFindings(shown, chunks, plan, panel, ctx);
  const findings = await maskFindings(explained.findings, masks);
  const executions = [...reviewed.executions, ...(judged?.executions ?? []), ...explained.executions];
  const models = summariseModels(plan, executions);
  const unjudged = judged === null ? null : unjudgedOf(judged.hearing, judged.executions);
  const { conclusion, reason } = conclude({ findings, ledger, models, uncovered: plan.review.uncovered, unplaced, unjudged });
  const ignores = await maskReasons(recalled.ignoresOf(findings), masks);
  const since = await tellSince({ change, ledger, lines, findings }, ctx);
  const result: ScanResult = {
    conclusion,
    reason,
    findings,
    models,
    coverage,
    ledger,
    consensus: describeConsensus(plan.consensus, decided),
    passedOver: countPassedOver(chunks, reviewed.due),
    spending: purse.spending(),
    unplaced,
    claims,
    executions,
    change: { base: change.base, head: change.head, files: change.files.length, hunks: coverage.hunks },
    timing: { totalMs: Math.round(ctx.clock.now() - startedAt) },
    ...(since !== null && { since }),
    ...(ignores.length > 0 && { ignores }),
    // Where a claim was cut off, or not heard by its judge, another scan may say otherwise of the same hunk.
    ...(decidesByHunk(plan, decided) && { planKey: key }),
  };
  ctx.keep?.(recordScan({ plan, change, chunks, outlines, left, today, memory, result }));
  ctx.emit({ type: 'pipeline_completed', conclusion });
  return result;
}

/** Whether what became of the claims on a hunk depends on that hunk alone: then it can be carried over. */
function decidesByHunk({ consensus }: Pick<Plan, 'consensus'>, { fellBack }: { readonly fellBack: boolean }): boolean {
  return !fellBack && consensus.steps.every(({ kind }) => kind !== 'cap');
}
