import { z } from 'zod';
import type { CheckAnnotation, CheckButton, Publication, PullRequest } from '#model/publication.ts';
import type { Severity } from '#model/severity.ts';
import { callGitHub, type GitHubClient, listAll } from './client.ts';
import { cutBytes, cutCharacters } from './cut.ts';
import { isFault } from './host-error.ts';
import { type Outbox, postOnce } from './outbox.ts';

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
/** GitHub documents no limit for a check's title; it is one line of a list. */
const MAX_TITLE = 255;

const LEVELS: Readonly<Record<Severity, 'failure' | 'warning' | 'notice'>> = {
  critical: 'failure',
  high: 'failure',
  medium: 'warning',
  low: 'notice',
  info: 'notice',
};

const UPDATE = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';

const idSchema = z.object({ id: z.number() });
const runSchema = idSchema.extend({
  external_id: z.string().nullish(),
  app: idSchema.nullish(),
  status: z.string().nullish(),
  output: z.object({ annotations_count: z.number().nullish() }).nullish(),
});
type Run = z.infer<typeof runSchema>;

export interface CheckContext extends Omit<Outbox, 'scanId'> {
  readonly client: GitHubClient;
  /** 0 where the checks are those of a token's account: which App that is, is not known. */
  readonly appId: number;
}

/**
 * What a check run remembers of its scan: enough to ask for the same review again where GitHub names no pull request
 * (checks on commits of forks).
 */
export function externalIdOf(scanId: string, pull: Pick<PullRequest, 'number' | 'baseSha'>): string {
  return `${scanId}/${pull.number}/${pull.baseSha}`;
}

/** The scan and the pull request in an external id of ours; null for any other text. */
export function readExternalId(externalId: string): { readonly scanId: string; readonly number: number; readonly baseSha: string } | null {
  const [, scanId, number, baseSha] = /^([^/]+)\/(\d{1,10})\/([0-9a-f]{40,64})$/.exec(externalId) ?? [];
  return scanId === undefined || number === undefined || baseSha === undefined ? null : { scanId, number: Number(number), baseSha };
}

/**
 * Opens the check run of a scan `in_progress` unless it is there: recorded, or found on the commit when a crash came
 * between opening and recording. Answers its id. Throws `HostError`.
 */
export async function openCheckRun(ctx: CheckContext, pull: PullRequest, { name, scanId }: Opening): Promise<string> {
  const { owner, repo, headSha } = pull;
  return await postOnce({ ...ctx, scanId }, 'check', {
    async look() {
      const ofScan = (run: Run) => readExternalId(run.external_id ?? '')?.scanId === scanId;
      return (
        (await listRuns(ctx, pull)).find((run) => (ctx.appId === 0 || run.app?.id === ctx.appId) && ofScan(run))?.id.toString() ?? null
      );
    },
    async post() {
      const run = { name, head_sha: headSha, external_id: externalIdOf(scanId, pull), status: 'in_progress' };
      const { id } = await callGitHub(ctx.client, 'POST /repos/{owner}/{repo}/check-runs', { owner, repo, ...run }, idSchema);
      return String(id);
    },
  });
}

interface Opening {
  readonly name: string;
  readonly scanId: string;
}

/** Every check run of this App on the commit. Not by name: an earlier attempt may have used another one. */
async function listRuns({ client, appId }: CheckContext, { owner, repo, headSha }: PullRequest): Promise<readonly Run[]> {
  return await listAll(
    client,
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    { owner, repo, ref: headSha, filter: 'all', ...(appId !== 0 && { app_id: appId }) },
    runSchema,
    (data) => z.object({ check_runs: z.unknown() }).safeParse(data).data?.check_runs,
  );
}

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

/** Shows in the title of the open check how far the scan is. Never throws. */
export async function showCheckProgress(
  { client, log }: Pick<CheckContext, 'client' | 'log'>,
  { owner, repo }: PullRequest,
  { scanId, title }: { readonly scanId: string; readonly title: string },
): Promise<void> {
  try {
    const runId = await log.find(scanId, 'check');
    if (runId === null) return;
    const output = { title: cutCharacters(title, MAX_TITLE), summary: 'The review is under way.' };
    await callGitHub(client, UPDATE, { owner, repo, check_run_id: Number(runId), output }, z.unknown());
  } catch {
    // The next one, or the end, is shown all the same.
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
