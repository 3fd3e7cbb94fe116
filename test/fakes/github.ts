import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describedApi } from './github/described-api.ts';
import { type Fault, FaultList } from './github/faults.ts';
import type { Files } from './github/git-objects.ts';
import { answerGraphql } from './github/graphql.ts';
import { SecondaryLimits, weigh } from './github/limits.ts';
import type { Answer } from './github/operation.ts';
import { page, type Reply } from './github/paging.ts';
import { Refusal } from './github/refusal.ts';
import { addPull, createState, type FakePull, type FakeState, type FakeStateOptions, type PullSpec, pushHead } from './github/state.ts';
import { toJson } from './github/to-json.ts';
import { authenticate } from './github/tokens.ts';
import { type Payload, type SignedWebhook, signWebhook } from './github/webhooks.ts';

export interface FakeGitHubOptions extends FakeStateOptions {
  /** False: GraphQL answers 404, as behind some proxies. */
  readonly graphql?: boolean;
  /** Enforce the secondary rate limits. */
  readonly secondaryLimits?: boolean;
  /** The clock of the secondary limits, milliseconds; the system's without one. */
  readonly now?: () => number;
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
  /** Nothing goes wrong any more. */
  mend(): void;
  /** Every installation token ends now. */
  expireTokens(): void;
  /** Requests made so far to a route; all of them without one. Tokens are not counted. */
  count(route?: string): number;
  webhook(event: string, payload: Payload, secret: string, guid?: string): SignedWebhook;
  close(): Promise<void>;
}

const TOKEN_ROUTE = 'POST /app/installations/{installation_id}/access_tokens';

/**
 * A GitHub on the loopback: it keeps pull requests, reviews, comments, check runs and uploads, speaks HTTP, and
 * refuses what GitHub refuses. Requests are held against GitHub's own OpenAPI description.
 */
export async function startFakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const { privateKey, publicKey } = keyPair();
  const state = createState(options);
  const requests: RecordedRequest[] = [];
  const violations: string[] = [];
  const faults = new FaultList();
  const limits = new SecondaryLimits(options.now ?? Date.now);
  const api = await describedApi();

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
    const payload = reply.status === 204 ? '' : toJson(reply.body);
    response
      .writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', date: new Date().toUTCString(), ...reply.headers })
      .end(payload);

    async function answer(): Promise<Reply> {
      let leave = () => {};
      try {
        const caller = authenticate(state, publicKey, request.headers.authorization);
        if (options.secondaryLimits === true) leave = limits.enter(weigh(method, path, body));
        if (path === '/graphql') {
          if (options.graphql === false) throw new Refusal(404, 'Not Found');
          return { status: 200, headers: {}, body: answerGraphql(state, caller, body ?? {}) };
        }
        if (operation === undefined) throw new Refusal(404, `this GitHub knows no ${method} ${path}`, { limit: true });
        const query = Object.fromEntries(target.searchParams);
        const given = { method, path, headers: { 'content-type': 'application/json' }, query, ...(body === undefined ? {} : { body }) };
        const asked = { state, caller, query, url: `${url}/api/v3` };
        const result: Answer = await api.handleRequest(given, asked);
        return page(result, target, violations);
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
    mend: () => faults.clear(),
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

let keys: { privateKey: string; publicKey: string } | null = null;

/** The App's keys: made once for each process, never kept. */
function keyPair(): { privateKey: string; publicKey: string } {
  keys ??= generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return keys;
}
