import type { AegisError } from '#model/errors.ts';

/** What a person can do in a workflow about a fault of GitHub: errors of the host speak of an App. */
const HINTS: Readonly<Record<string, string>> = {
  AEGIS_HOST_UNAUTHORIZED: 'Check the input github-token: it may have ended, or be of another server.',
  AEGIS_HOST_FORBIDDEN: 'Give the job `permissions: contents: read` and `pull-requests: write`.',
  AEGIS_HOST_NOT_FOUND: 'Give the job `permissions: contents: read`, and check that the token is one of this repository.',
  AEGIS_HOST_UNREACHABLE: 'Check that the runner reaches the address in GITHUB_API_URL.',
  AEGIS_HOST_PROTOCOL: 'Check that GITHUB_API_URL names a GitHub server.',
  AEGIS_HOST_RATE_LIMITED: 'Run the job again when the limit of the token is lifted.',
  AEGIS_HOST_SERVER: 'Run the job again later; see https://www.githubstatus.com.',
};

/** The one thing to do about a fault, in the words of whoever runs a workflow. */
export function hintOf({ code, hint }: Pick<AegisError, 'code' | 'hint'>): string {
  return HINTS[code] ?? hint;
}
