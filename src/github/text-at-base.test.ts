import { afterEach, expect, it } from 'vitest';
import type { Content } from '../../test/fakes/github/git-objects.ts';
import { type OpenPull, openPull } from '../../test/fakes/github/open-pull.ts';

let open: OpenPull;
afterEach(() => open.fake.close());

const CONTENTS = 'GET /repos/{owner}/{repo}/contents/{path}';

async function readConfig(base: Record<string, Content> = {}) {
  open = await openPull({ base, head: { '.aegis.yml': 'the head must not decide' } });
  const pull = await open.pull();
  return { read: () => open.host.textAtBase(pull, '.aegis.yml'), pull };
}

it('reads the base, never the head', async () => {
  expect(await (await readConfig({ '.aegis.yml': 'version: 1 # ä\n' })).read()).toBe('version: 1 # ä\n');
});

it('is null where there is no such file', async () => {
  expect(await (await readConfig()).read()).toBeNull();
});

it.each([
  { name: 'a server fault', fault: { status: 503 }, code: 'AEGIS_HOST_SERVER' },
  { name: 'a missing permission', fault: { status: 403, message: 'Resource not accessible by integration' }, code: 'AEGIS_HOST_FORBIDDEN' },
  { name: 'a revision that is gone', fault: { status: 404, message: 'No commit found for the ref abc' }, code: 'AEGIS_HOST_NOT_FOUND' },
  { name: 'a cut connection', fault: { drop: 'before' as const }, code: 'AEGIS_HOST_UNREACHABLE' },
])('throws on $name instead of finding no configuration', async ({ fault, code }) => {
  const { read } = await readConfig({ '.aegis.yml': 'version: 1\n' });
  open.fake.fail({ route: CONTENTS, ...fault, times: 4 });
  await expect(read()).rejects.toMatchObject({ code });
});

it('throws on a configuration that is not a text', async () => {
  const { read } = await readConfig({ '.aegis.yml': new Uint8Array([0, 1]) });
  await expect(read()).rejects.toThrow('.aegis.yml of the base revision is not a text file of at most 1 MB');
});
