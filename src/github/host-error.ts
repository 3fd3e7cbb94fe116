import { AegisError } from '#model/errors.ts';

/**
 * Why GitHub did not do what was asked. The kinds differ in what the caller should do next:
 * - `invalid`: GitHub refused the content (400, 422); asking again with the same content is useless
 * - `superseded`: the pull request has a newer head, which has a scan of its own
 * - `unauthorized`: the key or the token is not taken; when an operator mends that, what is waiting goes on
 * - `protocol`: an answer that does not look like GitHub's
 */
export type HostFault =
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'invalid'
  | 'superseded'
  | 'rate-limited'
  | 'server'
  | 'unreachable'
  | 'protocol';

const RETRYABLE: ReadonlySet<HostFault> = new Set(['unauthorized', 'rate-limited', 'server', 'unreachable', 'conflict']);

const HINTS: Readonly<Record<HostFault, string>> = {
  unauthorized: 'Check APP_ID and PRIVATE_KEY, and that the App is still installed.',
  forbidden: 'Compare the permissions of the installation with app.yml, and accept those that are pending.',
  'not-found': 'Check that the App is installed on this repository.',
  conflict: 'Try again in a moment.',
  invalid: 'Report this as a fault of Aegis: it asked for something that GitHub does not take.',
  superseded: 'Nothing to do: the newer head is reviewed by a scan of its own.',
  'rate-limited': 'Wait until the limit is lifted; Aegis tries again by itself.',
  server: 'Try again later; see https://www.githubstatus.com.',
  unreachable: 'Check the network and GHE_HOST.',
  protocol: 'Check that GHE_HOST names a GitHub server.',
};

/** A request to GitHub that failed. The message names the route and GitHub's own words, never a token or a body. */
export class HostError extends AegisError {
  readonly code: string;
  readonly fault: HostFault;
  /** How long GitHub asked to wait, milliseconds; null when it did not say. */
  readonly retryAfterMs: number | null;
  /** What GitHub said about it, one line; empty when it said nothing. */
  readonly detail: string;

  constructor(fault: HostFault, message: string, options: { detail?: string; retryAfterMs?: number | null; cause?: unknown } = {}) {
    super(message, { hint: HINTS[fault], retryable: RETRYABLE.has(fault), cause: options.cause });
    this.code = `AEGIS_HOST_${fault.toUpperCase().replaceAll('-', '_')}`;
    this.fault = fault;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.detail = options.detail ?? '';
  }
}

/** True for a `HostError` of one of these kinds. */
export function isFault(error: unknown, ...faults: readonly HostFault[]): error is HostError {
  return error instanceof HostError && faults.includes(error.fault);
}
