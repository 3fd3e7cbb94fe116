import { z } from 'zod';
import { callGitHub, type GitHubClient, toHostError } from './client.ts';
import { HostError } from './host-error.ts';

/** GitHub keeps deliveries for 3 days: https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks */
const KEPT_MS = 3 * 24 * 3_600_000;
const EVERY_MS = 3_600_000;

/** Asked for again in one round; the rest waits for the next. */
const MOST_A_ROUND = 100;
/** What fails so often in the time of one process fails for a reason that asking again does not mend. */
const MOST_A_GUID = 3;
/** Of a busier App the newest 10,000 deliveries are looked at. */
const MAX_PAGES = 100;

const LIST = 'GET /app/hook/deliveries';
const ATTEMPT = 'POST /app/hook/deliveries/{delivery_id}/attempts';

interface RedeliveryOptions {
  /** A client with the App's own credentials. */
  readonly appClient: () => Promise<GitHubClient>;
  readonly log: (level: 'info' | 'warn', message: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls `run` again and again, `ms` milliseconds apart, until the function that it answers is called. */
  readonly every: (ms: number, run: () => void) => () => void;
}

interface Redelivery {
  /** Ends it, after the request that is under way. */
  stop(): Promise<void>;
}

/**
 * Asks GitHub for webhooks that never arrived, now and every hour: GitHub does not try a failed delivery again by itself.
 * One that arrived after all keeps its GUID, and is known by it. Faults are logged and never thrown.
 */
export function startRedelivery({ appClient, log, now, every }: RedeliveryOptions): Redelivery {
  const asked = new Map<string, number>();
  let isStopped = false;
  const tell = (error: unknown) =>
    log('warn', `a webhook that did not arrive could not be asked for again: ${error instanceof Error ? error.message : String(error)}`);

  async function round(): Promise<void> {
    const client = await appClient();
    const failed = await listFailed(client, now() - KEPT_MS);
    const due = failed.filter(({ guid }) => (asked.get(guid) ?? 0) < MOST_A_GUID);
    let done = 0;
    for (const { id, guid } of due.slice(0, MOST_A_ROUND)) {
      if (isStopped) return;
      asked.set(guid, (asked.get(guid) ?? 0) + 1);
      try {
        await callGitHub(client, ATTEMPT, { delivery_id: id }, z.unknown());
        done += 1;
      } catch (error) {
        if (!(error instanceof HostError) || error.retryable) throw error;
        // One that GitHub has forgotten must not keep the others from being asked for.
        tell(error);
      }
    }
    if (done > 0) log('info', `${done} of ${failed.length} webhooks that did not arrive are asked for again`);
  }

  let underWay: Promise<void> | null = null;
  const begin = () => {
    underWay ??= round()
      .catch(tell)
      .finally(() => {
        underWay = null;
      });
  };
  begin();
  const end = every(EVERY_MS, begin);
  return {
    async stop() {
      isStopped = true;
      end();
      await underWay;
    },
  };
}

/** Ids are beyond what a number holds since 2026, where Octokit reads a bigint and drops one from a path: https://github.com/octokit/endpoint.js/issues/546 */
const idSchema = z.union([z.number(), z.bigint()]).transform(String);
const deliverySchema = z.object({ id: idSchema, guid: z.string(), delivered_at: z.string(), status_code: z.number() });

interface FailedDelivery {
  readonly id: string;
  readonly guid: string;
}

/** Deliveries since a moment of which no attempt succeeded, each by its last attempt; the oldest first. */
async function listFailed(client: GitHubClient, since: number): Promise<readonly FailedDelivery[]> {
  const arrived = new Set<string>();
  const failed = new Map<string, FailedDelivery>();
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { deliveries, next } = await listPage(client, cursor);
    // The newest attempts come first.
    const kept = deliveries.filter(({ delivered_at }) => Date.parse(delivered_at) >= since);
    for (const { id, guid, status_code: status } of kept) {
      if (status >= 200 && status < 300) arrived.add(guid);
      else if (!failed.has(guid)) failed.set(guid, { id, guid });
    }
    cursor = next;
    if (next === null || kept.length < deliveries.length) break;
  }
  return [...failed.values()].filter(({ guid }) => !arrived.has(guid)).toReversed();
}

async function listPage(client: GitHubClient, cursor: string | null) {
  const answer = await client.request(LIST, { per_page: 100, ...(cursor !== null && { cursor }) }).catch((error: unknown) => {
    throw toHostError(LIST, error);
  });
  const deliveries = z.array(deliverySchema).safeParse(answer.data);
  if (!deliveries.success) throw new HostError('protocol', `GitHub's answer to ${LIST} lacks what is expected`);
  return { deliveries: deliveries.data, next: nextCursor(String(answer.headers['link'] ?? '')) };
}

/** https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api#using-link-headers */
function nextCursor(link: string): string | null {
  const [, url = ''] = /<([^>]*)>;\s*rel="?next"?/.exec(link) ?? [];
  return URL.canParse(url) ? new URL(url).searchParams.get('cursor') : null;
}
