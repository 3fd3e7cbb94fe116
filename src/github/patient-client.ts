import type { WritePace } from '#ports/write-pace.ts';
import { type GitHubClient, toHostError } from './client.ts';
import type { HostError } from './host-error.ts';
import { kindOfQuery, kindOfRequest, type RequestKind } from './request-kind.ts';
import type { SlidingPace, Wait } from './sliding-pace.ts';

/** A limit that is lifted later than this is not waited for here: the scan is given back and tried again then. */
const LONGEST_WAIT_MS = 120_000;

/** https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately */
const UNSAID_WAIT_MS = 60_000;

/** Further attempts after a fault that may pass, and the pause before the first of them; each further pause is twice as long. */
const MOST_REPEATS = 3;
const FIRST_PAUSE_MS = 500;

export interface Patience {
  readonly pace: WritePace;
  /** Points of requests, for each installation. */
  readonly points: SlidingPace;
  readonly wait: Wait;
  /** From 0 to 1, for pauses that do not fall together. */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/**
 * A client that keeps to GitHub's limits and bears what may pass: refusals for a limit are waited for, what may be sent
 * twice is sent again after a fault, and a token that is not taken any more is exchanged once. Everything else, and what
 * does not pass, is thrown as `HostError`.
 */
export function createPatientClient(installationId: number, connect: () => Promise<GitHubClient>, patience: Patience): GitHubClient {
  const { pace, points, wait, random, signal } = patience;
  let connected: Promise<GitHubClient> | null = null;

  async function send<T>(what: string, kind: RequestKind, ask: (client: GitHubClient) => Promise<T>): Promise<T> {
    const met = { limits: 0, faults: 0, renewed: false };
    for (;;) {
      if (kind.creates) await pace.take(installationId, signal);
      await points.take(installationId, kind.points, signal);
      connected ??= connect();
      const client = await connected;
      try {
        return await ask(client);
      } catch (error) {
        signal.throwIfAborted();
        await recover(toHostError(what, error), kind, met, client);
      }
    }
  }

  /** Returns when the request may be sent again; else throws its error. */
  async function recover(
    error: HostError,
    { repeatable }: RequestKind,
    met: { limits: number; faults: number; renewed: boolean },
    client: GitHubClient,
  ): Promise<void> {
    if (error.fault === 'unauthorized' && !met.renewed) {
      met.renewed = true;
      // A client without a token of its own to exchange says so by failing; the second refusal tells more than that.
      await client.auth({ type: 'installation', refresh: true }).catch(() => null);
      connected = null;
      return;
    }
    if (error.fault === 'rate-limited') {
      const ms = (error.retryAfterMs ?? UNSAID_WAIT_MS) * 2 ** met.limits;
      met.limits += 1;
      if (ms > LONGEST_WAIT_MS) throw error;
      await wait(ms, signal);
      return;
    }
    // A conflict was refused: nothing happened. Of a cut connection or a 5xx nobody knows.
    const again = error.fault === 'conflict' || (repeatable && (error.fault === 'server' || error.fault === 'unreachable'));
    if (!again || met.faults >= MOST_REPEATS) throw error;
    const pause = FIRST_PAUSE_MS * 2 ** met.faults;
    met.faults += 1;
    await wait(pause * (0.5 + random() / 2), signal);
  }

  return {
    request: (route, parameters = {}) => send(route, kindOfRequest(route, parameters), (client) => client.request(route, parameters)),
    graphql: (query, variables = {}) => send('POST /graphql', kindOfQuery(query), (client) => client.graphql(query, variables)),
    auth: async (options) => (await connect()).auth(options),
  };
}
