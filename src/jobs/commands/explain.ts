import type { Finding } from '#model/finding.ts';
import type { PullRequestRef } from '#ports/code-host.ts';
import { describeExplanation, describeNotReported, type Explained } from '#report/replies/explanation.ts';
import type { TaskContext } from '../tasks/context.ts';
import { type Command, done } from './command.ts';
import { findFinding } from './find-finding.ts';

/** A task's lease ends after a minute; what a model has not said by then is not waited for. Milliseconds. */
const MOST_WAIT_MS = 45_000;

/** Says why a finding is one. */
export const explain: Command = {
  name: 'explain',
  usage: 'explain ID',
  summary: 'Say why a finding is one and how to mend it. Where no explanation is kept, the explain model is asked.',
  async run(call, ctx) {
    const found = await findFinding(call, 'explain ID', ctx);
    if (found.kind === 'refused') return found.answer;
    const last = await ctx.store.lastResult(call.ref);
    const finding = last?.result.findings.find(({ fingerprint }) => fingerprint === found.finding.fingerprint);
    if (finding === undefined) return done(describeNotReported(found.finding));
    return done(describeExplanation(finding, await explanationOf(finding, call.ref, ctx)));
  },
};

/** What is kept, else what the model says; null where there is neither: then those that found it have the word. */
async function explanationOf(finding: Finding, ref: PullRequestRef, ctx: TaskContext): Promise<Explained | null> {
  if (finding.explanation !== null) return { explanation: finding.explanation, fix: finding.fix };
  if (ctx.explain === null) return null;
  try {
    const signal = AbortSignal.any([ctx.signal, AbortSignal.timeout(MOST_WAIT_MS)]);
    return await ctx.explain(await ctx.host.pullRequest(ref), finding, signal);
  } catch (error) {
    ctx.signal.throwIfAborted();
    ctx.log(
      'warn',
      `${ref.owner}/${ref.repo}#${ref.number}: no model explained ${finding.id}: ${error instanceof Error ? error.message : String(error)}`,
    );
    return null;
  }
}
