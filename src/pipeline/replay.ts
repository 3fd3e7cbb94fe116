import { conclude } from '#consensus/conclude.ts';
import { reachConsensus } from '#consensus/reach-consensus.ts';
import { casesToJudge, type StrategyOf } from '#consensus/run-steps.ts';
import type { Finding } from '#model/finding.ts';
import type { Since } from '#model/lifecycle.ts';
import type { ModelRecord } from '#model/model-record.ts';
import type { ConsensusRules } from '#model/plan.ts';
import type { RecordedMemory, ScanRecord } from '#model/scan-record.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { maskFindings, maskReasons, openMasks } from '#privacy/open-masks.ts';
import { findSteering } from '#steering/find-steering.ts';
import { readHearing, unjudgedOf } from './hear-judge.ts';
import { recall } from './memory/recall.ts';
import { remembersMasked } from './memory/remember.ts';
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
  const {
    docket: claimed,
    claims,
    unplaced,
  } = openMaterial({
    ...record,
    marks: findSteering(change),
    plan,
    executions: result.executions,
    records: ctx.records,
  });
  const outlines = new Map(Object.entries(record.outlines));
  const masks = openMasks(record.chunks, plan.privacy);
  const memory = record.memory ?? NOTHING;
  const masked = claimed.length > 0 && remembersMasked(memory);
  const mask = masked ? (await masks()).words : (text: string) => text;
  const recalled = recall(claimed, memory, { plan, change, outlines, today, mask });
  const due = casesToJudge(recalled.docket, rules, { ...ctx, takesPlace: recalled.takesPlace });
  const hearing = due.length === 0 ? null : readHearing(due, result.executions);
  const input = { plan, strategyOf: ctx.strategyOf, change, outlines, today, recalled };
  const decided = reachConsensus(recalled.docket, hearing, input);
  const told = new Map(result.findings.map((finding) => [finding.fingerprint, finding]));
  const settled = recalled.settle(await maskFindings(decided.findings, masks));
  const findings = settled.map((finding) => retell(finding, told.get(finding.fingerprint)));
  const unjudged = hearing === null ? null : unjudgedOf(hearing, result.executions);
  const { conclusion, reason } = conclude({ ...result, findings, uncovered: plan.review.uncovered, unplaced, unjudged });
  const { since, ignores: _, ...rest } = result;
  const ignores = await maskReasons(recalled.ignoresOf(findings), masks);
  return {
    ...rest,
    ...(since !== undefined && { since: withoutFound(since, findings) }),
    ...(ignores.length > 0 && { ignores }),
    conclusion,
    reason,
    findings,
    claims,
    unplaced,
    consensus: describeConsensus(rules, decided),
    timing: { totalMs: 0 },
  };
}

/** A record of before there was a memory. */
const NOTHING: RecordedMemory = {
  ...{ names: {}, known: [], carried: [], found: [], goneFiles: [] },
  ...{ dismissals: [], baseline: [], ignores: 'all' },
};

/** Other rules may keep what the recorded ones did not find again. */
function withoutFound(since: Since, findings: readonly Finding[]): Since {
  const found = new Set(findings.map(({ fingerprint }) => fingerprint));
  const isGone = ({ fingerprint }: { readonly fingerprint: string }) => !found.has(fingerprint);
  return { ...since, fixed: since.fixed.filter(isGone), unknown: since.unknown.filter(isGone) };
}

/** What was explained before is told again. */
function retell(finding: Finding, before: Finding | undefined): Finding {
  if (before === undefined) return finding;
  const { explanation, replacement, notes } = before;
  return { ...finding, explanation, replacement, notes, fix: explanation === null ? finding.fix : before.fix };
}
