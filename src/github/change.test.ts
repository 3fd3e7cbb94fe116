import { afterEach, describe, expect, it } from 'vitest';
import type { ChangedFile, ChangeSet } from '#model/change-set.ts';
import { numbered, type OpenPull, openPull } from '../../test/fakes/github/open-pull.ts';
import type { PullSpec } from '../../test/fakes/github/state.ts';
import type { FakeGitHubOptions } from '../../test/fakes/github.ts';

let open: OpenPull;
afterEach(() => open.fake.close());

async function readChange(spec: PullSpec, options: FakeGitHubOptions = {}): Promise<ChangeSet> {
  open = await openPull(spec, options);
  const change = await open.change();
  expect(open.fake.violations).toEqual([]);
  return change;
}

const added = (file: ChangedFile | undefined) =>
  file?.hunks.flatMap((hunk) => hunk.lines.filter(({ mark }) => mark === 'added').map(({ newLine, text }) => `${newLine} ${text}`));
const GRAPHQL = 'POST /graphql';
const LIST = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files';

describe('the file list', () => {
  it('is read to its last page', async () => {
    const head = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`src/${index}.js`, `${index}\n`]));
    const change = await readChange({ base: {}, head });
    expect(change.files).toHaveLength(250);
    expect(open.fake.count(LIST)).toBe(3);
    expect(open.fake.count(GRAPHQL)).toBe(0);
  });

  it('tells additions, deletions, renames, submodules and one-line hunks', async () => {
    const { files } = await readChange({
      base: { 'old.js': numbered(20), 'gone.js': 'x\n', lib: { submodule: 'a'.repeat(40) } },
      head: { 'new.js': numbered(20).replace('line 9', 'nine'), 'one.js': 'only\n', lib: { submodule: 'b'.repeat(40) } },
      renames: { 'new.js': 'old.js' },
    });
    expect(files).toMatchObject([
      { path: 'gone.js', status: 'deleted', oldPath: null },
      { path: 'lib', kind: 'submodule', hunks: [] },
      { path: 'new.js', oldPath: 'old.js', status: 'renamed' },
      { path: 'one.js', status: 'added', hunks: [{ newStart: 1, newLines: 1, lines: [{ text: 'only' }] }] },
    ]);
    expect(added(files[2])).toEqual(['9 nine']);
  });

  it('of a head that moved meanwhile is refused, and the newer head is left to its own scan', async () => {
    open = await openPull({ base: {}, head: { 'a.js': 'a\n' } });
    const pull = await open.pull();
    open.fake.pushHead(open.there, { 'a.js': 'b\n' });
    await expect(open.host.change(pull)).rejects.toMatchObject({ code: 'AEGIS_HOST_SUPERSEDED', retryable: false });
  });
});

describe('a file without a patch', () => {
  const text = numbered(300);
  const spec = { base: { 'a.js': text, 'b.js': 'b\n' }, head: { 'a.js': text.replace('line 200\n', 'changed\nmore\n'), 'b.js': 'B\n' } };

  it('is computed from both contents, in one query', async () => {
    const { files } = await readChange(spec, { maxPatch: 30 });
    expect(added(files[0])).toEqual(['200 changed', '201 more']);
    expect(files[0]?.hunks[0]).toMatchObject({ oldStart: 197, newStart: 197, oldLines: 7, newLines: 8 });
    expect(files.every(({ missing }) => missing === null)).toBe(true);
    expect(open.fake.count(GRAPHQL)).toBe(1);
  });

  it('is compared with the merge base, not with the tip of the base branch', async () => {
    const { files } = await readChange({ ...spec, mergeBase: spec.base, base: { ...spec.base, 'a.js': 'all new\n' } }, { maxPatch: 30 });
    expect(added(files[0])).toEqual(['200 changed', '201 more']);
  });

  it('is read over REST where GraphQL is not to be had', async () => {
    const { files } = await readChange(spec, { maxPatch: 30, graphql: false });
    expect(added(files[0])).toEqual(['200 changed', '201 more']);
  });

  it('is computed also from texts that GraphQL and the contents API cut short', async () => {
    const large = numbered(120_000);
    const big = { base: { 'a.js': large }, head: { 'a.js': large.replace('line 119999\n', 'changed\n') } };
    expect(added((await readChange(big, { maxPatch: 1 })).files[0])).toEqual(['119999 changed']);
    await open.fake.close();
    expect(added((await readChange(big, { maxPatch: 1, graphql: false })).files[0])).toEqual(['119999 changed']);
  });

  it('is told apart by its content: binary, empty, renamed only', async () => {
    const { files } = await readChange({
      base: { 'logo.png': new Uint8Array([1, 0, 2]), 'from.js': 'same\n' },
      head: { 'logo.png': new Uint8Array([1, 0, 3]), 'empty.js': '', 'to.js': 'same\n' },
      renames: { 'to.js': 'from.js' },
    });
    expect(files).toMatchObject([
      { path: 'empty.js', kind: 'text', status: 'added', hunks: [], missing: null },
      { path: 'logo.png', kind: 'binary', hunks: [], missing: null },
      { path: 'to.js', kind: 'text', status: 'renamed', oldPath: 'from.js', hunks: [], missing: null },
    ]);
  });

  it('is computed again when its patch does not add up to what GitHub counts', async () => {
    open = await openPull(spec);
    Object.assign(open.there.files[0] ?? {}, { patch: '@@ -200,1 +200,1 @@\n-line 200\n+changed' });
    expect(added((await open.change()).files[0])).toEqual(['200 changed', '201 more']);
  });

  it('and without contents is said to be missing', async () => {
    open = await openPull(spec, { maxPatch: 30, graphql: false });
    open.fake.fail({ route: 'GET /repos/{owner}/{repo}/contents/{path}', status: 500, times: 9 });
    const { files } = await open.change();
    expect(files).toMatchObject([
      { path: 'a.js', hunks: [] },
      { path: 'b.js', missing: null },
    ]);
    expect(files[0]?.missing).toMatch(/^GitHub gives no patch of it, and its content could not be read: GitHub answered 500/);
  });
});

describe('files beyond the list', () => {
  const files = (count: number, text: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`pkg/${index % 3}/f${index}.js`, `${text} ${index}\n`]));
  const spec = {
    base: { ...files(10, 'old'), 'z/gone.js': 'x\n', 'z/same.js': 'same\n' },
    head: { ...files(12, 'new'), 'z/same.js': 'same\n', 'z/link': { symlink: 'same.js' }, 'z/sub': { submodule: 'c'.repeat(40) } },
  };

  it.each([
    { name: 'are found by comparing the trees', options: {} },
    { name: 'are found folder by folder where a tree is cut short', options: { maxTree: 5 } },
  ])('$name', async ({ options }) => {
    const whole = await readChange(spec);
    await open.fake.close();
    const change = await readChange(spec, { maxFiles: 4, ...options });
    expect(change.files.map(({ path }) => path).sort()).toEqual(whole.files.map(({ path }) => path).sort());
    const of = (path: string) => change.files.find((file) => file.path === path);
    expect(added(of('pkg/2/f11.js'))).toEqual(['1 new 11']);
    expect(of('z/gone.js')).toMatchObject({ status: 'deleted', hunks: [{ oldLines: 1 }] });
    expect(of('z/link')).toMatchObject({ kind: 'symlink', newMode: '120000' });
    expect(of('z/sub')).toMatchObject({ kind: 'submodule' });
  });

  it('that cannot be found are one entry that says how many they are', async () => {
    open = await openPull(spec, { maxFiles: 4 });
    open.fake.fail({ route: 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}', status: 500, times: 8 });
    const change = await open.change();
    expect(change.files.at(-1)).toMatchObject({ path: '(11 more files)', kind: 'text', hunks: [] });
    expect(change.files.at(-1)?.missing).toMatch(/^GitHub lists 4 of 15 changed files, and the others could not be found: /);
  });
});

describe('a change that is not what it was', () => {
  it('has no files after a push to nothing', async () => {
    open = await openPull({ base: { a: 'x\n' }, head: { a: 'x\n' } });
    expect((await open.change()).files).toEqual([]);
  });

  it('is read where the repository of its head is gone', async () => {
    open = await openPull({ base: {}, head: { 'a.js': 'x\n' }, headGone: true });
    expect(await open.pull()).toMatchObject({ fork: true });
    expect((await open.change()).files).toMatchObject([{ path: 'a.js', missing: null }]);
  });

  it.each([406, 422])('is read from the trees where its list of files is refused with %i', async (status) => {
    open = await openPull({ base: { a: 'x\n' }, head: { a: 'y\n', b: 'z\n' } });
    open.fake.fail({ route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files', status, message: 'the diff is too large', times: 99 });
    expect((await open.change()).files).toMatchObject([
      { path: 'a', status: 'modified', missing: null },
      { path: 'b', status: 'added', missing: null },
    ]);
  });
});
