import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { InlineComment, Publication } from '#model/publication.ts';
import { annotationOn, commentOn, numbered, openPull, publicationOf } from '../fakes/github/open-pull.ts';

const RUNS = 200;

/** Where a process is killed: at so many-th intent or record, before or after what it stands for took effect on the log. */
const kills = fc.array(fc.record({ at: fc.nat({ max: 60 }), written: fc.boolean() }), { minLength: 1, maxLength: 3 });

/** Places on lines of the diff, beside the diff, and outside of the change. */
const places = fc.uniqueArray(
  fc.oneof(
    fc.record({ path: fc.constantFrom('a.js', 'b.js'), line: fc.integer({ min: 1, max: 45 }) }),
    fc.record({ path: fc.constant('c.js'), line: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ path: fc.constant('gone.js'), line: fc.integer({ min: 1, max: 3 }) }),
  ),
  { selector: ({ path, line }) => `${path}:${line}`, maxLength: 75 },
);

class Killed extends Error {}

it(`${RUNS} publications that are killed at random points and repeated show everything once`, async () => {
  await fc.assert(
    fc.asyncProperty(places, kills, fc.nat({ max: 2 }), fc.boolean(), async (wanted, deaths, lag, closes) => {
      const long = numbered(60);
      const spec = {
        base: { 'c.js': long },
        head: { 'a.js': numbered(45), 'b.js': numbered(45), 'c.js': long.replace('line 30\n', 'new\n') },
      };
      const open = await openPull(spec);
      try {
        const [pull, change] = [await open.pull(), await open.change()];
        const [old] = [commentOn('b.js', 45)];
        await open.host.publish(pull, publicationOf({ scanId: 'before', comments: [old], check: null, summary: null }), change);
        open.fake.state.listLag = lag;
        const comments = wanted
          .filter(({ path, line }) => !(path === 'b.js' && line === 45))
          .map(({ path, line }) => commentOn(path, line));
        const publication = describe(comments, closes ? old.fingerprint : null);
        for (const { at, written } of deaths) {
          killAt(open.log, at, written);
          await open.host.publish(pull, publication, change).catch((error: unknown) => {
            if (!(error instanceof Killed)) throw error;
          });
        }
        killAt(open.log, Number.POSITIVE_INFINITY, false);
        await open.host.publish(pull, publication, change);
        expectOnce(open.fake.state, comments, closes);
        expect(open.fake.violations).toEqual([]);
      } finally {
        await open.fake.close();
      }
    }),
    { numRuns: RUNS, seed: 20260101 },
  );
});

function describe(comments: readonly InlineComment[], closed: string | null): Publication {
  const annotations = comments.map(({ path, line }) => annotationOn(path, line));
  return publicationOf({
    comments,
    closed: closed === null ? [] : [{ fingerprint: closed, because: 'dismissed', removed: false, note: 'Dismissed.' }],
    check: { name: 'Aegis', conclusion: 'failure', title: 't', summary: 's', annotations },
  });
}

type Log = Awaited<ReturnType<typeof openPull>>['log'];
const originals = new WeakMap<Log, Pick<Log, 'begin' | 'record'>>();

/** The process dies at the `at`-th write to the log; `written`: the log has it. */
function killAt(log: Log, at: number, written: boolean): void {
  const { begin, record } = originals.get(log) ?? { begin: log.begin, record: log.record };
  originals.set(log, { begin, record });
  let count = 0;
  async function die<T>(write: () => Promise<T>): Promise<T> {
    count += 1;
    if (count !== at + 1) return await write();
    if (written) await write();
    throw new Killed();
  }
  log.begin = (scanId, key) => die(() => begin(scanId, key));
  log.record = (scanId, key, id) => die(() => record(scanId, key, id));
}

function expectOnce(
  state: Awaited<ReturnType<typeof openPull>>['fake']['state'],
  comments: readonly InlineComment[],
  closes: boolean,
): void {
  const bodies = state.reviewComments.map(({ body }) => body);
  const markers = bodies.map((body) => body.slice(body.lastIndexOf('<!--')));
  expect(new Set(markers).size).toBe(markers.length);
  const homeless = comments.filter(({ path }) => path === 'gone.js');
  expect(bodies).toHaveLength(1 + comments.length - homeless.length);
  expect(state.issueComments).toHaveLength(1);
  for (const { path, line } of homeless) expect(state.issueComments[0]?.body).toContain(`a weakness at ${path}:${line}`);
  expect(state.checkRuns).toMatchObject([{ status: 'completed' }]);
  expect(state.checkRuns[0]?.annotations).toHaveLength(comments.length);
  expect(bodies[0]?.includes('aegis:closed')).toBe(closes);
}
