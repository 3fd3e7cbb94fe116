import { z } from 'zod';
import type { CheckAnnotation, CheckButton, Publication, PullRequest } from '#model/publication.ts';
import type { Severity } from '#model/severity.ts';
import { type CheckContext, listRuns, MAX_TITLE, openCheckRun, UPDATE } from './check-run.ts';
import { callGitHub, listAll } from './client.ts';
import { cutBytes, cutCharacters } from './cut.ts';
import { isFault } from './host-error.ts';
import { postOnce } from './outbox.ts';

/** https://docs.github.com/rest/checks/runs#update-a-check-run: at most 50 annotations a request, further ones append. */
const ANNOTATIONS_A_REQUEST = 50;
/** Same page: `summary` takes 65,535 characters, `message` 64 KB, an annotation's `title` 255 characters. */
const MAX_SUMMARY = 65_535;
const MAX_MESSAGE_BYTES = 64_000;
const MAX_ANNOTATION_TITLE = 255;
/** Same page: at most three buttons; `label` takes 20 characters, `description` 40. */
const MAX_BUTTONS = 3;
const MAX_LABEL = 20;
const MAX_DESCRIPTION = 40;

const LEVELS: Readonly<Record<Severity, 'failure' | 'warning' | 'notice'>> = {
  critical: 'failure',
  high: 'failure',
  medium: 'warning',
  low: 'notice',
  info: 'notice',
};

/**
 * Ends the check run. Annotations go in batches, and the conclusion with the last of them, so that a completed check
 * is complete: a repeated call continues behind the annotations that are there, or does nothing. Answers what GitHub did
 * not take, as one clause, or null. Throws `HostError`.
 */
export async function completeCheckRun(
  ctx: CheckContext,
  pull: PullRequest,
  scanId: string,
  check: NonNullable<Publication['check']>,
): Promise<string | null> {
  if ((await ctx.log.find(scanId, 'check:completed')) !== null) return null;
  const runId = await openCheckRun(ctx, pull, { name: check.name, scanId });
  const annotations = check.annotations.map(toAnnotation);
  let refused: string | null = null;
  for (let start = 0, batch = 1, last = false; !last; batch += 1, start += ANNOTATIONS_A_REQUEST) {
    const end = start + ANNOTATIONS_A_REQUEST;
    last = end >= annotations.length;
    const state = last ? { status: 'completed', conclusion: check.conclusion } : { status: 'in_progress' };
    const request = { owner: pull.owner, repo: pull.repo, check_run_id: Number(runId), ...state };
    const output = { title: cutCharacters(check.title, MAX_TITLE), summary: cutCharacters(check.summary, MAX_SUMMARY) };
    const buttons = last ? { actions: (check.buttons ?? []).slice(0, MAX_BUTTONS).map(toAction) } : {};
    const send = (more: Record<string, unknown>) => callGitHub(ctx.client, UPDATE, { ...request, ...more }, z.unknown());
    await postOnce({ ...ctx, scanId }, last ? 'check:completed' : `check:annotations:${batch}`, {
      look: async () => ((await isSent(ctx, pull, runId, last ? null : end)) ? (last ? runId : String(end)) : null),
      async post() {
        try {
          await send({ output: { ...output, annotations: annotations.slice(start, end) }, ...buttons });
        } catch (error) {
          if (!isFault(error, 'invalid')) throw error;
          refused = `annotations: ${error.detail === '' ? error.message : error.detail}`;
          // They are in the summary, too; a check that never ends would hold up everything.
          if (last) await send({ output });
        }
        return last ? runId : String(end);
      },
    });
  }
  return refused;
}

/** Whether the run has so many annotations; null: whether it is completed. GitHub's count may be missing, its list is not. */
async function isSent(ctx: CheckContext, pull: PullRequest, runId: string, annotations: number | null): Promise<boolean> {
  try {
    const run = (await listRuns(ctx, pull)).find(({ id }) => String(id) === runId);
    if (annotations === null) return run?.status === 'completed';
    const count = run?.output?.annotations_count;
    if (typeof count === 'number') return count >= annotations;
    const route = 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations';
    const { owner, repo } = pull;
    return (await listAll(ctx.client, route, { owner, repo, check_run_id: Number(runId) }, z.unknown())).length >= annotations;
  } catch (error) {
    // A server that tells nothing of its checks: then the record alone counts.
    if (isFault(error, 'not-found', 'forbidden', 'protocol')) return false;
    throw error;
  }
}

function toAction({ label, description, identifier }: CheckButton): Record<string, string> {
  return { label: cutCharacters(label, MAX_LABEL), description: cutCharacters(description, MAX_DESCRIPTION), identifier };
}

function toAnnotation({ path, startLine, endLine, severity, title, message }: CheckAnnotation): Record<string, unknown> {
  return {
    path,
    start_line: startLine,
    end_line: endLine,
    annotation_level: LEVELS[severity],
    title: cutCharacters(title, MAX_ANNOTATION_TITLE),
    message: cutBytes(message, MAX_MESSAGE_BYTES),
  };
}
