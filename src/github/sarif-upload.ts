import { z } from 'zod';
import type { PullRequest } from '#model/publication.ts';
import { callGitHub, type GitHubClient } from './client.ts';
import { fitSarif } from './fit-sarif.ts';
import { isFault } from './host-error.ts';

/** GitHub processes an upload on its own time. It is looked at 5, 15, 35, 75 and 155 s after it was made; then it is let go. */
const PAUSES_MS = [5_000, 10_000, 20_000, 40_000, 80_000];

/** `id` is null when nothing was uploaded. `degraded` says what is missing and why, as one clause; null: nothing is. */
export interface SarifUpload {
  readonly id: string | null;
  readonly degraded: string | null;
}

/**
 * Uploads a SARIF file for the head of a pull request. Never throws: where code scanning is not to be had, the
 * findings are in the check run anyway. Whether it is to be had is told by the upload itself; a public repository
 * without any upload yet answers 404 to everything else.
 */
export async function uploadSarif(client: GitHubClient, pull: PullRequest, sarif: string): Promise<SarifUpload> {
  const { packed, left } = fitSarif(sarif);
  if (packed === null) return { id: null, degraded: `SARIF: ${left}` };
  try {
    const { id } = await callGitHub(
      client,
      'POST /repos/{owner}/{repo}/code-scanning/sarifs',
      {
        owner: pull.owner,
        repo: pull.repo,
        commit_sha: pull.headSha,
        ref: refOf(pull),
        sarif: packed.toString('base64'),
        tool_name: 'Aegis',
      },
      z.object({ id: z.string() }),
    );
    return { id, degraded: left === null ? null : `SARIF: ${left}` };
  } catch (error) {
    return { id: null, degraded: `SARIF: ${explain(error, pull)}` };
  }
}

/** What is no pull request is a branch by its name, or a whole ref. */
function refOf({ number, headRef }: PullRequest): string {
  if (number !== 0) return `refs/pull/${number}/head`;
  return headRef.startsWith('refs/') ? headRef : `refs/heads/${headRef}`;
}

function explain(error: unknown, pull: PullRequest): string {
  if (!isFault(error, 'forbidden', 'not-found')) return error instanceof Error ? error.message : String(error);
  const said = error.detail === '' ? 'code scanning is not available for this repository' : error.detail;
  return pull.isPrivate ? `${said} (a private repository needs GitHub Code Security)` : said;
}

const stateSchema = z.object({ processing_status: z.string().nullish(), errors: z.array(z.string()).nullish() });

export interface Waiting {
  /** Waits; milliseconds. Rejects when `signal` aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Looks a few times what became of an upload. Answers one clause when GitHub rejected it, null when it took it or has
 * not decided yet. Rejects when the signal aborts, and for nothing else.
 */
export async function followUpload(
  client: GitHubClient,
  pull: PullRequest,
  sarifId: string,
  { wait, signal }: Waiting,
): Promise<string | null> {
  const route = 'GET /repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}';
  const parameters = { owner: pull.owner, repo: pull.repo, sarif_id: sarifId, request: { signal } };
  let misses = 0;
  for (const pause of PAUSES_MS) {
    await wait(pause, signal);
    try {
      const state = await callGitHub(client, route, parameters, stateSchema);
      if (state.processing_status === 'complete') return null;
      if (state.processing_status === 'failed') return `SARIF: GitHub rejected the file: ${(state.errors ?? []).join('; ').slice(0, 300)}`;
    } catch (error) {
      signal.throwIfAborted();
      // The state of a fresh upload may be unknown for a moment. Some servers do not know the question.
      misses += 1;
      if (!isFault(error, 'not-found') || misses === 2) return null;
    }
  }
  return null;
}
