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
const listedSchema = idSchema.extend({ external_id: z.string().nullish(), app: idSchema.nullish() });
const stateSchema = z.object({ status: z.string(), output: z.object({ annotations_count: z.number().nullish() }).nullish() });

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
 * The check run of a scan, opened `in_progress` unless it is there: recorded, or found on the commit when a crash
 * came between opening and recording. Answers its id. Throws `HostError`.
 */
export async function openCheckRun(
  { client, log, appId }: CheckContext,
  pull: PullRequest,
  { name, scanId }: { readonly name: string; readonly scanId: string },
): Promise<number> {
  const recorded = await log.find(scanId, 'check');
  if (recorded !== null) return Number(recorded);
  const repository = { owner: pull.owner, repo: pull.repo };
  const onCommit = await listAll(
    client,
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    { ...repository, ref: pull.headSha, check_name: name, app_id: appId, filter: 'all' },
    listedSchema,
    (data) => z.object({ check_runs: z.unknown() }).safeParse(data).data?.check_runs,
  );
  const found = onCommit.find((run) => run.app?.id === appId && readExternalId(run.external_id ?? '')?.scanId === scanId);
  const opened =
    found ??
    (await callGitHub(
      client,
      'POST /repos/{owner}/{repo}/check-runs',
      { ...repository, name, head_sha: pull.headSha, external_id: externalIdOf(scanId, pull), status: 'in_progress' },
      idSchema,
    ));
  await log.record(scanId, 'check', String(opened.id));
  return opened.id;
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
  const run = { owner: pull.owner, repo: pull.repo, check_run_id: await openCheckRun(ctx, pull, { name: check.name, scanId }) };
  const now = await readState(ctx.client, run);
  if (now.status === 'completed') return;
  const texts = { title: cutCharacters(check.title, MAX_TITLE), summary: cutCharacters(check.summary, MAX_SUMMARY) };
  const annotations = check.annotations.map(toAnnotation);
  for (let start = now.output?.annotations_count ?? 0, last = false; !last; start += ANNOTATIONS_A_REQUEST) {
    last = start + ANNOTATIONS_A_REQUEST >= annotations.length;
    const output = { ...texts, annotations: annotations.slice(start, start + ANNOTATIONS_A_REQUEST) };
    const state = last ? { status: 'completed', conclusion: check.conclusion } : { status: 'in_progress' };
    await callGitHub(ctx.client, 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', { ...run, ...state, output }, z.unknown());
  }
}

/** How far an earlier call came. Where GitHub does not tell, the check is completed anew: rather shown twice than left open. */
async function readState(client: GitHubClient, run: Record<string, unknown>): Promise<z.infer<typeof stateSchema>> {
  try {
    return await callGitHub(client, 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}', run, stateSchema);
  } catch (error) {
    if (isFault(error, 'not-found', 'forbidden', 'protocol')) return { status: 'in_progress' };
    throw error;
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
