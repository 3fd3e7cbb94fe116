import { afterEach, expect, it } from 'vitest';
import type { Files } from '../../test/fakes/github/git-objects.ts';
import { numbered, type OpenPull, openPull, publicationOf } from '../../test/fakes/github/open-pull.ts';
import { addCommit } from '../../test/fakes/github/state.ts';

const COMPARE = 'GET /repos/{owner}/{repo}/compare/{basehead}';

let open: OpenPull;
afterEach(() => open.fake.close());

async function group(base: Files, head: Files) {
  open = await openPull({ base: {}, head: { a: 'x' }, private: true });
  const baseSha = addCommit(open.fake.state, {}, base);
  const headSha = addCommit(open.fake.state, {}, head);
  return open.host.mergeGroup({ installationId: 99, owner: 'acme', repo: 'shop', headSha, baseSha });
}

const many = (count: number): Files => Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}.js`, `text ${index}\n`]));

it('is described like a pull request with the number 0', async () => {
  const pull = await group({}, {});
  expect(pull).toMatchObject({ number: 0, title: '', state: 'open', isPrivate: true, fork: false, authorIsBot: false, labels: [] });
});

it('has the change from its base to its head', async () => {
  const pull = await group({ 'a.js': numbered(20) }, { 'a.js': numbered(20).replace('line 3\n', 'three\n'), 'b.js': 'new\n' });
  const { files } = await open.host.change(pull);
  expect(files).toMatchObject([
    { path: 'a.js', status: 'modified' },
    { path: 'b.js', status: 'added' },
  ]);
  expect(files[0]?.hunks[0]?.lines.filter(({ mark }) => mark === 'added')).toMatchObject([{ newLine: 3 }]);
});

it('of more than 300 files has them all, by the trees', async () => {
  const pull = await group({ 'old.js': 'x\n' }, many(320));
  const { files } = await open.host.change(pull);
  expect(new Set(files.map(({ path }) => path)).size).toBe(321);
  expect(files.filter(({ missing }) => missing !== null)).toEqual([]);
});

it('of exactly 300 files has no other', async () => {
  const pull = await group({}, many(300));
  expect((await open.host.change(pull)).files).toHaveLength(300);
});

it('whose comparison is too large to be shown says which part cannot be had', async () => {
  const pull = await group({}, many(3));
  open.fake.fail({ route: COMPARE, status: 406, message: 'Sorry, the diff exceeded the maximum number of files', times: 99 });
  const { files } = await open.host.change(pull);
  expect(files).toMatchObject([{ path: '(more files)', missing: expect.stringContaining('exceeded the maximum') }]);
});

it('whose commits are gone is told as not found', async () => {
  const pull = await group({}, {});
  await expect(open.host.change({ ...pull, headSha: 'd'.repeat(40) })).rejects.toMatchObject({ code: 'AEGIS_HOST_NOT_FOUND' });
});

it('takes a check run and nothing else', async () => {
  const pull = await group({}, { 'b.js': 'new\n' });
  const report = await open.host.publish(pull, publicationOf(), await open.host.change(pull));
  expect(report).toEqual({ commentsPosted: 0, degraded: [], uploadId: null });
  expect(open.fake.state.checkRuns).toMatchObject([{ head_sha: pull.headSha, status: 'completed' }]);
  expect([open.fake.state.reviews, open.fake.state.issueComments, open.fake.state.sarifs]).toEqual([[], [], []]);
  expect(open.fake.violations).toEqual([]);
});
