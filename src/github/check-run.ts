import { z } from 'zod';
import type { CheckAnnotation, Publication, PullRequest } from '#model/publication.ts';
import type { Severity } from '#model/severity.ts';
import type { PublicationLog } from '#ports/code-host.ts';
import { callGitHub, type GitHubClient, listAll } from './client.ts';
import { cutBytes, cutCharacters } from './cut.ts';
import { isFault } from './host-error.ts';

/** https://docs.github.com/rest/checks/runs#update-a-check-run: at most 50 annotations a request, further ones append. */
const ANNOTATIONS_A_REQUEST = 50;
/** Same page: `summary` takes 65,535 characters, `message` 64 KB, an annotation's `title` 255 characters. */
const MAX_SUMMARY = 65_535;
const MAX_MESSAGE_BYTES = 64_000;
const MAX_ANNOTATION_TITLE = 255;
/** GitHub documents no limit for a check's title; it is one line of a list. */
const MAX_TITLE = 255;

const LEVELS: Readonly<Record<Severity, 'failure' | 'warning' | 'notice'>> = {
  critical: 'failure',
  high: 'failure',
  medium: 'warning',
  low: 'notice',
  info: 'notice',
};

const idSchema = z.object({ id: z.number() });
const runSchema = idSchema.extend({
  external_id: z.string().nullish(),
  app: idSchema.nullish(),
  status: z.string().nullish(),
  output: z.object({ annotations_count: z.number().nullish() }).nullish(),
});
type Run = z.infer<typeof runSchema>;

export interface CheckContext {
  readonly client: GitHubClient;
  readonly log: PublicationLog;
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
 * between opening and recording. Throws `HostError`.
 */
export async function openCheckRun(ctx: CheckContext, pull: PullRequest, check: Opening): Promise<void> {
  if ((await ctx.log.find(check.scanId, 'check')) === null) await findOrOpen(ctx, pull, check);
}

interface Opening {
  readonly name: string;
  readonly scanId: string;
}

async function findOrOpen(ctx: CheckContext, pull: PullRequest, { name, scanId }: Opening): Promise<Run> {
  const there = await listRuns(ctx, pull);
  const found = there.find((run) => run.app?.id === ctx.appId && readExternalId(run.external_id ?? '')?.scanId === scanId);
  const opened =
    found ??
    (await callGitHub(
      ctx.client,
      'POST /repos/{owner}/{repo}/check-runs',
      {
        ...{ owner: pull.owner, repo: pull.repo },
        ...{ name, head_sha: pull.headSha, external_id: externalIdOf(scanId, pull), status: 'in_progress' },
      },
      idSchema,
    ));
  await ctx.log.record(scanId, 'check', String(opened.id));
  return opened;
}

/** Every check run of this App on the commit. Not by name: an earlier attempt may have used another one. */
async function listRuns({ client, appId }: CheckContext, { owner, repo, headSha }: PullRequest): Promise<readonly Run[]> {
  return await listAll(
    client,
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    { owner, repo, ref: headSha, app_id: appId, filter: 'all' },
    runSchema,
    (data) => z.object({ check_runs: z.unknown() }).safeParse(data).data?.check_runs,
  );
}

/**
 * Ends the check run. Annotations go in batches, and the conclusion with the last of them, so that a completed check
 * is complete: a repeated call continues behind the annotations that are there, or does nothing. Throws `HostError`.
 */
export async function completeCheckRun(
  ctx: CheckContext,
  pull: PullRequest,
  scanId: string,
  check: NonNullable<Publication['check']>,
): Promise<void> {
  if ((await ctx.log.find(scanId, 'check:completed')) !== null) return;
  const run = await readRun(ctx, pull, { name: check.name, scanId });
  if (run.status !== 'completed') await sendCheck(ctx, pull, scanId, check, run);
  await ctx.log.record(scanId, 'check:completed', String(run.id));
}

/** The scan's run and how far an earlier call came, as far as GitHub tells: where it does not, the log alone knows. */
async function readRun(ctx: CheckContext, pull: PullRequest, check: Opening): Promise<Run> {
  const recorded = await ctx.log.find(check.scanId, 'check');
  if (recorded === null) return await findOrOpen(ctx, pull, check);
  const there = await listRuns(ctx, pull).catch((error: unknown) => {
    if (isFault(error, 'not-found', 'forbidden', 'protocol')) return [];
    throw error;
  });
  return there.find(({ id }) => String(id) === recorded) ?? { id: Number(recorded) };
}

async function sendCheck(
  { client, log }: CheckContext,
  { owner, repo }: PullRequest,
  scanId: string,
  check: NonNullable<Publication['check']>,
  run: Run,
): Promise<void> {
  const texts = { title: cutCharacters(check.title, MAX_TITLE), summary: cutCharacters(check.summary, MAX_SUMMARY) };
  const annotations = check.annotations.map(toAnnotation);
  const before = await recallBatches(log, scanId);
  // A crash may come before the record of a batch, and GitHub's count may lag behind: the larger one is right.
  let start = Math.max(before.annotations, run.output?.annotations_count ?? 0);
  for (let batch = before.batches + 1, last = false; !last; batch += 1, start += ANNOTATIONS_A_REQUEST) {
    const end = start + ANNOTATIONS_A_REQUEST;
    last = end >= annotations.length;
    const state = last ? { status: 'completed', conclusion: check.conclusion } : { status: 'in_progress' };
    const output = { ...texts, annotations: annotations.slice(start, end) };
    const request = { owner, repo, check_run_id: run.id, ...state, output };
    await callGitHub(client, 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', request, z.unknown());
    if (!last) await log.record(scanId, `check:annotations:${batch}`, String(end));
  }
}

async function recallBatches(log: PublicationLog, scanId: string): Promise<{ readonly batches: number; readonly annotations: number }> {
  for (let batches = 0, annotations = 0; ; batches += 1) {
    const recorded = await log.find(scanId, `check:annotations:${batches + 1}`);
    if (recorded === null) return { batches, annotations };
    annotations = Number(recorded);
  }
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
