import { afterEach, beforeEach, expect, it } from 'vitest';
import { annotationOn, type OpenPull, openPull, publicationOf } from '../../test/fakes/github/open-pull.ts';

const OPEN = 'POST /repos/{owner}/{repo}/check-runs';
const CHECKS = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs';
const UPDATE = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';
const SCAN = '01J0000000SCAN';

let open: OpenPull;
beforeEach(async () => {
  open = await openPull({ base: {}, head: { 'b.js': 'one\n' } });
});
afterEach(() => open.fake.close());

const progress = async (title: string) => open.host.showProgress(await open.pull(), { name: 'Aegis', scanId: SCAN, title });
const begin = async () => open.host.openCheck(await open.pull(), { name: 'Aegis', scanId: SCAN });

function checkOf(count: number) {
  const annotations = Array.from({ length: count }, (_, index) => annotationOn('b.js', index + 1));
  return { name: 'Aegis', conclusion: 'failure', title: 't', summary: 's', annotations } as const;
}
const publish = async (check: ReturnType<typeof checkOf>) =>
  open.host.publish(await open.pull(), publicationOf({ check, review: null, summary: null }), null);

it('costs no look where it was never opened before', async () => {
  await begin();
  await publish(checkOf(60));
  expect(open.fake.count(CHECKS)).toBe(0);
});

it('shows progress in its title and stays open', async () => {
  await begin();
  await progress('7 of 12 chunks');
  expect(open.fake.state.checkRuns).toMatchObject([{ status: 'in_progress', output: { title: '7 of 12 chunks' } }]);
  expect(open.fake.violations).toEqual([]);
});

it('is asked for no progress where it is not open, and any fault of that is passed over', async () => {
  await progress('early');
  expect(open.fake.count(UPDATE)).toBe(0);
  await begin();
  open.fake.fail({ route: UPDATE, status: 403, headers: { 'retry-after': '60' } });
  await progress('7 of 12 chunks');
  expect(open.fake.count(UPDATE)).toBe(1);
});

it('ends with at most three buttons, cut to what GitHub takes', async () => {
  const button = {
    label: 'Review this once more',
    description: 'Reviews the newest commit from the very beginning',
    identifier: 'review',
  } as const;
  await open.host.publish(
    await open.pull(),
    publicationOf({ check: { ...checkOf(0), buttons: [button, button, button, button] }, review: null, summary: null }),
    null,
  );
  const [run] = open.fake.state.checkRuns;
  expect(run?.actions).toHaveLength(3);
  expect(run?.actions[0]).toEqual({
    label: 'Review this once mo…',
    description: 'Reviews the newest commit from the very…',
    identifier: 'review',
  });
  expect(open.fake.violations).toEqual([]);
});

it('ends without the annotations that GitHub refuses, and that is told', async () => {
  open.fake.fail({ route: UPDATE, status: 422, message: 'Invalid request' });
  const report = await publish(checkOf(3));
  expect(report.degraded).toEqual(['annotations: Invalid request']);
  expect(open.fake.state.checkRuns).toMatchObject([{ status: 'completed', conclusion: 'failure', annotations: [] }]);
});

it('that may not be written is told', async () => {
  open.fake.fail({ route: OPEN, status: 403, message: 'Resource not accessible by integration' });
  expect((await publish(checkOf(1))).degraded).toEqual(['check run: Resource not accessible by integration']);
});
