import type { ChangeSet } from '#model/change-set.ts';
import { AegisError, ConfigError, InputError } from '#model/errors.ts';
import type { Publication, PullRequest } from '#model/publication.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import type { ScanResult } from '#model/scan-result.ts';
import { describePublication } from '#report/describe-publication.ts';
import type { ConfigNotes, PreparedReview, ReviewJobContext } from './context.ts';
import { endUnwanted, tellFault, withdraw } from './end-review.ts';
import type { Ending, Job } from './job.ts';
import { findUnwanted, lookUp, type Unwanted } from './look-up.ts';
import { recallMemory } from './recall-memory.ts';
import { showProgress } from './show-progress.ts';

/** What the host says when the head moved while its files were read or its comments were placed. */
const MOVED = 'AEGIS_HOST_SUPERSEDED';

/** The story of one review: from the pull request as it is now to what is shown of it. */
export async function reviewClaimed(job: Job, ctx: ReviewJobContext): Promise<Ending> {
  const { claimed, lease } = job;
  const pull = await lookUp(claimed, ctx.host);
  if (pull.state === 'closed') return await withdraw(job, pull, 'the pull request is closed', ctx);
  let prepared: PreparedReview;
  try {
    prepared = await ctx.prepare(pull);
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof InputError)) throw error;
    return await tellFault(job, pull, error, ctx);
  }
  job.check = prepared.settings.check;
  if (prepared.skip !== null) return { ...(await withdraw(job, pull, `not reviewed: ${prepared.skip}`, ctx)), status: 'done' };
  const before = await findUnwanted(claimed, pull, ctx.store);
  if (before !== null) return await endUnwanted(job, pull, before, ctx);

  if (job.check.enabled) await ctx.host.openCheck(pull, { name: job.check.name, scanId: claimed.scanId });
  try {
    const change = await ctx.host.change(pull);
    const result = claimed.result ?? (await scanAndSave(job, pull, prepared, change, ctx));
    const now = await lookUp(claimed, ctx.host);
    lease.signal.throwIfAborted();
    const meanwhile = await findUnwanted(claimed, now, ctx.store);
    if (meanwhile !== null) return await endUnwanted(job, now, meanwhile, ctx);
    return await show(job, pull, { prepared, change, result }, ctx);
  } catch (error) {
    const why = await becameUnwanted(job, error, ctx);
    if (why === null) throw error;
    return await endUnwanted(job, why.pull, why.unwanted, ctx);
  }
}

/** Whether a review broke off because nobody wants it any more. */
async function becameUnwanted(
  { claimed, lease }: Job,
  error: unknown,
  ctx: ReviewJobContext,
): Promise<{ readonly pull: PullRequest; readonly unwanted: Unwanted } | null> {
  const moved = error instanceof AegisError && error.code === MOVED;
  if (lease.lost() || !(moved || lease.unwanted())) return null;
  const pull = await lookUp(claimed, ctx.host);
  const unwanted = await findUnwanted(claimed, pull, ctx.store);
  return unwanted === null ? null : { pull, unwanted };
}

async function scanAndSave(
  { claimed, lease, check }: Job,
  pull: PullRequest,
  prepared: PreparedReview,
  change: ChangeSet,
  ctx: ReviewJobContext,
): Promise<ScanResult> {
  const { scanId } = claimed;
  const memory = await recallMemory(claimed, ctx.store);
  const records: ScanRecord[] = [];
  const progress = check.enabled ? showProgress(ctx.host, pull, { name: check.name, scanId }) : null;
  try {
    const result = await prepared.scan(change, ctx.host.reader(pull), lease.signal, {
      scanId,
      keep: (record) => void records.push(record),
      emit: (event) => progress?.emit(event),
      memory,
    });
    if (lease.lost()) lease.signal.throwIfAborted();
    await ctx.store.saveResult(scanId, result, records[0]);
    return result;
  } finally {
    await progress?.stop();
  }
}

interface Reviewed {
  readonly prepared: PreparedReview;
  readonly change: ChangeSet;
  readonly result: ScanResult;
}

/** Publishes a result, and remembers it as what people have seen. */
async function show({ claimed }: Job, pull: PullRequest, reviewed: Reviewed, ctx: ReviewJobContext): Promise<Ending> {
  const { prepared, change, result } = reviewed;
  const config = await prepared.configNotes(change, ctx.host.reader(pull));
  const described = describePublication(result, {
    ...prepared.settings,
    notes: [...prepared.notes, ...config.notes],
    scanId: claimed.scanId,
    version: ctx.version,
    webUrl: ctx.webUrl,
    pull,
  });
  const publication = forTarget(claimed.number, withAnnotations(described, config));
  const report = await ctx.host.publish(pull, publication, change);
  if (claimed.number !== 0) {
    await ctx.store.settle(claimed.scanId, result);
    // A first review has no comments yet.
    if (result.since !== undefined) await ctx.readFeedback(claimed);
  }
  const degraded = report.degraded.length === 0 ? '' : ` (${report.degraded.join('; ')})`;
  return {
    status: 'done',
    reason: `${result.conclusion}: ${result.reason}${degraded}`,
    ...(report.uploadId !== null && { upload: { pull, id: report.uploadId } }),
  };
}

function withAnnotations(publication: Publication, { annotations }: ConfigNotes): Publication {
  const { check } = publication;
  if (check === null || annotations.length === 0) return publication;
  return { ...publication, check: { ...check, annotations: [...check.annotations, ...annotations] } };
}

/** A merge group has no conversation, and its code is uploaded when it is merged. */
function forTarget(number: number, publication: Publication): Publication {
  return number === 0 ? { ...publication, review: null, summary: null, sarif: null, closed: [] } : publication;
}
