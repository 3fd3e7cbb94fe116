import type { ChangeSet } from '#model/change-set.ts';
import { AegisError, ConfigError, InputError } from '#model/errors.ts';
import type { PullRequest } from '#model/publication.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { ClaimedScan } from '#ports/store.ts';
import { describeFault } from '#report/describe-fault.ts';
import { describePublication } from '#report/describe-publication.ts';
import { describeSuperseded } from '#report/describe-superseded.ts';
import type { PreparedReview, ReviewJobContext } from './context.ts';
import { holdLease } from './hold-lease.ts';

/**
 * After so many attempts that broke off, a person is told instead. A fault that says it may pass (a rate limit, a
 * host that is down) is given longer: the store lets at most a minute lie between two attempts.
 */
const MOST_TRIES = { unknown: 5, retryable: 60 };

/** What the host says when the head moved while its files were read. */
const MOVED_WHILE_READ = 'AEGIS_HOST_SUPERSEDED';

/**
 * Reviews one head of one pull request, from the claim of its scan to its publication. Any number of workers may be
 * called with the same scan: one gets the lease. Throws when the scan should be tried again later.
 */
export async function reviewPullRequest(scanId: string, ctx: ReviewJobContext): Promise<void> {
  const claimed = await ctx.store.claim(scanId, ctx.worker);
  if (claimed === null) return;
  const lease = holdLease(claimed, ctx);
  try {
    const ending = await reviewClaimed(claimed, lease.signal, ctx);
    await ctx.store.finish(scanId, ctx.worker, ending.status, ending.reason);
    ctx.log('info', `${name(claimed)}: ${ending.reason}`);
  } catch (error) {
    if (lease.lost()) return;
    await settleFault(claimed, error, ctx);
  } finally {
    lease.release();
  }
}

/**
 * A stop gives the scan back at once. A fault that may pass is tried again, some times. Every other fault is shown
 * on the pull request, where its author can see it.
 */
async function settleFault(claimed: ClaimedScan, error: unknown, ctx: ReviewJobContext): Promise<void> {
  if (ctx.signal.aborted) {
    await ctx.store.release(claimed.scanId, ctx.worker);
    return;
  }
  const known = error instanceof AegisError ? error : null;
  ctx.log(
    known === null ? 'error' : 'warn',
    `${name(claimed)}: ${known?.message ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))}`,
  );
  const mostTries = known === null ? MOST_TRIES.unknown : known.retryable ? MOST_TRIES.retryable : 0;
  if (claimed.tries < mostTries) {
    await ctx.store.release(claimed.scanId, ctx.worker);
    throw error;
  }
  const shown = known ?? new InternalError();
  const ending = await ctx.host
    .pullRequest(claimed)
    .then((pull) => tellFault(claimed, pull, shown, ctx))
    .catch((again: unknown): Ending => {
      ctx.log('error', `${name(claimed)}: the fault could not be shown: ${again instanceof Error ? again.message : String(again)}`);
      return { status: 'failed', reason: shown.message };
    });
  await ctx.store.finish(claimed.scanId, ctx.worker, ending.status, ending.reason);
}

/** A fault of Aegis itself. Its details are in the server's log, not on the pull request. */
class InternalError extends AegisError {
  readonly code = 'AEGIS_INTERNAL';
  constructor() {
    super('Aegis broke off while it reviewed this change', { hint: "Run the check again; the server's log says more." });
  }
}

function name(scan: ClaimedScan): string {
  return `${scan.owner}/${scan.repo}#${scan.number}@${scan.headSha.slice(0, 7)}`;
}

interface Ending {
  readonly status: 'done' | 'cancelled' | 'failed';
  readonly reason: string;
}

async function reviewClaimed(claimed: ClaimedScan, signal: AbortSignal, ctx: ReviewJobContext): Promise<Ending> {
  const pull = await ctx.host.pullRequest(claimed);
  if (pull.state === 'closed') return { status: 'cancelled', reason: 'the pull request is closed' };
  let prepared: PreparedReview;
  try {
    prepared = await ctx.prepare(pull);
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof InputError)) throw error;
    return await tellFault(claimed, pull, error, ctx);
  }
  if (prepared.skip !== null) return { status: 'done', reason: `not reviewed: ${prepared.skip}` };
  if (moved(pull, claimed)) return await supersede(claimed, pull, prepared, ctx);

  if (prepared.settings.check.enabled) await ctx.host.openCheck(pull, { name: prepared.settings.check.name, scanId: claimed.scanId });
  const change = await ctx.host.change(pull).catch((error: unknown) => {
    if (error instanceof AegisError && error.code === MOVED_WHILE_READ) return null;
    throw error;
  });
  if (change === null) return await supersede(claimed, await ctx.host.pullRequest(claimed), prepared, ctx);
  const result = claimed.result ?? (await scanAndSave(claimed, pull, prepared, change, signal, ctx));
  signal.throwIfAborted();
  const now = await ctx.host.pullRequest(claimed);
  if (moved(now, claimed)) return await supersede(claimed, now, prepared, ctx);

  const { settings } = prepared;
  const publication = describePublication(result, {
    ...settings,
    notes: prepared.notes,
    scanId: claimed.scanId,
    version: ctx.version,
    webUrl: ctx.webUrl,
    pull,
  });
  const report = await ctx.host.publish(pull, publication, change);
  const degraded = report.degraded.length === 0 ? '' : ` (${report.degraded.join('; ')})`;
  return { status: 'done', reason: `${result.conclusion}: ${result.reason}${degraded}` };
}

async function scanAndSave(
  claimed: ClaimedScan,
  pull: PullRequest,
  prepared: PreparedReview,
  change: ChangeSet,
  signal: AbortSignal,
  ctx: ReviewJobContext,
): Promise<ScanResult> {
  const result = await prepared.scan(change, ctx.host.reader(pull), signal);
  await ctx.store.saveResult(claimed.scanId, result);
  return result;
}

function moved(pull: PullRequest, claimed: ClaimedScan): boolean {
  return pull.headSha !== claimed.headSha;
}

/** The head that was asked for is history: its newer one has a scan of its own. */
async function supersede(claimed: ClaimedScan, pull: PullRequest, prepared: PreparedReview, ctx: ReviewJobContext): Promise<Ending> {
  const ending: Ending = { status: 'cancelled', reason: `superseded by ${pull.headSha.slice(0, 7)}` };
  if (!prepared.settings.check.enabled) return ending;
  const old = { ...pull, headSha: claimed.headSha };
  await ctx.host.openCheck(old, { name: prepared.settings.check.name, scanId: claimed.scanId });
  await ctx.host.publish(
    old,
    describeSuperseded({ scanId: claimed.scanId, checkName: prepared.settings.check.name, newHead: pull.headSha }),
    null,
  );
  return ending;
}

/** Shows a fault on the pull request: silence would look like approval. */
async function tellFault(claimed: ClaimedScan, pull: PullRequest, error: AegisError, ctx: ReviewJobContext): Promise<Ending> {
  const publication = describeFault({ scanId: claimed.scanId, error });
  const headed = { ...pull, headSha: claimed.headSha };
  await ctx.host.openCheck(headed, { name: publication.check?.name ?? 'Aegis', scanId: claimed.scanId });
  await ctx.host.publish(headed, publication, null);
  return { status: 'failed', reason: error.message };
}
