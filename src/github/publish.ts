import type { ChangeSet } from '#model/change-set.ts';
import type { InlineComment, Publication, PullRequest } from '#model/publication.ts';
import type { PublicationLog, PublishReport } from '#ports/code-host.ts';
import { completeCheckRun } from './check-run.ts';
import type { GitHubClient } from './client.ts';
import { isFault } from './host-error.ts';
import type { Identity } from './identity.ts';
import { recallOwnPosts } from './own-posts.ts';
import type { PostContext } from './post-comment.ts';
import { type PostedReview, postReview } from './post-review.ts';
import { type SarifUpload, uploadSarif } from './sarif-upload.ts';
import { addHomeless, postSummary } from './summary-comment.ts';

export interface PublishContext {
  readonly client: GitHubClient;
  readonly log: PublicationLog;
  readonly identity: Identity;
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
  const { client, log, identity } = ctx;
  const degraded: string[] = [];
  const posting: PostContext = { client, log, scanId, own: await recallOwnPosts(log, identity, scanId) };
  const posted = review === null ? NOTHING : await reviewOrDegrade(posting, pull, review, change ?? NO_CHANGE, degraded);
  if (posted.homeless.length > 0) degraded.push(tellHomeless(posted.homeless, summary !== null));
  if (summary !== null) {
    await postSummary(posting, pull, addHomeless(summary, posted.homeless)).catch((error: unknown) =>
      degrade('summary comment', error, degraded),
    );
  }
  const upload = sarif === null ? null : await uploadOnce(ctx, pull, scanId, sarif);
  if (upload?.degraded) degraded.push(upload.degraded);
  if (check !== null) {
    const note = degraded.length === 0 ? '' : `\n\nNot shown as meant: ${degraded.map(plain).join('; ')}.`;
    await completeCheckRun({ client, log, appId: identity.appId }, pull, scanId, { ...check, summary: check.summary + note });
  }
  return { commentsPosted: posted.posted, degraded, uploadId: upload?.id ?? null };
}

const NOTHING: PostedReview = { posted: 0, homeless: [] };

async function reviewOrDegrade(
  ctx: PostContext,
  pull: PullRequest,
  review: NonNullable<Publication['review']>,
  change: ChangeSet,
  degraded: string[],
): Promise<PostedReview> {
  try {
    return await postReview(ctx, pull, review, change);
  } catch (error) {
    degrade('review', error, degraded);
    return { posted: 0, homeless: review.comments };
  }
}

/** Uploaded once for each scan; a second upload would do no harm, but costs a request and its processing. */
async function uploadOnce(ctx: PublishContext, pull: PullRequest, scanId: string, sarif: string): Promise<SarifUpload> {
  const recorded = await ctx.log.find(scanId, 'sarif');
  if (recorded !== null) return { id: recorded, degraded: null };
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
