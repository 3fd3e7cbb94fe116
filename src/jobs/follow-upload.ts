import type { PullRequest } from '#model/publication.ts';
import type { ReviewJobContext } from './context.ts';

/** An upload that the host still works on. */
export interface Upload {
  readonly pull: PullRequest;
  readonly id: string;
}

/**
 * Puts into the log what the host rejects of an upload. That shows after up to a minute and changes nothing else, so
 * neither a scan nor a worker should wait for it; the stop signal ends it. Never throws.
 */
export async function followUpload(
  title: string,
  { pull, id }: Upload,
  ctx: Pick<ReviewJobContext, 'host' | 'signal' | 'log'>,
): Promise<void> {
  try {
    const rejected = await ctx.host.followUpload(pull, id, ctx.signal);
    if (rejected !== null) ctx.log('warn', `${title}: ${rejected}`);
  } catch (error) {
    if (ctx.signal.aborted) return;
    ctx.log('warn', `${title}: the upload of SARIF could not be followed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
