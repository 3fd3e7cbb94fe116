import type { ChangeSet } from '#model/change-set.ts';
import type { InlineComment, Publication, PullRequest } from '#model/publication.ts';
import type { PublishReport } from '#ports/code-host.ts';
import { closeThreads } from './change-threads.ts';
import type { GitHubClient } from './client.ts';
import { completeCheckRun } from './complete-check-run.ts';
import { isFault } from './host-error.ts';
import type { Identity } from './identity.ts';
import type { Outbox } from './outbox.ts';
import { recallOwnPosts } from './own-posts.ts';
import { dismissRequests } from './own-reviews.ts';
import type { OwnThread } from './own-threads.ts';
import { listOwnThreads, type PostContext } from './post-comment.ts';
import { type PostedReview, postReview } from './post-review.ts';
import { type SarifUpload, uploadSarif } from './sarif-upload.ts';
import { addHomeless, postSummary } from './summary-comment.ts';

export interface PublishContext extends Omit<Outbox, 'scanId'> {
  readonly client: GitHubClient;
  readonly identity: Identity;
}

const NO_CHANGE: ChangeSet = { mode: 'change', files: [], base: null, head: null };

/**
 * Makes a publication visible, and is the only one that writes to a pull request. Every post is announced to the log
 * before it is made and recorded after, so that a call that broke off anywhere can be repeated. The check run ends last:
 * while it is open, something may be missing. What may not be written degrades to a clause; what may work later is thrown
 * as a retryable `HostError`, and a newer head as `superseded`. A merge group takes a check run and nothing else.
 */
export async function publish(
  ctx: PublishContext,
  pull: PullRequest,
  publication: Publication,
  change: ChangeSet | null,
): Promise<PublishReport> {
  const { scanId, check } = publication;
  const report =
    pull.number === 0 ? await uploadAlone(ctx, pull, publication) : await publishOnPull(ctx, pull, publication, change ?? NO_CHANGE);
  const degraded = [...report.degraded];
  if (check !== null) {
    const note = degraded.length === 0 ? '' : `\n\nNot shown as meant: ${degraded.map(plain).join('; ')}.`;
    await attempt('check run', degraded, async () => {
      const refused = await completeCheckRun({ ...ctx, appId: ctx.identity.appId }, pull, scanId, {
        ...check,
        summary: check.summary + note,
      });
      if (refused !== null) degraded.push(refused);
    });
  }
  return { ...report, degraded };
}

/** What is no pull request has no conversation; what was pushed has alerts. */
async function uploadAlone(ctx: PublishContext, pull: PullRequest, { scanId, sarif }: Publication): Promise<PublishReport> {
  const upload = sarif === null ? null : await uploadOnce({ ...ctx, scanId }, pull, sarif);
  return {
    commentsPosted: 0,
    degraded: upload === null || upload.degraded === null ? [] : [upload.degraded],
    uploadId: upload?.id ?? null,
  };
}

async function publishOnPull(ctx: PublishContext, pull: PullRequest, publication: Publication, change: ChangeSet): Promise<PublishReport> {
  const { scanId, review, closed, blocks, summary, sarif } = publication;
  const degraded: string[] = [];
  const posting: PostContext = { ...ctx, scanId, own: await recallOwnPosts(ctx.log, ctx.identity, scanId) };
  const wanted = review?.comments ?? [];
  let posted: PostedReview | null = null;
  await attempt('review', degraded, async () => {
    const threads = wanted.length + closed.length > 0 ? await listOwnThreads(posting, pull) : new Map<string, OwnThread>();
    posted = review === null ? NOTHING_POSTED : await postReview(posting, pull, { review, blocks }, change, threads);
    await attempt('closed threads', degraded, () => closeThreads(posting, pull, closed, threads));
  });
  if (!blocks) await attempt('earlier requests for changes', degraded, () => dismissRequests(posting, pull));
  const { posted: commentsPosted, homeless } = posted ?? (await recallPosted(posting, wanted));
  if (homeless.length > 0) degraded.push(tellHomeless(homeless, summary !== null));
  if (summary !== null) {
    await attempt('summary comment', degraded, () => postSummary(posting, pull, addHomeless(summary, homeless)));
  }
  const upload = sarif === null ? null : await uploadOnce(posting, pull, sarif);
  if (upload !== null && upload.degraded !== null) degraded.push(upload.degraded);
  return { commentsPosted, degraded, uploadId: upload?.id ?? null };
}

const NOTHING_POSTED: PostedReview = { posted: 0, homeless: [] };

/** What was posted before the rest was refused. */
async function recallPosted({ log, scanId, own }: PostContext, wanted: readonly InlineComment[]): Promise<PostedReview> {
  const keys = new Set((await log.posts(scanId)).map(({ key }) => key));
  const there = wanted.filter(({ fingerprint }) => keys.has(`comment:${fingerprint}`));
  const posted = there.filter(({ fingerprint }) => !own.fingerprints.has(fingerprint)).length;
  return { posted, homeless: wanted.filter((comment) => comment.restoreOnly !== true && !there.includes(comment)) };
}

/** Uploaded once for each scan; a second upload would do no harm, but costs a request and its processing. */
async function uploadOnce(ctx: Pick<PostContext, 'client' | 'log' | 'scanId'>, pull: PullRequest, sarif: string): Promise<SarifUpload> {
  const recorded = await ctx.log.find(ctx.scanId, 'sarif');
  if (recorded !== null) return { id: recorded, degraded: null };
  await ctx.log.begin(ctx.scanId, 'sarif');
  const upload = await uploadSarif(ctx.client, pull, sarif);
  if (upload.id !== null) await ctx.log.record(ctx.scanId, 'sarif', upload.id);
  return upload;
}

/** What GitHub will refuse again tomorrow is said and passed over; everything else is thrown. */
async function attempt(what: string, degraded: string[], step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!isFault(error, 'forbidden', 'not-found', 'invalid')) throw error;
    degraded.push(`${what}: ${error.detail === '' ? error.message : error.detail}`);
  }
}

function tellHomeless({ length }: readonly InlineComment[], inSummary: boolean): string {
  const [have, stand] = length === 1 ? ['1 comment has', 'stands'] : [`${length} comments have`, 'stand'];
  return `${have} no line in the diff and ${stand} ${inSummary ? 'in the summary' : 'among the annotations only'}`;
}

/** GitHub's own words may quote a name from the change: no Markdown comes of them. */
function plain(clause: string): string {
  return clause
    .replace(/[`*_<>[\]()@#|\\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
