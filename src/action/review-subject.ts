import type { PreparedReview } from '#jobs/context.ts';
import type { ChangeSet } from '#model/change-set.ts';
import { AegisError } from '#model/errors.ts';
import { counts } from '#model/finding.ts';
import type { Publication } from '#model/publication.ts';
import type { ScanResult } from '#model/scan-result.ts';
import type { EventSink } from '#ports/events.ts';
import { describeProgress } from '#report/describe-progress.ts';
import { describePublication } from '#report/describe-publication.ts';
import { renderSarif } from '#report/sarif/render-sarif.ts';
import type { ActionLog } from './action-log.ts';
import type { ActionContext, ActionParts } from './context.ts';
import { requireConfig, type Subject } from './find-subject.ts';
import type { ActionInputs } from './inputs.ts';

/** What became of a subject. */
export type Ending =
  | {
      readonly kind: 'reviewed';
      readonly result: ScanResult;
      readonly settings: PreparedReview['settings'];
      /** Sentences for people about the review itself. */
      readonly notes: readonly string[];
      /** What could not be shown where it was meant to be, each as one clause. */
      readonly degraded: readonly string[];
      readonly publication: Publication;
    }
  | { readonly kind: 'skipped' | 'cancelled'; readonly reason: string };

/** What the host says when the head moved while its files were read or its comments were placed. */
const MOVED = 'AEGIS_HOST_SUPERSEDED';

/** Reviews a subject and shows what was found beside the step. Throws `AegisError`, and the signal's reason. */
export async function reviewSubject(subject: Subject, inputs: ActionInputs, parts: ActionParts, ctx: ReviewContext): Promise<Ending> {
  const prepared = await parts.prepare(subject.config.pull, requireConfig(subject.config.host, inputs.config));
  if (prepared.skip !== null) return { kind: 'skipped', reason: `the configuration leaves this change out: ${prepared.skip}` };
  try {
    return await reviewPrepared(subject, prepared, { inputs, parts }, ctx);
  } catch (error) {
    if (!isMoved(error)) throw error;
    return { kind: 'cancelled', reason: 'a newer head took the place of this one, and is reviewed by a run of its own' };
  }
}

type ReviewContext = Pick<ActionContext, 'io' | 'signal' | 'version'> & { readonly log: ActionLog };

async function reviewPrepared(
  subject: Subject,
  prepared: PreparedReview,
  { inputs, parts }: { readonly inputs: ActionInputs; readonly parts: ActionParts },
  ctx: ReviewContext,
): Promise<Ending> {
  const { pull } = subject;
  const scanId = `action-${ctx.io.random().slice(0, 16)}`;
  const { change, reader, memory } = await subject.open();
  ctx.log.say(`aegis: ${change.files.length} changed ${change.files.length === 1 ? 'file' : 'files'} at ${pull.headSha.slice(0, 7)}`);
  const result = await prepared.scan(change, reader, ctx.signal, {
    ...{ scanId, memory, keep: () => undefined },
    emit: tellProgress(ctx.log),
  });
  ctx.signal.throwIfAborted();
  const config = pull.number === 0 ? { notes: [], annotations: [] } : await prepared.configNotes(change, reader);
  for (const { path, startLine, title, message } of config.annotations) {
    ctx.log.annotate('warning', `${title}: ${message}`, { file: path, line: startLine });
  }
  const { settings } = prepared;
  const notes = [...prepared.notes, ...config.notes];
  const publication = describePublication(result, {
    ...settings,
    ...{
      check: { ...settings.check, enabled: false },
      notes,
      scanId,
      pull,
      version: ctx.version,
      webUrl: parts.webUrl,
    },
    rerun: 'run this workflow again',
  });
  const shown = { ...limit(publication, subject, inputs), sarif: renderUpload(result, subject, settings, ctx.version) };
  const degraded = await publish(subject, shown, change, { inputs, parts }, ctx.signal);
  return { kind: 'reviewed', result, settings, notes, degraded, publication };
}

/** Answers what could not be shown. What was found stands in the summary of the job in any case, so no fault here is the last word. */
async function publish(
  { pull }: Subject,
  publication: Publication,
  change: ChangeSet,
  { inputs, parts }: { readonly inputs: ActionInputs; readonly parts: ActionParts },
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const { degraded, uploadId } = await parts.host.publish(pull, publication, change);
    // It takes up to a minute of the job's time to know: only who asks for the upload waits for it.
    const rejected = uploadId === null || inputs.uploadSarif !== true ? null : await parts.host.followUpload(pull, uploadId, signal);
    return rejected === null ? degraded : [...degraded, rejected];
  } catch (error) {
    if (!(error instanceof AegisError) || isMoved(error)) throw error;
    return [`comments: ${error.message}`];
  }
}

function isMoved(error: unknown): boolean {
  return error instanceof AegisError && error.code === MOVED;
}

/** A line for each tenth, so that a log of thousands of pieces can still be read. */
function tellProgress(log: ActionLog): EventSink {
  let told = 0;
  return (event) => {
    if (event.type !== 'chunk_completed' || (event.done < event.of && event.done < told + event.of / 10)) return;
    told = event.done;
    log.say(`aegis: ${describeProgress(event)}`);
  };
}

/** What of a publication is shown for this subject, beside the upload. */
function limit(publication: Publication, { shows }: Subject, { comment }: ActionInputs): Publication {
  return shows.comments && comment ? publication : { ...publication, review: null, summary: null, closed: [] };
}

/** GitHub shows suppressed results like any other, so an upload carries only what counts. */
function renderUpload(result: ScanResult, { shows }: Subject, { sarif }: PreparedReview['settings'], version: string): string | null {
  if (!shows.sarif || sarif.enabled === false) return null;
  return renderSarif({ ...result, findings: result.findings.filter(counts) }, { category: sarif.category, version });
}
