import type { ChangeSet } from '#model/change-set.ts';
import type { InlineComment, Publication, PullRequest } from '#model/publication.ts';
import type { PublishReport } from '#ports/code-host.ts';
import { completeCheckRun } from './check-run.ts';
import { isFault } from './host-error.ts';
import { type PostedReview, postReview, type ReviewContext } from './post-review.ts';
import { followUpload, type SarifUpload, uploadSarif } from './sarif-upload.ts';
import { addHomeless, postSummary } from './summary-comment.ts';

export interface PublishContext extends ReviewContext {
  readonly wait: (ms: number) => Promise<void>;
}

const NO_CHANGE: ChangeSet = { mode: 'change', files: [], base: null, head: null };

/**
 * Makes a publication visible, and is the only one that writes to a pull request. Every step looks first at what the
 * log and GitHub have, so that a call that broke off anywhere can be repeated. The check run ends last: while it is
 * open, something may be missing. What may not be written degrades to a clause; what may work later is thrown as a
 * retryable `HostError`.
 */
export async function publish(
  ctx: PublishContext,
  pull: PullRequest,
  publication: Publication,
  change: ChangeSet | null,
): Promise<PublishReport> {
  const { scanId, check, review, summary, sarif } = publication;
  const degraded: string[] = [];
  const posted = review === null ? NOTHING : await reviewOrDegrade(ctx, pull, scanId, review, change ?? NO_CHANGE, degraded);
  if (posted.homeless.length > 0) degraded.push(tellHomeless(posted.homeless, summary !== null));
  if (summary !== null) {
    await postSummary(ctx, pull, scanId, addHomeless(summary, posted.homeless)).catch((error: unknown) =>
      degrade('summary comment', error, degraded),
    );
  }
  const upload = sarif === null ? null : await uploadOnce(ctx, pull, scanId, sarif);
  if (upload?.degraded) degraded.push(upload.degraded);
  if (check !== null) {
    const note = degraded.length === 0 ? '' : `\n\nNot shown as meant: ${degraded.map(plain).join('; ')}.`;
    await completeCheckRun({ ...ctx, appId: ctx.identity.appId }, pull, scanId, { ...check, summary: check.summary + note });
  }
  const rejected = upload?.id ? await followUpload(ctx.client, pull, upload.id, ctx.wait) : null;
  return { commentsPosted: posted.posted, degraded: rejected === null ? degraded : [...degraded, rejected] };
}

const NOTHING: PostedReview = { posted: 0, homeless: [] };

async function reviewOrDegrade(
  ctx: PublishContext,
  pull: PullRequest,
  scanId: string,
  review: NonNullable<Publication['review']>,
  change: ChangeSet,
  degraded: string[],
): Promise<PostedReview> {
  try {
    return await postReview(ctx, pull, scanId, review, change);
  } catch (error) {
    degrade('review', error, degraded);
    return { posted: 0, homeless: review.comments };
  }
}

/** Uploaded once for each scan; a second upload would do no harm, but costs a request and its processing. */
async function uploadOnce(ctx: PublishContext, pull: PullRequest, scanId: string, sarif: string): Promise<SarifUpload> {
  if ((await ctx.log.find(scanId, 'sarif')) !== null) return { id: null, degraded: null };
  const upload = await uploadSarif(ctx.client, pull, sarif);
  if (upload.id !== null) await ctx.log.record(scanId, 'sarif', upload.id);
  return upload;
}

/** What GitHub will refuse again tomorrow is said and passed over; everything else is thrown. */
function degrade(what: string, error: unknown, degraded: string[]): void {
  if (!isFault(error, 'forbidden', 'not-found', 'invalid')) throw error;
  degraded.push(`${what}: ${error.detail === '' ? error.message : error.detail}`);
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
