import { conclude } from '#consensus/conclude.ts';
import { reachConsensus } from '#consensus/reach-consensus.ts';
import { casesToJudge, type StrategyOf } from '#consensus/run-steps.ts';
import { createCounter } from '#consensus/suppress.ts';
import type { Finding } from '#model/finding.ts';
import type { ModelRecord } from '#model/model-record.ts';
import type { ConsensusRules } from '#model/plan.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { maskFindings, openMasks } from '#privacy/open-masks.ts';
import { findSteering } from '#steering/find-steering.ts';
import { readHearing, unjudgedOf } from './hear-judge.ts';
import { describeConsensus, openMaterial } from './open-material.ts';

/**
 * Merges a recorded scan again, without calling a model: the same claims, verdicts and explanations under these rules. A
 * case that no judge was asked about then is decided by the fall-back strategy, and the result says that it fell back.
 * Under the rules of the record the result is the recorded one, unless people judged in between and weights are learned.
 */
export async function replay(
  record: ScanRecord,
  rules: ConsensusRules,
  ctx: { readonly strategyOf: StrategyOf; readonly records: readonly ModelRecord[] },
): Promise<ScanResult> {
  const { change, result, today } = record;
  const plan = { ...record.plan, consensus: rules };
  const { docket, claims, unplaced } = openMaterial({
    ...record,
    marks: findSteering(change),
    plan,
    executions: result.executions,
    records: ctx.records,
  });
  const due = casesToJudge(docket, rules, { ...ctx, takesPlace: createCounter(plan, change, today) });
  const hearing = due.length === 0 ? null : readHearing(due, result.executions);
  const outlines = new Map(Object.entries(record.outlines));
  const decided = reachConsensus(docket, hearing, { plan, strategyOf: ctx.strategyOf, change, outlines, today });
  const told = new Map(result.findings.map((finding) => [finding.fingerprint, finding]));
  const masks = openMasks(record.chunks, plan.privacy);
  const findings = (await maskFindings(decided.findings, masks)).map((finding) => retell(finding, told.get(finding.fingerprint)));
  const unjudged = hearing === null ? null : unjudgedOf(hearing, result.executions);
  const { conclusion, reason } = conclude({ ...result, findings, uncovered: plan.review.uncovered, unplaced, unjudged });
  return {
    ...result,
    conclusion,
    reason,
    findings,
    claims,
    unplaced,
    consensus: describeConsensus(rules, decided),
    timing: { totalMs: 0 },
  };
}

/** What was explained before is told again. */
function retell(finding: Finding, before: Finding | undefined): Finding {
  if (before === undefined) return finding;
  const { explanation, replacement, notes } = before;
  return { ...finding, explanation, replacement, notes, fix: explanation === null ? finding.fix : before.fix };
}
