import { afterEach, expect, it } from 'vitest';
import {
  annotationOn,
  commentOn,
  type OpenPull,
  openPull,
  publicationOf,
  virtualClock,
  virtualPatience,
} from '../fakes/github/open-pull.ts';

let open: OpenPull;
afterEach(() => open.fake.close());

const FILES = 3_000;
const FINDINGS = 10_000;

/** Limits and waiting share one virtual clock: what takes hours of pacing takes seconds here. */
it('publishes 10,000 findings on 3,000 files within every limit, each of them once', async () => {
  const clock = virtualClock();
  const files = Object.fromEntries(Array.from({ length: FILES }, (_, index) => [`src/f${index}.js`, 'one\ntwo\nthree\nfour\n']));
  open = await openPull({ base: {}, head: files }, { secondaryLimits: true, now: clock.now }, virtualPatience(clock));
  const pull = await open.pull();
  const change = await open.change();
  expect(change.files).toHaveLength(FILES);
  // Of each kind: on a line, outside of the diff (for the file), outside of the change (for the summary).
  const places = Array.from({ length: FINDINGS }, (_, index) => ({
    path: index % 500 === 499 ? `gone/f${index}.js` : `src/f${index % FILES}.js`,
    line: index % 100 === 50 ? 100 + index : 1 + Math.floor(index / FILES),
  }));
  const comments = places.map(({ path, line }) => commentOn(path, line));
  const annotations = places.map(({ path, line }) => annotationOn(path, line));
  const check = { name: 'Aegis', conclusion: 'failure', title: 't', summary: 's', annotations } as const;
  const report = await open.host.publish(pull, publicationOf({ comments, check, sarif: '{"runs":[]}' }), change);

  const { reviewComments, reviews, issueComments, checkRuns } = open.fake.state;
  const shown = reviewComments.map(({ body }) => body);
  const homeless = comments.filter(({ body }) => !shown.includes(body));
  expect(open.fake.violations).toEqual([]);
  expect(new Set(shown).size).toBe(shown.length);
  expect(report.commentsPosted).toBe(shown.length);
  expect(homeless.map(({ path }) => path).every((path) => path.startsWith('gone/'))).toBe(true);
  for (const { path, line } of homeless) expect(issueComments[0]?.body).toContain(`${path}:${line}`);
  expect(new Set(checkRuns[0]?.annotations.map((each) => JSON.stringify(each))).size).toBe(FINDINGS);
  expect(checkRuns).toMatchObject([{ status: 'completed' }]);
  expect(reviewComments.filter(({ subject_type }) => subject_type === 'file')).toHaveLength(100);
  expect(reviews).toHaveLength(Math.ceil((shown.length - 100) / 30));
});
