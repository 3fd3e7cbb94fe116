import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { numbered } from './github/open-pull.ts';
import type { FakePull } from './github/state.ts';
import { deliver, pullRequestPayload } from './github/webhooks.ts';
import { type FakeGitHub, type FakeGitHubOptions, startFakeGitHub } from './github.ts';

/** The fake is only worth as much as it refuses. Each refusal is one that GitHub is known to make. */
let fake: FakeGitHub;
let pull: FakePull;
let token: string;

async function start(options: FakeGitHubOptions = {}): Promise<void> {
  fake = await startFakeGitHub(options);
  const long = numbered(100);
  pull = fake.addPull({ base: { 'a.js': long }, head: { 'a.js': long.replace('line 10\n', 'ten\n').replace('line 60\n', 'sixty\n') } });
  token = 'ghs_test';
  fake.state.tokens.set(token, Date.now() + 3_600_000);
}
beforeEach(() => start());
afterEach(() => fake.close());

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = { authorization: `Bearer ${token}` }) {
  const response = await fetch(`${fake.url}/api/v3/repos/acme/shop${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, link: response.headers.get('link'), text: await response.text() };
}

const review = (comment: Record<string, unknown>) => ({
  event: 'COMMENT',
  body: 'b',
  comments: [{ path: 'a.js', body: 'c', line: 10, side: 'RIGHT', ...comment }],
});
const annotations = (count: number) =>
  Array.from({ length: count }, () => ({ path: 'a.js', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' }));

describe('a review', () => {
  it.each([
    { name: 'a line outside the diff', comment: { line: 40 }, words: 'line must be part of the diff' },
    { name: 'a path outside the diff', comment: { path: 'b.js' }, words: 'Path could not be resolved' },
    { name: 'a range over two hunks', comment: { line: 60, start_line: 10, start_side: 'RIGHT' }, words: 'same hunk' },
    { name: 'a range of one line', comment: { line: 10, start_line: 10, start_side: 'RIGHT' }, words: 'must precede' },
    { name: 'a body that is too long', comment: { body: 'x'.repeat(65_537) }, words: 'too long' },
    { name: 'a comment on a file', comment: { subject_type: 'file' }, words: 'not a permitted key' },
  ])('is refused as a whole for $name', async ({ comment, words }) => {
    const refused = await ask('POST', '/pulls/1/reviews', review(comment));
    expect(refused).toMatchObject({ status: 422, text: expect.stringContaining(words) });
    expect(fake.state.reviewComments).toEqual([]);
    expect(fake.violations).toHaveLength(1);
  });

  it('is refused while another one of the same author is pending', async () => {
    fake.state.reviews.push({
      id: 1,
      user: { login: 'aegis-review[bot]', type: 'Bot' },
      pull,
      body: '',
      state: 'PENDING',
      commit_id: pull.headSha,
    });
    expect((await ask('POST', '/pulls/1/reviews', review({}))).text).toContain('one pending review');
  });

  it('with an event that does not exist is refused', async () => {
    expect((await ask('POST', '/pulls/1/reviews', { ...review({}), event: 'SHOUT' })).status).toBe(422);
  });
});

describe('a check run', () => {
  it('takes 50 annotations at once, appends further ones, and takes no 51', async () => {
    const made = await ask('POST', '/check-runs', { name: 'Aegis', head_sha: pull.headSha, status: 'in_progress' });
    const path = `/check-runs/${JSON.parse(made.text).id}`;
    const output = (count: number) => ({ output: { title: 't', summary: 's', annotations: annotations(count) } });
    expect((await ask('PATCH', path, output(50))).status).toBe(200);
    expect((await ask('PATCH', path, output(51))).status).toBe(422);
    expect(JSON.parse((await ask('PATCH', path, output(7))).text).output.annotations_count).toBe(57);
    await ask('PATCH', path, { status: 'completed', conclusion: 'success' });
    expect((await ask('PATCH', path, { status: 'in_progress' })).status).toBe(422);
  });

  it('needs a commit that is there', async () => {
    expect((await ask('POST', '/check-runs', { name: 'Aegis', head_sha: 'abc' })).status).toBe(422);
  });
});

describe('everybody', () => {
  it.each([{}, { authorization: 'Bearer wrong' }, { authorization: 'token ' }])('needs a token: %j', async (headers) => {
    expect((await ask('GET', '/pulls/1', undefined, headers)).status).toBe(401);
  });

  it('gets pages of 30, and of 100 at most', async () => {
    fake.addPull({ repo: 'big', base: {}, head: Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`f${index}`, 'x\n'])) });
    const first = await ask('GET', '/../big/pulls/1/files');
    expect(JSON.parse(first.text)).toHaveLength(30);
    expect(first.link).toContain('rel="next"');
    expect(JSON.parse((await ask('GET', '/../big/pulls/1/files?per_page=150')).text)).toHaveLength(100);
    expect(fake.violations).toHaveLength(1);
  });

  it('is slowed down when posting too fast, where that is switched on', async () => {
    await fake.close();
    await start({ secondaryLimits: true });
    const post = () => ask('POST', '/issues/1/comments', { body: 'hello' });
    for (let count = 0; count < 80; count += 1) expect((await post()).status).toBe(201);
    expect(await post()).toMatchObject({ status: 403, text: expect.stringContaining('secondary rate limit') });
  });

  it('is told of a route that this GitHub does not know', async () => {
    expect((await ask('GET', '/secrets')).status).toBe(404);
    expect(fake.violations).toHaveLength(1);
  });
});

it('signs webhooks so that a server can verify them', async () => {
  const received: { headers: http.IncomingHttpHeaders; body: string }[] = [];
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ headers: request.headers, body });
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const signed = fake.webhook('pull_request', pullRequestPayload(fake.state, pull), 'secret');
  const answer = await deliver(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, signed);
  expect(answer.status).toBe(202);
  expect(received[0]?.headers).toMatchObject({
    'x-github-event': 'pull_request',
    'x-hub-signature-256': expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
  });
  expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
    installation: { id: 99 },
    pull_request: { number: 1, head: { sha: pull.headSha } },
  });
  server.close();
});
