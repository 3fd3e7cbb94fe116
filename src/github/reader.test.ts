import { afterEach, expect, it } from 'vitest';
import type { CodeReader } from '#ports/code-reader.ts';
import { type OpenPull, openPull } from '../../test/fakes/github/open-pull.ts';
import type { FakeGitHubOptions } from '../../test/fakes/github.ts';

let open: OpenPull;
afterEach(() => open.fake.close());

const GRAPHQL = 'POST /graphql';
const CONTENTS = 'GET /repos/{owner}/{repo}/contents/{path}';
const paths = Array.from({ length: 120 }, (_, index) => `src/module ${index}/größe.js`);

async function read(options: FakeGitHubOptions = {}): Promise<CodeReader> {
  const head = {
    ...Object.fromEntries(paths.map((path, index) => [path, `text ${index}\n`])),
    'logo.png': new Uint8Array([0, 1]),
    'big.txt': 'x'.repeat(1_000_001),
  };
  open = await openPull({ base: { 'src/old.js': 'old' }, head }, options);
  return open.host.reader(await open.pull());
}

it('reads 120 files in three requests, and none of them twice', async () => {
  const reader = await read();
  await reader.prefetch(paths);
  await reader.prefetch(paths.slice(0, 10));
  expect(await Promise.all(paths.map((path) => reader.read(path)))).toEqual(paths.map((_, index) => `text ${index}\n`));
  expect(open.fake.count(GRAPHQL)).toBe(3);
  expect(open.fake.violations).toEqual([]);
});

it('falls back to single files where GraphQL is not to be had, and asks it once', async () => {
  const reader = await read({ graphql: false });
  await reader.prefetch(paths);
  expect(await reader.read(paths[119] ?? '')).toBe('text 119\n');
  expect(open.fake.count(GRAPHQL)).toBe(1);
  expect(open.fake.count(CONTENTS)).toBe(120);
  expect(open.fake.violations).toEqual([]);
});

it.each([{ graphql: true }, { graphql: false }])(
  'knows nothing of what is not text, too large, elsewhere or a folder (graphql: $graphql)',
  async (options) => {
    const reader = await read(options);
    for (const path of ['logo.png', 'big.txt', 'src/old.js', 'src', '../../etc/passwd']) expect(await reader.read(path)).toBeNull();
  },
);

it('reads what it can when the server fails', async () => {
  const reader = await read();
  open.fake.fail({ route: GRAPHQL, drop: 'before', times: 4 });
  open.fake.fail({ route: CONTENTS, status: 500, times: 4 });
  expect(await reader.read(paths[0] ?? '')).toBeNull();
  expect(await reader.read(paths[1] ?? '')).toBe('text 1\n');
});
