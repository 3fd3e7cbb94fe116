import nock from 'nock';
import { ProbotOctokit } from 'probot';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callGitHub, type GitHubClient, listAll, queryGitHub } from './client.ts';

const TOKEN = 'ghs_4711_eyJhbGciOi.J9-x_y.sig-na_ture';
const ROUTE = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
const CALL = { owner: 'acme', repo: 'shop', pull_number: 1 };

beforeAll(() => nock.disableNetConnect());
afterAll(() => nock.enableNetConnect());
afterEach(() => {
  const unused = nock.pendingMocks();
  nock.cleanAll();
  expect(unused).toEqual([]);
});

function client(): GitHubClient {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  return new ProbotOctokit({ auth: { token: TOKEN }, retry: { enabled: false }, throttle: { enabled: false }, log });
}

const github = () => nock('https://api.github.com');
const call = () => callGitHub(client(), ROUTE, CALL, z.object({ number: z.number() }));

describe('a request', () => {
  it('carries the token, and its answer only what is read', async () => {
    github().get('/repos/acme/shop/pulls/1').matchHeader('authorization', `bearer ${TOKEN}`).reply(200, { number: 1, title: 'unread' });
    expect(await call()).toEqual({ number: 1 });
  });

  it.each([
    { status: 401, code: 'UNAUTHORIZED', retryable: true },
    { status: 403, code: 'FORBIDDEN', retryable: false },
    { status: 404, code: 'NOT_FOUND', retryable: false },
    { status: 409, code: 'CONFLICT', retryable: true },
    { status: 410, code: 'NOT_FOUND', retryable: false },
    { status: 422, code: 'INVALID', retryable: false },
    { status: 500, code: 'SERVER', retryable: true },
    { status: 502, code: 'SERVER', retryable: true },
  ])('answered $status is $code', async ({ status, code, retryable }) => {
    github()
      .get('/repos/acme/shop/pulls/1')
      .reply(status, { message: 'Words of GitHub', errors: ['one', { message: 'two' }, { code: 'three' }] });
    const message = `GitHub answered ${status} to ${ROUTE}: Words of GitHub; one; two; {"code":"three"}`;
    await expect(call()).rejects.toMatchObject({ code: `AEGIS_HOST_${code}`, retryable, message, hint: expect.stringMatching(/\.$/) });
  });

  it('answered by a page of a proxy still fails in one line', async () => {
    github().get('/repos/acme/shop/pulls/1').reply(502, '<html>\n<h1>Bad gateway</h1>\n</html>', { 'content-type': 'text/html' });
    await expect(call()).rejects.toMatchObject({ code: 'AEGIS_HOST_SERVER', message: expect.not.stringContaining('\n') });
  });

  it('that meets no server is unreachable', async () => {
    github().get('/repos/acme/shop/pulls/1').replyWithError('connect ECONNREFUSED 10.0.0.1:443');
    await expect(call()).rejects.toMatchObject({ code: 'AEGIS_HOST_UNREACHABLE', message: expect.stringContaining('ECONNREFUSED') });
  });

  it('answered by something else than GitHub says what is missing', async () => {
    github().get('/repos/acme/shop/pulls/1').reply(200, { hello: 'world' });
    await expect(call()).rejects.toMatchObject({
      code: 'AEGIS_HOST_PROTOCOL',
      message: `GitHub's answer to ${ROUTE} lacks what is expected at "number"`,
    });
  });

  it('never shows a credential, not even one that GitHub quotes', async () => {
    github()
      .get('/repos/acme/shop/pulls/1')
      .reply(403, { message: `token ${TOKEN} of https://x:${TOKEN}@github.com is bad` });
    const error = await call().catch((caught: unknown) => caught);
    const everything =
      JSON.stringify(error, Object.getOwnPropertyNames(error)) + String((error as Error).stack) + String((error as Error).cause);
    expect(everything).toContain('[redacted]');
    expect(everything).not.toMatch(/ghs_|sig-na_ture/);
  });
});

describe('a rate limit', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  it.each([
    { name: 'waits as long as retry-after says', status: 429, headers: { 'retry-after': '17' }, wait: 17_000 },
    { name: 'of the secondary kind is a 403', status: 403, headers: { 'retry-after': '60' }, wait: 60_000 },
    {
      name: "waits for the reset by the server's clock",
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now.getTime() / 1000 + 90), date: now.toUTCString() },
      wait: 90_000,
    },
    { name: 'that says nothing else waits a minute', status: 403, headers: {}, wait: 60_000 },
  ])('$name', async ({ status, headers, wait }) => {
    github().get('/repos/acme/shop/pulls/1').reply(status, { message: 'You have exceeded a secondary rate limit' }, headers);
    await expect(call()).rejects.toMatchObject({ code: 'AEGIS_HOST_RATE_LIMITED', retryable: true, retryAfterMs: wait });
  });
});

describe('a list', () => {
  it('is read to the page that names no next one', async () => {
    const next = '<https://api.github.com/x?page=2>; rel="next"';
    github()
      .get('/repos/acme/shop/pulls?per_page=100&page=1')
      .reply(200, [{ number: 1 }], { link: next });
    github()
      .get('/repos/acme/shop/pulls?per_page=100&page=2')
      .reply(200, [{ number: 2 }], { link: '<https://api.github.com/x?page=1>; rel="prev"' });
    const entries = await listAll(
      client(),
      'GET /repos/{owner}/{repo}/pulls',
      { owner: 'acme', repo: 'shop' },
      z.object({ number: z.number() }),
    );
    expect(entries).toEqual([{ number: 1 }, { number: 2 }]);
  });

  it('that never ends is left', async () => {
    const next = '<https://api.github.com/x>; rel="next"';
    github().get('/repos/acme/shop/pulls').query(true).times(500).reply(200, [], { link: next });
    await expect(listAll(client(), 'GET /repos/{owner}/{repo}/pulls', { owner: 'acme', repo: 'shop' }, z.unknown())).rejects.toMatchObject({
      code: 'AEGIS_HOST_PROTOCOL',
    });
  });
});

describe('a GraphQL query', () => {
  it.each([
    { message: 'API rate limit exceeded for installation', code: 'RATE_LIMITED' },
    { message: 'Resource not accessible by integration', code: 'FORBIDDEN' },
    { message: 'Something went wrong while executing your query', code: 'SERVER' },
  ])('answered with the error "$message" is $code', async ({ message, code }) => {
    github()
      .post('/graphql')
      .reply(200, { data: null, errors: [{ type: 'X', message }] });
    await expect(queryGitHub(client(), 'query { viewer { login } }', {}, z.unknown())).rejects.toMatchObject({
      code: `AEGIS_HOST_${code}`,
      detail: message,
    });
  });
});
