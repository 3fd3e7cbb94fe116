import { afterEach, expect, it } from 'vitest';
import type { CodeReader } from '#ports/code-reader.ts';
import { type OpenPull, openPull } from '../../test/fakes/github/open-pull.ts';
import type { FakeGitHubOptions } from '../../test/fakes/github.ts';

let open: OpenPull;
afterEach(() => open.fake.close());

const TREES = 'GET /repos/{owner}/{repo}/git/trees/{tree_sha}';
const GRAPHQL = 'POST /graphql';
const head = {
  'src/use.ts': "import { clean } from './text';\nimport { x } from '../lib/größe';\n",
  'src/text.ts': 'export function clean() {}\n',
  'src/beside.ts': '',
  'src/beside.test.ts': '',
  'lib/größe.ts': '',
  'deep/down/user-store.ts': '',
  'deep/down/stranger.ts': '',
  'deep/clean.py': '',
  'src/clean.ts': { symlink: '/etc/passwd' },
  'lib/clean.ts': { submodule: 'a'.repeat(40) },
  'src/.env.ts': 'SECRET=1\n',
} as const;

async function reader(options: FakeGitHubOptions = {}): Promise<CodeReader> {
  open = await openPull({ base: { 'src/use.ts': 'old', 'src/only-in-base.ts': '' }, head }, options);
  return open.host.reader(await open.pull());
}
const where = async (from: CodeReader, symbol: string, signal = new AbortController().signal) =>
  await from.whereDefined?.(symbol, 'src/use.ts', signal);

it('guesses by imports, names and neighbours, of regular files of the head alone', async () => {
  const files = await reader();
  expect(await where(files, 'clean')).toEqual(['src/use.ts', 'src/text.ts', 'lib/größe.ts', 'src/beside.ts', 'src/beside.test.ts']);
  expect(await where(files, 'userStore.get')).toContain('deep/down/user-store.ts');
  expect(open.fake.violations).toEqual([]);
});

it('lists the files once for a review, however many ask at once, and reads candidates in one request', async () => {
  const files = await reader();
  const [paths = []] = await Promise.all(['clean', 'x', 'beside', 'clean'].map(async (symbol) => await where(files, symbol)));
  expect(open.fake.count(TREES)).toBe(1);
  const before = open.fake.count(GRAPHQL);
  await files.prefetch(paths);
  expect(await files.read('src/text.ts')).toContain('function clean');
  expect(open.fake.count(GRAPHQL)).toBe(before + 1);
  expect(open.fake.violations).toEqual([]);
});

it('finds what it can in a tree that is cut short', async () => {
  const files = await reader({ maxTree: 2 });
  expect(await where(files, 'clean')).toEqual(['src/use.ts', 'src/text.ts']);
  expect(open.fake.count(TREES)).toBe(1);
});

it.each([
  { status: 500, times: 9 },
  { status: 403, times: 9 },
  { drop: 'before' as const, times: 9 },
])('finds nothing where the server fails: %o', async (fault) => {
  const files = await reader();
  open.fake.fail({ route: TREES, ...fault });
  expect(await where(files, 'clean')).toEqual([]);
  const asked = open.fake.count(TREES);
  expect(await where(files, 'x')).toEqual([]);
  expect(open.fake.count(TREES)).toBe(asked);
});

it('asks nothing for what is no symbol, and after it was cancelled', async () => {
  const files = await reader();
  const before = open.fake.count();
  for (const symbol of ['', 'a b', '../x', '--x']) expect(await where(files, symbol)).toEqual([]);
  expect(await where(files, 'clean', AbortSignal.abort())).toEqual([]);
  expect(open.fake.count()).toBe(before);
});
