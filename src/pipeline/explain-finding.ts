import type { ChangeSet } from '#model/change-set.ts';
import type { Finding } from '#model/finding.ts';
import type { Plan } from '#model/plan.ts';
import { maskFindings, openMasks } from '#privacy/open-masks.ts';
import { createPurse } from './budget/purse.ts';
import type { ScanContext } from './context.ts';
import { cutChange } from './cut-change.ts';
import { explainFindings } from './explain-findings.ts';
import { openPanel } from './seats/open-panel.ts';

/**
 * Has one finding of an earlier scan explained, within the budget of a scan: its `explanation` stays null where the plan
 * has no explainer, the change no longer shows its lines, or the model says nothing. Throws the signal's reason when
 * cancelled, and what the reader throws.
 */
export async function explainFinding(finding: Finding, change: ChangeSet, plan: Plan, ctx: ScanContext): Promise<Finding> {
  const { explain } = plan.stages;
  if (explain === null) return finding;
  const purse = createPurse(plan.budget, ctx);
  try {
    const ofFile = { ...change, files: change.files.filter(({ path }) => path === finding.path) };
    const { chunks } = await cutChange(ofFile, plan, ctx);
    const masks = openMasks(chunks, plan.privacy);
    const panel = openPanel(plan, ctx, { purse, masks, lookUp: null });
    const stages = { ...plan.stages, annotate: null, explain: { ...explain, max: 1 } };
    // One that does not count is asked about all the same: a person wants to know.
    const asked = { ...finding, suppressedBy: null };
    const { findings } = await explainFindings([asked], chunks, { stages }, panel, ctx);
    const [explained] = await maskFindings(findings, masks);
    return explained === undefined ? finding : { ...explained, suppressedBy: finding.suppressedBy };
  } finally {
    await purse.close();
  }
}
