import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectOctokit } from '../../test/fakes/github/octokit.ts';
import {
  annotationOn,
  commentOn,
  numbered,
  type OpenPull,
  openPull,
  publicationOf,
  virtualPatience,
} from '../../test/fakes/github/open-pull.ts';
import { createGitHubHost } from './github-host.ts';
import { findPullRequestsOfHead } from './pull-request.ts';

let open: OpenPull;
afterEach(() => open.fake.close());

it('tells the facts of a pull request', async () => {
  open = await openPull({
    base: {},
    head: { a: 'x' },
    author: { login: 'renovate[bot]', type: 'Bot' },
    fork: true,
    draft: true,
    private: true,
    title: 'A title',
    headRef: 'patch-1',
  });
  expect(await open.pull()).toEqual({
    installationId: 99,
    owner: 'acme',
    repo: 'shop',
    number: 1,
    title: 'A title',
    state: 'open',
    draft: true,
    headSha: open.there.headSha,
    headRef: 'patch-1',
    baseSha: open.there.baseSha,
    baseRef: 'main',
    fork: true,
    authorLogin: 'renovate[bot]',
    authorIsBot: true,
    isPrivate: true,
    labels: [],
    merged: false,
  });
});

it('finds the pull request of a head that GitHub names none for', async () => {
  open = await openPull({ base: {}, head: { a: 'x' }, fork: true });
  const client = await connectOctokit(open.fake).clientFor(99);
  const { headSha, baseSha } = open.there;
  expect(await findPullRequestsOfHead(client, { owner: 'acme', repo: 'shop', headSha })).toEqual([{ number: 1, baseSha }]);
  expect(await findPullRequestsOfHead(client, { owner: 'acme', repo: 'shop', headSha: baseSha })).toEqual([]);
});

it('opens one check for a scan, however often it is asked', async () => {
  open = await openPull({ base: {}, head: { a: 'x' } });
  const pull = await open.pull();
  for (const scanId of ['one', 'one', 'two']) await open.host.openCheck(pull, { name: 'Aegis', scanId });
  open.log.breakAt('check');
  await expect(open.host.openCheck(pull, { name: 'Aegis', scanId: 'three' })).rejects.toThrow('killed');
  await open.host.openCheck(pull, { name: 'Aegis', scanId: 'three' });
  expect(open.fake.state.checkRuns.map((run) => run.external_id.split('/')[0])).toEqual(['one', 'two', 'three']);
});

it('goes on with a new token when a scan outlives the old one', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    open = await openPull({ base: {}, head: { a: 'x' } });
    await open.pull();
    vi.setSystemTime(Date.now() + 61 * 60_000);
    await open.pull();
    expect(open.fake.state.tokens.size).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

describe('a token that GitHub does not take any more', () => {
  // One that is a few seconds old is taken for one that GitHub does not know yet, and waited for.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  async function age(): Promise<void> {
    open = await openPull({ base: {}, head: { a: 'x' } });
    await open.pull();
    vi.setSystemTime(Date.now() + 30 * 60_000);
    open.fake.expireTokens();
  }

  it('is exchanged', async () => {
    await age();
    expect((await open.pull()).number).toBe(1);
    expect(open.fake.state.tokens.size).toBe(2);
  });

  it('is exchanged in the middle of a publication, which ends with everything shown once', async () => {
    open = await openPull({ base: {}, head: { 'b.js': numbered(70) } });
    const [pull, change] = [await open.pull(), await open.change()];
    const { record } = open.log;
    open.log.record = async (scanId, key, id) => {
      await record(scanId, key, id);
      if (key !== 'review:1') return;
      vi.setSystemTime(Date.now() + 30 * 60_000);
      open.fake.expireTokens();
    };
    const comments = Array.from({ length: 70 }, (_, index) => commentOn('b.js', index + 1));
    expect(await open.host.publish(pull, publicationOf({ comments }), change)).toMatchObject({ commentsPosted: 70, degraded: [] });
    expect(open.fake.state.reviews).toHaveLength(3);
    expect(open.fake.state.checkRuns).toMatchObject([{ status: 'completed' }]);
    expect(open.fake.state.tokens.size).toBe(2);
  });

  it('and that cannot be exchanged is told', async () => {
    await age();
    open.fake.fail({ route: 'POST /app/installations/{installation_id}/access_tokens', status: 401, times: 99 });
    await expect(open.pull()).rejects.toMatchObject({ code: 'AEGIS_HOST_UNAUTHORIZED', hint: expect.stringContaining('PRIVATE_KEY') });
  });
});

it('does not let Octokit send again what may have been created', async () => {
  open = await openPull({ base: {}, head: { 'b.js': numbered(9) } });
  const host = createGitHubHost({
    appId: open.fake.state.appId,
    ...connectOctokit(open.fake, { retry: true }),
    log: open.log,
    ...virtualPatience(),
  });
  const change = await open.change();
  const pull = await open.pull();
  const publication = publicationOf({ comments: [commentOn('b.js', 1)] });
  open.fake.fail({ route: 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', drop: 'after' });
  expect(await host.publish(pull, publication, change)).toMatchObject({ commentsPosted: 1 });
  expect(open.fake.state.reviews).toHaveLength(1);
  expect(open.fake.count('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews')).toBe(1);
});

it('reviews a pull request of 50 files within 18 requests', async () => {
  const files = (text: string) =>
    Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`src/f${index}.js`, numbered(40).replace('line 20', text)]));
  open = await openPull({ base: files('old'), head: files('new') });
  const pull = await open.pull();
  for (const path of ['.github/aegis.yml', '.aegis.yml', '.gitattributes']) await open.host.textAtBase(pull, path);
  await open.host.openCheck(pull, { name: 'Aegis', scanId: '01J0000000SCAN' });
  const change = await open.host.change(pull);
  const reader = open.host.reader(pull);
  await reader.prefetch(change.files.map(({ path }) => path));
  expect(await reader.read('src/f49.js')).toContain('new');
  await open.pull();
  const comments = Array.from({ length: 20 }, (_, index) => commentOn(`src/f${index}.js`, 20));
  const check = {
    name: 'Aegis',
    conclusion: 'failure',
    title: 't',
    summary: 's',
    annotations: Array.from({ length: 20 }, (_, index) => annotationOn(`src/f${index}.js`, 20)),
  } as const;
  const { uploadId } = await open.host.publish(pull, publicationOf({ comments, check, sarif: '{}' }), change);
  await open.host.followUpload(pull, uploadId ?? '', new AbortController().signal);
  expect(open.fake.violations).toEqual([]);
  expect(open.fake.count()).toBe(18);
});
