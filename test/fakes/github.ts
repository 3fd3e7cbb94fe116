import { generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { OpenAPIBackend } from 'openapi-backend';
import { checkOperations } from './github/checks.ts';
import { contentOperations } from './github/contents.ts';
import { type Fault, FaultList } from './github/faults.ts';
import type { Files } from './github/git-objects.ts';
import { answerGraphql } from './github/graphql.ts';
import { SecondaryLimits } from './github/limits.ts';
import type { Answer, Operation } from './github/operation.ts';
import { pullOperations } from './github/pulls.ts';
import { Refusal } from './github/refusal.ts';
import { reviewOperations } from './github/reviews.ts';
import { addPull, type FakePull, type FakeState, type PullSpec, pushHead } from './github/state.ts';
import { authenticate, mintToken } from './github/tokens.ts';
import { type Payload, type SignedWebhook, signWebhook } from './github/webhooks.ts';

export interface FakeGitHubOptions {
  readonly appId?: number;
  readonly slug?: string;
  readonly installationId?: number;
  /** False: GraphQL answers 404, as behind some proxies. */
  readonly graphql?: boolean;
  /** Enforce the secondary rate limits. */
  readonly secondaryLimits?: boolean;
  /** Longest patch of the file list, characters: GitHub's is about 1 MB. */
  readonly maxPatch?: number;
  /** Most files of the file list: GitHub's is 3,000. */
  readonly maxFiles?: number;
  /** Most entries of a recursive tree: GitHub's is 100,000. */
  readonly maxTree?: number;
}

export interface RecordedRequest {
  readonly method: string;
  /** As the description of GitHub's API writes it, or the bare path where it knows none. */
  readonly route: string;
  readonly path: string;
  readonly body: Payload;
  /** 0 where the connection was cut. */
  status: number;
}

export interface FakeGitHub {
  /** `http://127.0.0.1:PORT`; REST at `/` and `/api/v3`, GraphQL at `/graphql` and `/api/graphql`. */
  readonly url: string;
  /** `127.0.0.1:PORT`, for GHE_HOST together with GHE_PROTOCOL=http. */
  readonly host: string;
  /** The App's private key, made for this server. */
  readonly privateKey: string;
  readonly state: FakeState;
  /** Everything that was asked, in order. */
  readonly requests: RecordedRequest[];
  /** Requests that broke a rule of GitHub's, each as one sentence. A well-behaved client leaves it empty. */
  readonly violations: string[];
  addPull(spec: PullSpec): FakePull;
  pushHead(pull: FakePull, files: Files): string;
  /** Spoils the next requests of a route. */
  fail(fault: Fault): void;
  /** Every installation token ends now. */
  expireTokens(): void;
  /** Requests made so far to a route; all of them without one. Tokens are not counted. */
  count(route?: string): number;
  webhook(event: string, payload: Payload, secret: string, guid?: string): SignedWebhook;
  close(): Promise<void>;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...pullOperations,
  ...reviewOperations,
  ...checkOperations,
  ...contentOperations,
};
const TOKEN_ROUTE = 'POST /app/installations/{installation_id}/access_tokens';
const MAX_PAGE = 100;

/**
 * A GitHub on the loopback: it keeps pull requests, reviews, comments, check runs and uploads, speaks HTTP, and
 * refuses what GitHub refuses. Requests are held against GitHub's own OpenAPI description.
 */
export async function startFakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const state = createState(options);
  const requests: RecordedRequest[] = [];
  const violations: string[] = [];
  const faults = new FaultList();
  const limits = new SecondaryLimits();
  const api = await createApi();

  const server = http.createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      violations.push(`the fake itself failed: ${error instanceof Error ? error.stack : String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${host}`;

  async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body: Payload = text === '' ? undefined : JSON.parse(text);
    const method = request.method ?? 'GET';
    const target = new URL(request.url ?? '/', url);
    const path = target.pathname.replace(/^\/api\/v3(?=\/)/, '').replace(/^\/api\/graphql$/, '/graphql');
    const operation = path === '/graphql' ? undefined : api.matchOperation({ method, path, headers: {} });
    const route = `${method} ${operation?.path ?? path}`;
    const record: RecordedRequest = { method, route, path, body, status: 0 };
    requests.push(record);

    const fault = faults.take(route);
    if (fault?.delayMs !== undefined) await sleep(fault.delayMs);
    if (fault?.drop === 'before') return void response.destroy();
    const reply =
      fault?.status === undefined
        ? await answer()
        : { status: fault.status, headers: fault.headers ?? {}, body: { message: fault.message ?? 'a fault' } };
    if (fault?.drop === 'after') return void response.destroy();
    record.status = reply.status;
    const payload = reply.status === 204 ? '' : JSON.stringify(reply.body);
    response
      .writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', date: new Date().toUTCString(), ...reply.headers })
      .end(payload);

    async function answer(): Promise<{ status: number; headers: Record<string, string>; body: unknown }> {
      let leave = () => {};
      try {
        const caller = authenticate(state, publicKey, request.headers.authorization);
        if (options.secondaryLimits === true) leave = limits.enter(method === 'POST' && /comments|reviews|check-runs$/.test(path));
        if (path === '/graphql') {
          if (options.graphql === false) throw new Refusal(404, 'Not Found');
          return { status: 200, headers: {}, body: answerGraphql(state, body ?? {}) };
        }
        if (operation === undefined) throw new Refusal(404, `this GitHub knows no ${method} ${path}`, { limit: true });
        const query = Object.fromEntries(target.searchParams);
        const given = { method, path, headers: { 'content-type': 'application/json' }, query, ...(body === undefined ? {} : { body }) };
        const result = await api.handleRequest(given, { caller, query, target });
        return result as { status: number; headers: Record<string, string>; body: unknown };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.limit) violations.push(`${route}: ${error.status} ${error.message} ${JSON.stringify(error.errors)}`);
        return {
          status: error.status,
          headers: { ...error.headers },
          body: { message: error.message, errors: error.errors, documentation_url: 'https://docs.github.com/rest' },
        };
      } finally {
        leave();
      }
    }
  }

  async function createApi(): Promise<OpenAPIBackend> {
    const definition = JSON.parse(fs.readFileSync(new URL('../fixtures/github-openapi.json', import.meta.url), 'utf8'));
    const backend = new OpenAPIBackend({
      definition,
      quick: true,
      coerceTypes: true,
      ajvOpts: { strict: false, formats: { 'date-time': true, uri: true, int64: true, 'repo.nwo': true } },
    });
    backend.register({
      validationFail: ({ validation }) => {
        throw new Refusal(422, 'Invalid request.', { errors: validation.errors ?? [], limit: true });
      },
      notFound: () => {
        throw new Refusal(404, 'Not Found', { limit: true });
      },
      notImplemented: () => {
        throw new Refusal(501, 'this GitHub does not do that', { limit: true });
      },
      'apps/create-installation-access-token': ({ request: { params } }, { caller }) => ({
        headers: {},
        ...mintToken(state, caller, String(params['installation_id'])),
      }),
    });
    for (const [id, operation] of Object.entries(OPERATIONS)) {
      backend.register(id, ({ request: { params, requestBody } }, { caller, query, target }) =>
        page(
          operation({ state, caller, params: params as Record<string, string>, query, body: requestBody, url: `${url}/api/v3` }),
          target,
        ),
      );
    }
    await backend.init();
    return backend;
  }

  /** Cuts lists into pages, with the `link` header by which clients go on. */
  function page(answer: Answer, target: URL): { status: number; headers: Record<string, string>; body: unknown } {
    if ('status' in answer) return { headers: {}, body: {}, ...answer };
    const wanted = Number(target.searchParams.get('per_page') ?? 30);
    if (wanted > MAX_PAGE) violations.push(`${target.pathname}: per_page is ${MAX_PAGE} at most`);
    const size = Math.min(wanted, MAX_PAGE);
    const number = Number(target.searchParams.get('page') ?? 1);
    const entries = answer.list.slice((number - 1) * size, number * size);
    const last = Math.ceil(answer.list.length / size);
    const link = (to: number, rel: string) => {
      const other = new URL(target);
      other.searchParams.set('page', String(to));
      return `<${other.href}>; rel="${rel}"`;
    };
    const links = number < last ? [link(number + 1, 'next'), link(last, 'last')] : [];
    const headers: Record<string, string> = links.length > 0 ? { link: links.join(', ') } : {};
    return { status: 200, headers, body: answer.wrap?.(entries, answer.list.length) ?? entries };
  }

  return {
    url,
    host,
    privateKey,
    state,
    requests,
    violations,
    addPull: (spec) => addPull(state, spec),
    pushHead: (pull, files) => pushHead(state, pull, files),
    fail: (fault) => faults.add(fault),
    expireTokens: () => {
      for (const token of state.tokens.keys()) state.tokens.set(token, 0);
    },
    count: (route) => requests.filter((request) => (route === undefined ? request.route !== TOKEN_ROUTE : request.route === route)).length,
    webhook: signWebhook,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function createState(options: FakeGitHubOptions): FakeState {
  return {
    appId: options.appId ?? 4711,
    slug: options.slug ?? 'aegis-review',
    installationId: options.installationId ?? 99,
    repositories: new Map(),
    reviews: [],
    reviewComments: [],
    issueComments: [],
    checkRuns: [],
    sarifs: [],
    tokens: new Map(),
    sarifRefusal: null,
    sarifVerdict: { status: 'complete', errors: [] },
    nextId: 1000,
    maxPatch: options.maxPatch ?? 1_000_000,
    maxFiles: options.maxFiles ?? 3_000,
    maxTree: options.maxTree ?? 100_000,
  };
}
