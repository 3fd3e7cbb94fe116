import { z } from 'zod';
import type { PullRequest } from '#model/publication.ts';
import { callGitHub, type GitHubClient, listAll } from './client.ts';
import { cutCharacters } from './cut.ts';
import { type Outbox, postOnce } from './outbox.ts';

/** GitHub documents no limit for a check's title; it is one line of a list. */
export const MAX_TITLE = 255;

export const UPDATE = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';

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
export async function listRuns({ client, appId }: CheckContext, { owner, repo, headSha }: PullRequest): Promise<readonly Run[]> {
  return await listAll(
    client,
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    { owner, repo, ref: headSha, filter: 'all', ...(appId !== 0 && { app_id: appId }) },
    runSchema,
    (data) => z.object({ check_runs: z.unknown() }).safeParse(data).data?.check_runs,
  );
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
