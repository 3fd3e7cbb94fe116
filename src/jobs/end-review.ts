import type { AegisError } from '#model/errors.ts';
import type { PullRequest } from '#model/publication.ts';
import { describeFault } from '#report/describe-fault.ts';
import { describePaused } from '#report/describe-paused.ts';
import { describeSuperseded, describeWithdrawn } from '#report/describe-superseded.ts';
import type { ReviewJobContext } from './context.ts';
import type { Ending, Job } from './job.ts';
import type { Unwanted } from './look-up.ts';

type EndContext = Pick<ReviewJobContext, 'host' | 'store'>;

/** Ends a scan that nobody wants any more, and says so where its check stands. */
export async function endUnwanted(job: Job, pull: PullRequest, why: Unwanted, ctx: EndContext): Promise<Ending> {
  switch (why.kind) {
    case 'superseded':
      return await supersede(job, pull, why.newHead, ctx);
    case 'paused':
      return await tellPaused(job, pull, why.by, ctx);
    case 'withdrawn':
      return await withdraw(job, pull, why.reason, ctx);
  }
}

/** The head that was asked for is history: its newer one has a scan of its own. */
async function supersede(job: Job, pull: PullRequest, newHead: string, ctx: EndContext): Promise<Ending> {
  const { claimed, check } = job;
  const ending: Ending = { status: 'cancelled', reason: `superseded by ${newHead.slice(0, 7)}` };
  if (!check.enabled) return ending;
  const old = headed(job, pull);
  await ctx.host.openCheck(old, { name: check.name, scanId: claimed.scanId });
  await ctx.host.publish(old, describeSuperseded({ scanId: claimed.scanId, checkName: check.name, newHead }), null);
  return ending;
}

/** A check that an earlier attempt opened is ended, or it would run for ever. */
export async function withdraw(job: Job, pull: PullRequest, reason: string, ctx: EndContext): Promise<Ending> {
  const { claimed, check } = job;
  if ((await ctx.store.find(claimed.scanId, 'check')) !== null) {
    const withdrawn = describeWithdrawn({ scanId: claimed.scanId, checkName: check.name, reason });
    await ctx.host.publish(headed(job, pull), withdrawn, null);
  }
  return { status: 'cancelled', reason };
}

/** Nobody looks at this head: its check must not look as if somebody had. */
async function tellPaused(job: Job, pull: PullRequest, by: string, ctx: EndContext): Promise<Ending> {
  const { claimed, check } = job;
  const ending: Ending = { status: 'cancelled', reason: `reviews are paused by ${by}` };
  if (!check.enabled) return ending;
  await ctx.host.openCheck(headed(job, pull), { name: check.name, scanId: claimed.scanId });
  await ctx.host.publish(headed(job, pull), describePaused({ scanId: claimed.scanId, checkName: check.name, by }), null);
  return ending;
}

/** Shows a fault on the pull request: silence would look like approval. */
export async function tellFault(job: Job, pull: PullRequest, error: AegisError, ctx: EndContext): Promise<Ending> {
  const { claimed, check } = job;
  const described = describeFault({ scanId: claimed.scanId, error, checkName: check.name });
  // The buttons of a merge group's check do nothing.
  const ofGroup = { ...described, summary: null, check: described.check && { ...described.check, buttons: [] } };
  const shown = claimed.number === 0 ? ofGroup : described;
  if (check.enabled) await ctx.host.openCheck(headed(job, pull), { name: check.name, scanId: claimed.scanId });
  await ctx.host.publish(headed(job, pull), check.enabled ? shown : { ...shown, check: null }, null);
  return { status: 'failed', reason: error.message };
}

/** The pull request at the head that the scan is of, whatever it is now. */
function headed({ claimed }: Job, pull: PullRequest): PullRequest {
  return { ...pull, headSha: claimed.headSha };
}
