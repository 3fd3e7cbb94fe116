import type { ReviewSettings } from '#config/review-settings.ts';
import type { ChangeSet } from '#model/change-set.ts';
import { AegisError, ConfigError, InputError } from '#model/errors.ts';
import type { PullRequest } from '#model/publication.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { ClaimedScan } from '#ports/store.ts';
import { describeFault } from '#report/describe-fault.ts';
import { describePublication } from '#report/describe-publication.ts';
import { describeSuperseded, describeWithdrawn } from '#report/describe-superseded.ts';
import type { PreparedReview, ReviewJobContext } from './context.ts';
import { followUpload, type Upload } from './follow-upload.ts';
import { type HeldLease, holdLease } from './hold-lease.ts';

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
  ctx.log('info', `${name(claimed)}: scan ${scanId}, attempt ${claimed.tries}`);
  const lease = holdLease(claimed, ctx);
  const job: Job = { claimed, lease, check: DEFAULT_CHECK };
  try {
    const ending = await reviewClaimed(job, ctx);
    await ctx.store.finish(scanId, ctx.worker, ending.status, ending.reason);
    ctx.log('info', `${name(claimed)}: ${ending.reason}`);
    if (ending.upload) void followUpload(name(claimed), ending.upload, ctx);
  } catch (error) {
    if (lease.lost()) return;
    await settleFault(job, error, ctx);
  } finally {
    lease.release();
  }
}

/** A claimed scan, and what is known of it on the way. */
interface Job {
  readonly claimed: ClaimedScan;
  readonly lease: HeldLease;
  /** What the configuration says of the check, as soon as it could be read. */
  check: Pick<ReviewSettings['check'], 'enabled' | 'name'>;
}

/** Where the configuration cannot be read, somebody must see that. */
const DEFAULT_CHECK = { enabled: true, name: 'Aegis' };

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
    `${name(claimed)}: ${known?.message ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))}`,
  );
  const mayPass = known === null ? claimed.tries < MOST_TRIES.unknown : canTryAgain(known, claimed);
  if (mayPass) await tryLater(claimed, error, ctx);
  const shown = known ?? new InternalError();
  const ending = await ctx.host
    .pullRequest(claimed)
    .then((pull) => tellFault(job, pull, shown, ctx))
    .catch(async (again: unknown): Promise<Ending> => {
      if (canTryAgain(again, claimed)) await tryLater(claimed, again, ctx);
      ctx.log('error', `${name(claimed)}: the fault could not be shown: ${again instanceof Error ? again.message : String(again)}`);
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

function name(scan: ClaimedScan): string {
  return `${scan.owner}/${scan.repo}#${scan.number}@${scan.headSha.slice(0, 7)}`;
}

interface Ending {
  readonly status: 'done' | 'cancelled' | 'failed';
  readonly reason: string;
  /** What the host still works on. */
  readonly upload?: Upload;
}

async function reviewClaimed(job: Job, ctx: ReviewJobContext): Promise<Ending> {
  const { claimed, lease } = job;
  const pull = await ctx.host.pullRequest(claimed);
  if (pull.state === 'closed') return await withdraw(job, pull, 'the pull request is closed', ctx);
  let prepared: PreparedReview;
  try {
    prepared = await ctx.prepare(pull);
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof InputError)) throw error;
    return await tellFault(job, pull, error, ctx);
  }
  job.check = prepared.settings.check;
  if (prepared.skip !== null) return await withdraw(job, pull, `not reviewed: ${prepared.skip}`, ctx);
  if (moved(pull, claimed)) return await supersede(job, pull, ctx);

  if (job.check.enabled) await ctx.host.openCheck(pull, { name: job.check.name, scanId: claimed.scanId });
  const change = await ctx.host.change(pull).catch((error: unknown) => {
    if (error instanceof AegisError && error.code === MOVED_WHILE_READ) return null;
    throw error;
  });
  if (change === null) return await supersede(job, await ctx.host.pullRequest(claimed), ctx);
  const result = claimed.result ?? (await scanAndSave(job, pull, prepared, change, ctx));
  const now = await ctx.host.pullRequest(claimed);
  lease.signal.throwIfAborted();
  if (moved(now, claimed)) return await supersede(job, now, ctx);

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
  return {
    status: 'done',
    reason: `${result.conclusion}: ${result.reason}${degraded}`,
    ...(report.uploadId !== null && { upload: { pull, id: report.uploadId } }),
  };
}

async function scanAndSave(
  { claimed, lease }: Job,
  pull: PullRequest,
  prepared: PreparedReview,
  change: ChangeSet,
  ctx: ReviewJobContext,
): Promise<ScanResult> {
  let record: ScanRecord | undefined;
  const keep = (made: ScanRecord) => {
    record = made;
  };
  const result = await prepared.scan(change, ctx.host.reader(pull), lease.signal, { scanId: claimed.scanId, keep });
  if (lease.lost()) lease.signal.throwIfAborted();
  await ctx.store.saveResult(claimed.scanId, result, record);
  return result;
}

function moved(pull: PullRequest, claimed: ClaimedScan): boolean {
  return pull.headSha !== claimed.headSha;
}

/** The head that was asked for is history: its newer one has a scan of its own. */
async function supersede(job: Job, pull: PullRequest, ctx: ReviewJobContext): Promise<Ending> {
  const { claimed, check } = job;
  const ending: Ending = { status: 'cancelled', reason: `superseded by ${pull.headSha.slice(0, 7)}` };
  if (!check.enabled) return ending;
  const old = { ...pull, headSha: claimed.headSha };
  await ctx.host.openCheck(old, { name: check.name, scanId: claimed.scanId });
  await ctx.host.publish(old, describeSuperseded({ scanId: claimed.scanId, checkName: check.name, newHead: pull.headSha }), null);
  return ending;
}

/** Nobody wants this review any more. A check that an earlier attempt opened is ended, or it would run for ever. */
async function withdraw(job: Job, pull: PullRequest, reason: string, ctx: ReviewJobContext): Promise<Ending> {
  const { claimed, check } = job;
  if ((await ctx.store.find(claimed.scanId, 'check')) !== null) {
    const old = { ...pull, headSha: claimed.headSha };
    await ctx.host.publish(old, describeWithdrawn({ scanId: claimed.scanId, checkName: check.name, reason }), null);
  }
  return { status: pull.state === 'closed' ? 'cancelled' : 'done', reason };
}

/** Shows a fault on the pull request: silence would look like approval. */
async function tellFault({ claimed, check }: Job, pull: PullRequest, error: AegisError, ctx: ReviewJobContext): Promise<Ending> {
  const described = describeFault({ scanId: claimed.scanId, error, checkName: check.name });
  const publication = check.enabled ? described : { ...described, check: null };
  const headed = { ...pull, headSha: claimed.headSha };
  if (check.enabled) await ctx.host.openCheck(headed, { name: check.name, scanId: claimed.scanId });
  await ctx.host.publish(headed, publication, null);
  return { status: 'failed', reason: error.message };
}
