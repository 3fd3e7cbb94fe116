import { conclude } from '#consensus/conclude.ts';
import { reachConsensus } from '#consensus/reach-consensus.ts';
import { settleLedger } from '#consensus/settle-ledger.ts';
import { explainFault } from '#lib/explain-fault.ts';
import type { ChangeSet } from '#model/change-set.ts';
import { summariseLedger } from '#model/coverage.ts';
import { counts } from '#model/finding.ts';
import type { Plan } from '#model/plan.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { askSeats } from './ask-seats.ts';
import type { ScanContext } from './context.ts';
import { cutChange } from './cut-change.ts';
import { placeClaims } from './place-claims.ts';
import { summariseModels } from './summarise-models.ts';

/**
 * The core: a change set, a plan and a context go in, a scan result comes out, and events are emitted on the way.
 * A model's fault is part of the result. Throws the signal's reason when cancelled, and what the reader throws.
 */
export async function scan(change: ChangeSet, plan: Plan, ctx: ScanContext): Promise<ScanResult> {
  try {
    return await runStages(change, plan, ctx);
  } catch (error) {
    ctx.emit(ctx.signal.aborted ? { type: 'pipeline_cancelled' } : { type: 'pipeline_failed', reason: explainFault(error) });
    throw error;
  }
}

async function runStages(change: ChangeSet, plan: Plan, ctx: ScanContext): Promise<ScanResult> {
  const startedAt = ctx.clock.now();
  const { sources, chunks, left, hunks } = await cutChange(change, plan, ctx);
  ctx.emit({ type: 'scan_started', files: change.files.length, hunks, models: plan.seats.map((seat) => seat.model.model_id) });

  const executions = await askSeats('deep_scan', chunks, plan, ctx);
  const { candidates, claims, unplaced } = placeClaims(chunks, executions);
  const ledger = settleLedger({ chunks, executions, seats: plan.seats, minVotes: plan.consensus.minVotes, left });
  const coverage = summariseLedger(ledger);
  ctx.emit({ type: 'coverage', coverage });

  const findings = reachConsensus({
    candidates,
    executions,
    chunks,
    plan,
    strategy: ctx.strategy,
    change,
    outlines: new Map(sources.map((source) => [source.file.path, source.outline])),
    today: ctx.clock.today(),
  });
  for (const finding of findings.filter(counts)) ctx.emit({ type: 'finding_emitted', finding });
  ctx.emit({ type: 'consensus_completed', strategy: ctx.strategy.id, claims, findings: findings.filter(counts).length });

  const models = summariseModels(plan, executions);
  const { conclusion, reason } = conclude({ findings, ledger, models, uncovered: plan.review.uncovered, unplaced });
  ctx.emit({ type: 'pipeline_completed', conclusion });
  return {
    conclusion,
    reason,
    findings,
    models,
    coverage,
    ledger,
    consensus: { strategy: ctx.strategy.id, fellBack: false },
    passedOver: 0,
    spending: { usd: 0, tokens: 0, exhausted: null },
    unplaced,
    claims,
    executions,
    change: { base: change.base, head: change.head, files: change.files.length, hunks: coverage.hunks },
    timing: { totalMs: Math.round(ctx.clock.now() - startedAt) },
  };
}
