import { AegisError } from '#model/errors.ts';
import type { ClaimedScan } from '#ports/store.ts';
import type { ReviewJobContext } from './context.ts';
import { tellFault } from './end-review.ts';
import { followUpload } from './follow-upload.ts';
import { holdLease } from './hold-lease.ts';
import { type Ending, type Job, nameOf } from './job.ts';
import { findUnwanted, lookUp } from './look-up.ts';
import { reviewClaimed } from './review-claimed.ts';

/**
 * After so many attempts that broke off, a person is told instead. A fault that says it may pass (a rate limit, a
 * host that is down) is given longer: the store lets at most a minute lie between two attempts.
 */
const MOST_TRIES = { unknown: 5, retryable: 60 };

/** Where the configuration cannot be read, somebody must see that. */
const DEFAULT_CHECK = { enabled: true, name: 'Aegis' };

/**
 * Reviews one head of one pull request or merge group, from the claim of its scan to its publication. Any number of
 * workers may be called with the same scan: one gets the lease. Throws when the scan should be tried again later.
 */
export async function reviewPullRequest(scanId: string, ctx: ReviewJobContext): Promise<void> {
  const claimed = await ctx.store.claim(scanId, ctx.worker);
  if (claimed === null) return;
  ctx.log('info', `${nameOf(claimed)}: scan ${scanId}, attempt ${claimed.tries}`);
  const lease = holdLease(claimed, ctx, async () => (await findUnwanted(claimed, await lookUp(claimed, ctx.host), ctx.store)) !== null);
  const job: Job = { claimed, lease, check: DEFAULT_CHECK };
  try {
    const ending = await reviewClaimed(job, ctx);
    await ctx.store.finish(scanId, ctx.worker, ending.status, ending.reason);
    ctx.log('info', `${nameOf(claimed)}: ${ending.reason}`);
    if (ending.upload) void followUpload(nameOf(claimed), ending.upload, ctx);
  } catch (error) {
    if (lease.lost()) return;
    await settleFault(job, error, ctx);
  } finally {
    lease.release();
  }
}

/**
 * A stop gives the scan back at once. A fault that may pass is tried again, some times. Every other fault is shown
 * on the pull request, where its author can see it.
 */
async function settleFault(job: Job, error: unknown, ctx: ReviewJobContext): Promise<void> {
  const { claimed } = job;
  if (ctx.signal.aborted) {
    await ctx.store.release(claimed.scanId, ctx.worker, 'now');
    return;
  }
  const known = error instanceof AegisError ? error : null;
  ctx.log(
    known === null ? 'error' : 'warn',
    `${nameOf(claimed)}: ${known?.message ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))}`,
  );
  const mayPass = known === null ? claimed.tries < MOST_TRIES.unknown : canTryAgain(known, claimed);
  if (mayPass) await tryLater(claimed, error, ctx);
  const shown = known ?? new InternalError();
  const ending = await lookUp(claimed, ctx.host)
    .then((pull) => tellFault(job, pull, shown, ctx))
    .catch(async (again: unknown): Promise<Ending> => {
      if (canTryAgain(again, claimed)) await tryLater(claimed, again, ctx);
      ctx.log('error', `${nameOf(claimed)}: the fault could not be shown: ${again instanceof Error ? again.message : String(again)}`);
      return { status: 'failed', reason: shown.message };
    });
  await ctx.store.finish(claimed.scanId, ctx.worker, ending.status, ending.reason);
}

function canTryAgain(error: unknown, claimed: ClaimedScan): boolean {
  return error instanceof AegisError && error.retryable && claimed.tries < MOST_TRIES.retryable;
}

/** Gives the scan back and throws the fault, so that the queue calls again. */
async function tryLater(claimed: ClaimedScan, error: unknown, ctx: ReviewJobContext): Promise<never> {
  await ctx.store.release(claimed.scanId, ctx.worker, 'later');
  throw error;
}

/** A fault of Aegis itself. Its details are in the server's log, not on the pull request. */
class InternalError extends AegisError {
  readonly code = 'AEGIS_INTERNAL';
  constructor() {
    super('Aegis broke off while it reviewed this change', { hint: "Run the check again; the server's log says more." });
  }
}
