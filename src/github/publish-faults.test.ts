import { afterEach, describe, expect, it } from 'vitest';
import type { Publication } from '#model/publication.ts';
import type { PublishReport } from '#ports/code-host.ts';
import type { Fault } from '../../test/fakes/github/faults.ts';
import { annotationOn, commentOn, numbered, type OpenPull, openPull, publicationOf } from '../../test/fakes/github/open-pull.ts';
import { isFault } from './host-error.ts';

/**
 * Whatever goes wrong at whatever step: what is repeated until it is done shows everything once, and what GitHub refuses
 * for good is told, with the findings standing elsewhere.
 */
const STEPS: readonly { readonly step: string; readonly route: string; readonly skip?: number }[] = [
  { step: 'the list of comments', route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/comments' },
  { step: 'the list of reviews', route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews' },
  { step: 'the first part of the review', route: 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews' },
  { step: 'the second part of the review', route: 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', skip: 1 },
  { step: 'a comment on a file', route: 'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments' },
  { step: 'the edit of a comment that is back', route: 'PATCH /repos/{owner}/{repo}/pulls/comments/{comment_id}' },
  { step: 'the edit of a closed comment', route: 'PATCH /repos/{owner}/{repo}/pulls/comments/{comment_id}', skip: 1 },
  { step: 'GraphQL', route: 'POST /graphql' },
  { step: 'unfolding a comment', route: 'POST /graphql', skip: 1 },
  { step: 'folding a comment', route: 'POST /graphql', skip: 3 },
  { step: 'the conversation', route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments' },
  { step: 'the summary', route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments' },
  { step: 'the upload of SARIF', route: 'POST /repos/{owner}/{repo}/code-scanning/sarifs' },
  { step: 'the opening of the check', route: 'POST /repos/{owner}/{repo}/check-runs' },
  { step: 'a batch of annotations', route: 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}' },
  { step: 'the end of the check', route: 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', skip: 1 },
];

const PASSING: readonly { readonly name: string; readonly fault: Omit<Fault, 'route'> }[] = [
  { name: '409', fault: { status: 409, message: 'Conflict' } },
  { name: '429', fault: { status: 429, headers: { 'retry-after': '20' }, message: 'Too many requests' } },
  { name: 'a secondary limit', fault: { status: 403, message: 'You have exceeded a secondary rate limit' } },
  { name: '502', fault: { status: 502, message: 'Bad gateway' } },
  { name: '503 five times', fault: { status: 503, message: 'Unavailable', times: 5 } },
  { name: 'a connection cut before', fault: { drop: 'before' } },
  { name: 'a connection cut after', fault: { drop: 'after' } },
  { name: 'connections cut after, five times', fault: { drop: 'after', times: 5 } },
];

const LASTING = [
  { name: '403', status: 403, message: 'Resource not accessible by integration' },
  { name: '404', status: 404, message: 'Not Found' },
  { name: '422', status: 422, message: 'Validation Failed' },
];

let open: OpenPull;
afterEach(() => open.fake.close());

const WANTED = [
  ...Array.from({ length: 35 }, (_, index) => commentOn('b.js', index + 1)),
  commentOn('a.js', 100),
  commentOn('gone.js', 1),
  commentOn('b.js', 80),
];

/** Two threads of an earlier head: one is to be closed, one is closed and its finding is back. */
async function start(): Promise<void> {
  const long = numbered(200);
  open = await openPull({ base: { 'a.js': long }, head: { 'a.js': long.replace(/line 50\n/, 'changed\n'), 'b.js': numbered(100) } });
  const closing = [{ fingerprint: commentOn('b.js', 80).fingerprint, because: 'dismissed', removed: false, note: 'Dismissed.' }] as const;
  const earlier = [commentOn('b.js', 80), commentOn('b.js', 90)];
  await publish(publicationOf({ scanId: 'earlier', comments: earlier, check: null, summary: null }));
  await publish(publicationOf({ scanId: 'between', closed: closing, check: null, summary: null }));
  open.fake.state.listLag = 1;
}

async function publish(publication: Publication): Promise<PublishReport> {
  return open.host.publish(await open.pull(), publication, await open.change());
}

const everything = () =>
  publicationOf({
    comments: WANTED,
    closed: [{ fingerprint: commentOn('b.js', 90).fingerprint, because: 'fixed', removed: true, note: 'Fixed in abc1234.' }],
    sarif: '{"runs":[]}',
    check: {
      ...{ name: 'Aegis', conclusion: 'failure', title: 't', summary: 's' },
      annotations: Array.from({ length: 60 }, (_, index) => annotationOn('b.js', index + 1)),
    },
  });

async function publishUntilDone(): Promise<PublishReport> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await publish(everything());
    } catch (error) {
      if (attempt === 5 || !isFault(error, 'server', 'unreachable', 'rate-limited', 'conflict')) throw error;
    }
  }
}

const bodies = () => open.fake.state.reviewComments.map(({ body }) => body);
const bodyOf = (line: number) => bodies().find((body) => body.includes(`a weakness at b.js:${line}\n`)) ?? '';

function expectNothingTwice(): void {
  const { reviews, issueComments, checkRuns } = open.fake.state;
  const markers = bodies().map((body) => body.slice(body.lastIndexOf('<!--')));
  expect(new Set(markers).size).toBe(markers.length);
  expect(new Set(reviews.map(({ body }) => body.slice(body.lastIndexOf('<!--')))).size).toBe(reviews.length);
  expect(issueComments.length).toBeLessThanOrEqual(1);
  expect(checkRuns.length).toBeLessThanOrEqual(1);
  const annotations = checkRuns[0]?.annotations.map((annotation) => annotation['message']) ?? [];
  expect(new Set(annotations).size).toBe(annotations.length);
  expect(open.fake.violations).toEqual([]);
}

/** Each finding is a comment, or stands in the summary, or is an annotation of its own. */
function expectNothingLost(): void {
  const shown = [...bodies(), ...open.fake.state.issueComments.map(({ body }) => body)].join('\n');
  const annotated = open.fake.state.checkRuns[0]?.annotations.map((annotation) => annotation['message']) ?? [];
  const lost = WANTED.filter(
    ({ path, line }) => !shown.includes(`a weakness at ${path}:${line}`) && !annotated.includes(`at line ${line}`),
  );
  expect(lost).toEqual([]);
}

describe.each(STEPS)('at $step', ({ route, skip = 0 }) => {
  it.each(PASSING)('$name passes, and everything is shown once', async ({ fault }) => {
    await start();
    open.fake.fail({ route, skip, ...fault });
    await publishUntilDone();
    expectNothingTwice();
    expect(open.fake.state.reviewComments).toHaveLength(38);
    expect(open.fake.state.issueComments).toMatchObject([{ body: expect.stringContaining('a weakness at gone.js:1') }]);
    expect(open.fake.state.checkRuns).toMatchObject([{ status: 'completed', conclusion: 'failure' }]);
    expect(open.fake.state.checkRuns[0]?.annotations).toHaveLength(60);
    expect(bodyOf(90)).toMatch(/^Fixed in abc1234\.[\s\S]*<!-- aegis:closed -->/);
    expect(bodyOf(80)).not.toContain('aegis:closed');
    expect(open.fake.state.reviewComments.filter(({ minimized }) => minimized === 'RESOLVED')).toHaveLength(1);
  });

  it.each(LASTING)('$name for good ends the publication, with nothing lost', async (fault) => {
    await start();
    open.fake.fail({ route, skip, ...fault, times: 999 });
    await publishUntilDone();
    expectNothingTwice();
    expectNothingLost();
  });
});

it('an installation that was suspended during the scan ends the publication, and is told', async () => {
  await start();
  const pull = await open.pull();
  const change = await open.change();
  open.fake.fail({ route: '*', status: 403, message: 'This installation has been suspended', times: 999 });
  const report = await open.host.publish(pull, everything(), change);
  expect(report.degraded).toContain('review: This installation has been suspended');
  expect(report.degraded).toContain('check run: This installation has been suspended');
});

it('a limit that is lifted in an hour is not waited for, and what is missing is posted then', async () => {
  await start();
  open.fake.fail({
    route: 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    skip: 1,
    status: 429,
    headers: { 'retry-after': '3600' },
  });
  await expect(publish(everything())).rejects.toMatchObject({ code: 'AEGIS_HOST_RATE_LIMITED', retryAfterMs: 3_600_000, retryable: true });
  await publish(everything());
  expectNothingTwice();
  expect(open.fake.state.reviewComments).toHaveLength(38);
});
