import { z } from 'zod';
import { HostError, type HostFault } from './host-error.ts';
import { redact } from './redact.ts';
import type { Route } from './routes.ts';

/**
 * What Aegis uses of an Octokit: both Probot's and `@octokit/rest` fit. Authentication is the Octokit's own business;
 * limits and second attempts are those of `patient-client.ts`.
 */
export interface GitHubClient {
  request(route: Route, parameters?: Record<string, unknown>): Promise<GitHubResponse>;
  graphql(query: string, variables?: Record<string, unknown>): Promise<unknown>;
  /** Asks the Octokit's authentication strategy: `{ type: 'installation', refresh: true }` exchanges an installation's token. */
  auth(options: Record<string, unknown>): Promise<unknown>;
}

export interface GitHubResponse {
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/** GitHub answers 30 entries a page by default and 100 at most: https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api */
const PAGE_SIZE = 100;

/** A list that does not end is not followed for ever: 50,000 entries are more than any pull request has of anything. */
const MAX_PAGES = 500;

/** Where the server says nothing about a rate limit: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const DEFAULT_WAIT_MS = 60_000;

/** One request. The answer is held against `schema`, which names only the fields that are read. Throws `HostError`. */
export async function callGitHub<T>(
  client: GitHubClient,
  route: Route,
  parameters: Record<string, unknown>,
  schema: z.ZodType<T>,
): Promise<T> {
  const { data } = await request(client, route, parameters);
  return parseAnswer(route, schema, data);
}

/** Every page of a list. `pick` finds the entries in an answer that wraps them. Throws `HostError`. */
export async function listAll<T>(
  client: GitHubClient,
  route: Route,
  parameters: Record<string, unknown>,
  entry: z.ZodType<T>,
  pick: (data: unknown) => unknown = (data) => data,
): Promise<T[]> {
  const entries: T[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { data, headers } = await request(client, route, { ...parameters, per_page: PAGE_SIZE, page });
    entries.push(...parseAnswer(route, z.array(entry), pick(data)));
    if (!/\brel="?next"?/.test(String(headers['link'] ?? ''))) return entries;
  }
  throw new HostError('protocol', `GitHub did not end the list of ${route} after ${MAX_PAGES} pages`);
}

/** One GraphQL query. Throws `HostError`, also for an answer that carries errors beside data. */
export async function queryGitHub<T>(
  client: GitHubClient,
  query: string,
  variables: Record<string, unknown>,
  schema: z.ZodType<T>,
): Promise<T> {
  try {
    return parseAnswer('POST /graphql', schema, await client.graphql(query, variables));
  } catch (error) {
    throw toHostError('POST /graphql', error);
  }
}

async function request(client: GitHubClient, route: Route, parameters: Record<string, unknown>): Promise<GitHubResponse> {
  // An answer may be lost after its request took effect: nothing is sent again blindly by Octokit's retry.
  const given = typeof parameters['request'] === 'object' ? parameters['request'] : {};
  try {
    return await client.request(route, { ...parameters, request: { ...given, retries: 0 } });
  } catch (error) {
    throw toHostError(route, error);
  }
}

function parseAnswer<T>(route: Route, schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new HostError('protocol', `GitHub's answer to ${route} lacks what is expected${where === '' ? '' : ` at "${where}"`}`);
}

/** The parts of Octokit's errors that are read. Its `request` may hold an authorization header and is left alone. */
const failureSchema = z.object({
  status: z.number().nullish(),
  message: z.string().nullish(),
  response: z
    .object({
      headers: z.record(z.string(), z.unknown()).nullish(),
      data: z
        .object({ message: z.string().nullish(), errors: z.array(z.unknown()).nullish() })
        .nullish()
        .catch(null),
      /** GraphQL answers 200 and carries its errors here. */
      errors: z.array(z.unknown()).nullish(),
    })
    .nullish()
    .catch(null),
});
type Failure = z.infer<typeof failureSchema>;

/** Any failure of an Octokit as a `HostError`. `what` was asked for: a route, or a thing. */
export function toHostError(what: string, error: unknown): HostError {
  if (error instanceof HostError) return error;
  const failure: Failure = failureSchema.safeParse(error).data ?? {};
  const detail = describeFailure(failure);
  const fault = faultOf(failure, detail);
  // A raw Octokit error keeps the request with it; only its cleaned words travel on.
  const options = { detail, cause: new Error(detail), retryAfterMs: fault === 'rate-limited' ? waitOf(failure) : null };
  const said = detail === '' ? '' : `: ${detail}`;
  if (fault === 'unreachable') return new HostError(fault, `GitHub could not be reached for ${what}${said}`, options);
  return new HostError(fault, `GitHub answered ${failure.status ?? 'with errors'} to ${what}${said}`, options);
}

function describeFailure({ message, response }: Failure): string {
  const errors = (response?.data?.errors ?? response?.errors ?? []).map((entry) => {
    const said = z.union([z.string(), z.object({ message: z.string() }).transform((wrapped) => wrapped.message)]).safeParse(entry);
    return said.success ? said.data : JSON.stringify(entry);
  });
  const words = [response?.data?.message ?? (errors.length > 0 ? '' : (message ?? '')), ...errors].filter((part) => part !== '');
  return redact(words.join('; ').replace(/\s+/g, ' ')).slice(0, 300);
}

function faultOf({ status, response }: Failure, detail: string): HostFault {
  // Octokit reports a connection that failed as status 500 without a response.
  if (!response) return 'unreachable';
  const headers = response.headers ?? {};
  const limited =
    headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0' || /rate limit|abuse detection/i.test(detail);
  if (status === 429 || (limited && (status === 403 || !status))) return 'rate-limited';
  if (!status) return faultOfQuery(response.errors ?? [], detail);
  if (status >= 500) return 'server';
  const known: Readonly<Record<number, HostFault>> = {
    401: 'unauthorized',
    403: 'forbidden',
    404: 'not-found',
    409: 'conflict',
    410: 'not-found',
  };
  return known[status] ?? 'invalid';
}

/** GraphQL answers 200 and names the kind of its errors: https://docs.github.com/graphql/guides */
function faultOfQuery(errors: readonly unknown[], detail: string): HostFault {
  const types = errors.map((error) => z.object({ type: z.string() }).safeParse(error).data?.type);
  if (types.includes('FORBIDDEN') || /not accessible/i.test(detail)) return 'forbidden';
  return types.includes('NOT_FOUND') ? 'not-found' : 'server';
}

/** `retry-after` in seconds, else the reset time measured by the server's own clock, else a minute. Milliseconds. */
function waitOf({ response }: Failure): number {
  const headers = response?.headers ?? {};
  const after = Number(headers['retry-after'] ?? Number.NaN);
  if (Number.isFinite(after)) return after * 1000;
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000;
  const now = Date.parse(String(headers['date'] ?? ''));
  return Number.isFinite(reset - now) && headers['x-ratelimit-remaining'] === '0' ? Math.max(reset - now, 1000) : DEFAULT_WAIT_MS;
}
