import { afterEach, describe, expect, it } from 'vitest';
import type { Publication } from '#model/publication.ts';
import { annotationOn, commentOn, numbered, type OpenPull, openPull, publicationOf } from '../../test/fakes/github/open-pull.ts';
import type { Account, FakeSarif } from '../../test/fakes/github/state.ts';
import type { FakeGitHubOptions } from '../../test/fakes/github.ts';

const REVIEWS = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews';
const SINGLE = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/comments';
const SUMMARY = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const CHECKS = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs';
const END_CHECK = 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}';
const UPLOAD_STATE = 'GET /repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}';

let open: OpenPull;
afterEach(() => open.fake.close());

async function start(options: FakeGitHubOptions = {}): Promise<void> {
  const long = numbered(200);
  open = await openPull(
    { base: { 'a.js': long }, head: { 'a.js': long.replace(/line (50|51|150)\n/g, 'changed $1\n'), 'b.js': numbered(100) } },
    options,
  );
}

async function publish(publication: Publication, { change = true } = {}) {
  return open.host.publish(await open.pull(), publication, change ? await open.change() : null);
}

const posted = () => open.fake.state.reviewComments;
const bodies = () => open.fake.state.issueComments.map(({ body }) => body);

describe('a review', () => {
  it('is posted once with its comments on lines of the diff, at the head', async () => {
    await start();
    const report = await publish(publicationOf({ comments: [commentOn('a.js', 51, 50), commentOn('b.js', 7)] }));
    expect(report).toEqual({ commentsPosted: 2, degraded: [], uploadId: null });
    expect(open.fake.state.reviews).toMatchObject([{ state: 'COMMENTED', commit_id: open.there.headSha }]);
    expect(posted()).toMatchObject([
      { path: 'a.js', start_line: 50, line: 51, side: 'RIGHT' },
      { path: 'b.js', start_line: null, line: 7, side: 'RIGHT' },
    ]);
    expect(open.fake.state.reviews[0]?.body).toContain(`<!-- aegis:review scan=01J0000000SCAN head=${open.there.headSha} part=1 -->`);
    expect(open.fake.violations).toEqual([]);
  });

  it('is not posted where there is nothing to say', async () => {
    await start();
    await publish(publicationOf());
    expect(open.fake.state.reviews).toEqual([]);
  });

  it('has one comment for one fingerprint, also when it is asked for twice', async () => {
    await start();
    await publish(publicationOf({ comments: [commentOn('b.js', 4), commentOn('b.js', 4)] }));
    expect(posted()).toHaveLength(1);
  });

  it('of 70 comments goes in three parts of at most 30', async () => {
    await start();
    const comments = Array.from({ length: 70 }, (_, index) => commentOn('b.js', index + 1));
    const report = await publish(publicationOf({ comments }));
    const sent = open.fake.requests.filter(({ route }) => route === REVIEWS);
    expect(sent.map(({ body }) => body.comments.length)).toEqual([30, 30, 10]);
    expect(report.commentsPosted).toBe(70);
    expect(open.fake.violations).toEqual([]);
  });

  it('shrinks a range that leaves its hunk, and gives a line outside the diff to the file', async () => {
    await start();
    const report = await publish(publicationOf({ comments: [commentOn('a.js', 150, 51), commentOn('a.js', 100)] }));
    expect(posted()).toMatchObject([
      { line: 150, start_line: null },
      { subject_type: 'file', line: null },
    ]);
    expect(report).toEqual({ commentsPosted: 2, degraded: [], uploadId: null });
    expect(open.fake.violations).toEqual([]);
  });

  it('gives a comment on a file that is not in the change to the summary', async () => {
    await start();
    const report = await publish(publicationOf({ comments: [commentOn('b.js', 1), commentOn('else/<b>.js', 3)] }));
    expect(posted()).toHaveLength(1);
    expect(bodies()[0]).toContain('a weakness at else/<b>.js:3');
    expect(bodies()[0]).toContain('<code>else/&#60;b&#62;.js:3</code>');
    expect(bodies()[0]).toMatch(/<!-- aegis:summary -->$/);
    expect(report.degraded).toEqual(['1 comment has no line in the diff and stands in the summary']);
  });

  it('that GitHub refuses is posted comment by comment, and the culprit goes to its file', async () => {
    await start();
    // Not one of GitHub's lines: the change is read as it was, and GitHub sees another one.
    const change = await open.change();
    open.fake.state.repositories
      .get('acme/shop')
      ?.pulls.get(1)
      ?.files.find(({ filename }) => filename === 'b.js')
      ?.right.forEach((_, line, lines) => {
        if (line === 5) (lines as Map<number, number>).delete(5);
      });
    const comments = [commentOn('b.js', 4), commentOn('b.js', 5), commentOn('b.js', 6)];
    const report = await open.host.publish(await open.pull(), publicationOf({ comments }), change);
    expect(posted()).toMatchObject([{ line: 4 }, { subject_type: 'file' }, { line: 6 }]);
    expect(report.commentsPosted).toBe(3);
  });

  it('that GitHub refuses on the file, too, loses nothing: the comment stands in the summary', async () => {
    await start();
    open.fake.fail({ route: REVIEWS, status: 422, message: 'no' });
    open.fake.fail({ route: SINGLE, status: 422, message: 'no', times: 2 });
    await publish(publicationOf({ comments: [commentOn('b.js', 4), commentOn('b.js', 5)] }));
    expect(posted()).toMatchObject([{ line: 5 }]);
    expect(bodies()[0]).toContain('a weakness at b.js:4');
  });

  it('clears a pending review of ours that stands in the way', async () => {
    await start();
    const user = { login: 'aegis-review[bot]', type: 'Bot' } as const;
    open.fake.state.reviews.push({ id: 1, user, pull: open.there, body: '', state: 'PENDING', commit_id: open.there.headSha });
    await publish(publicationOf({ comments: [commentOn('b.js', 4)] }));
    expect(open.fake.state.reviews).toMatchObject([{ state: 'COMMENTED' }]);
    expect(open.fake.violations).toEqual([]);
  });

  it('that the App may not write is told, and its comments stand in the summary', async () => {
    await start();
    open.fake.fail({ route: REVIEWS, status: 403, message: 'Resource not accessible by integration' });
    const report = await publish(publicationOf({ comments: [commentOn('b.js', 4)] }));
    expect(report.degraded[0]).toBe('review: Resource not accessible by integration');
    expect(bodies()[0]).toContain('a weakness at b.js:4');
    expect(open.fake.state.checkRuns).toMatchObject([{ status: 'completed', conclusion: 'failure' }]);
    expect(open.fake.state.checkRuns[0]?.output.summary).toContain('review: Resource not accessible by integration');
  });

  it.each([
    { name: 'a server fault', fault: { status: 502 }, code: 'AEGIS_HOST_SERVER' },
    { name: 'a secondary rate limit', fault: { status: 403, headers: { 'retry-after': '30' } }, code: 'AEGIS_HOST_RATE_LIMITED' },
    { name: 'a cut connection', fault: { drop: 'before' as const }, code: 'AEGIS_HOST_UNREACHABLE' },
  ])('is tried again later after $name', async ({ fault, code }) => {
    await start();
    open.fake.fail({ route: REVIEWS, ...fault, times: 4 });
    await expect(publish(publicationOf({ comments: [commentOn('b.js', 4)] }))).rejects.toMatchObject({ code, retryable: true });
    expect(open.fake.state.checkRuns).toEqual([]);
    expect((await publish(publicationOf({ comments: [commentOn('b.js', 4)] }))).commentsPosted).toBe(1);
  });
});

describe('publishing again', () => {
  const everything = () =>
    publicationOf({
      comments: [
        ...Array.from({ length: 40 }, (_, index) => commentOn('b.js', index + 1)),
        commentOn('a.js', 100),
        commentOn('gone.js', 1),
      ],
      check: {
        name: 'Aegis',
        conclusion: 'failure',
        title: 't',
        summary: 's',
        annotations: Array.from({ length: 120 }, (_, index) => annotationOn('b.js', index + 1)),
      },
      sarif: '{"version":"2.1.0"}',
    });

  function expectOnce(): void {
    const { reviews, issueComments, checkRuns } = open.fake.state;
    expect(reviews).toHaveLength(2);
    expect(new Set(posted().map(({ body }) => body)).size).toBe(41);
    expect(posted()).toHaveLength(41);
    expect(issueComments).toHaveLength(1);
    expect(bodies()[0]).toContain('a weakness at gone.js:1');
    expect(checkRuns).toMatchObject([{ status: 'completed', conclusion: 'failure' }]);
    expect(checkRuns[0]?.annotations).toHaveLength(120);
    expect(new Set(checkRuns[0]?.annotations.map((annotation) => annotation['message'])).size).toBe(120);
    expect(open.fake.violations).toEqual([]);
  }

  it('shows everything once', async () => {
    await start();
    await publish(everything());
    await publish(everything());
    expectOnce();
    expect(open.fake.state.sarifs).toHaveLength(1);
  });

  it.each([
    'check',
    `comment:${commentOn('a.js', 100).fingerprint}`,
    'review:1',
    'review:2',
    'summary',
    'sarif',
    'check:annotations:1',
    'check:completed',
  ])('after a kill between posting and recording "%s" shows everything once', async (key) => {
    await start();
    open.log.breakAt(key);
    await expect(publish(everything())).rejects.toThrow('killed');
    await publish(everything());
    expectOnce();
  });

  it.each([
    { name: 'the second part of the review', route: REVIEWS, skip: 1 },
    { name: 'a comment on a file', route: SINGLE, skip: 0 },
    { name: 'the summary', route: SUMMARY, skip: 0 },
    { name: 'the opening of the check', route: 'POST /repos/{owner}/{repo}/check-runs', skip: 0 },
    { name: 'the second batch of annotations', route: END_CHECK, skip: 1 },
    { name: 'the end of the check', route: END_CHECK, skip: 2 },
  ])('after the answer to $name was lost shows everything once', async ({ route, skip }) => {
    await start();
    open.fake.fail({ route, skip, drop: 'after' });
    await publish(everything());
    expectOnce();
  });

  it('on a newer head repeats no comment, edits the one summary, and opens a check of its own', async () => {
    await start();
    await publish(publicationOf({ comments: [commentOn('b.js', 4)] }));
    open.fake.pushHead(open.there, { 'a.js': numbered(200), 'b.js': `first\n${numbered(100)}` });
    const report = await publish(
      publicationOf({ scanId: 'second', summary: 'news', comments: [commentOn('b.js', 4), commentOn('b.js', 9)] }),
    );
    expect(report.commentsPosted).toBe(1);
    expect(posted().map(({ line }) => line)).toEqual([4, 9]);
    expect(open.fake.state.issueComments).toMatchObject([{ body: 'news\n\n<!-- aegis:summary -->', edits: 1 }]);
    expect(open.fake.state.checkRuns.map((run) => run.head_sha)).toHaveLength(2);
  });

  it.each([1, 2])('goes on behind the batch of annotations before fault %i, where the server does not count them', async (skip) => {
    await start();
    open.fake.state.countsAnnotations = false;
    open.fake.fail({ route: END_CHECK, skip, status: 502, times: 4 });
    await expect(publish(everything())).rejects.toMatchObject({ retryable: true });
    await publish(everything());
    await publish(everything());
    expectOnce();
  });

  it('does not end a check again on a server that tells nothing of its checks', async () => {
    await start();
    await publish(everything());
    open.fake.fail({ route: CHECKS, status: 404, times: 9 });
    await publish(everything());
    expectOnce();
  });

  it('goes on with a batch from the record on a server that tells nothing of its checks', async () => {
    await start();
    await open.host.openCheck(await open.pull(), { name: 'Aegis', scanId: '01J0000000SCAN' });
    open.fake.fail({ route: CHECKS, status: 404, times: 99 });
    open.fake.fail({ route: END_CHECK, skip: 1, status: 502, times: 4 });
    await expect(publish(everything())).rejects.toMatchObject({ retryable: true });
    await publish(everything());
    expectOnce();
  });

  it.each<{ name: string; author: (account: Account) => unknown; apps?: boolean }>([
    { name: 'without a type', author: ({ login }) => ({ login }) },
    { name: 'as a person', author: ({ login }) => ({ login, type: 'User' }) },
    { name: 'under another name', author: ({ type }) => ({ login: 'somebody[bot]', type }), apps: false },
    { name: 'not at all', author: () => null },
    { name: 'in another form', author: ({ login }) => login },
  ])('knows its own posts again where the author is shown $name', async ({ author, apps = true }) => {
    await start();
    open.fake.state.showAuthor = author;
    open.fake.state.showsApps = apps;
    const comments = [commentOn('b.js', 4), commentOn('a.js', 100)];
    await publish(publicationOf({ comments }));
    await publish(publicationOf({ comments }));
    expect(posted()).toHaveLength(2);
    open.fake.fail({ route: REVIEWS, status: 422, message: 'no' });
    await publish(publicationOf({ scanId: 'second', comments: [...comments, commentOn('b.js', 50)] }));
    open.fake.pushHead(open.there, { 'a.js': numbered(200), 'b.js': `first\n${numbered(100)}` });
    const report = await publish(
      publicationOf({ scanId: 'third', summary: 'news', comments: [commentOn('b.js', 4), commentOn('b.js', 50)] }),
    );
    expect(report).toMatchObject({ commentsPosted: 0, degraded: [] });
    expect(posted()).toHaveLength(3);
    expect(open.fake.state.reviews).toHaveLength(1);
    expect(open.fake.state.issueComments).toMatchObject([{ body: 'news\n\n<!-- aegis:summary -->', edits: 2 }]);
  });

  it('takes no answer to its comment for its own, though it carries the marker of another', async () => {
    await start();
    await publish(publicationOf({ comments: [commentOn('b.js', 4)] }));
    const [first] = posted();
    if (first === undefined) throw new Error('nothing was posted');
    const user = { login: 'mallory', type: 'User' } as const;
    open.fake.state.reviewComments.push({ ...first, id: 1, user, in_reply_to_id: first.id, body: commentOn('b.js', 9).body });
    const report = await publish(publicationOf({ scanId: 'second', comments: [commentOn('b.js', 4), commentOn('b.js', 9)] }));
    expect(report.commentsPosted).toBe(1);
    expect(posted()).toHaveLength(3);
  });

  it('trusts no marker that somebody else wrote', async () => {
    await start();
    const comment = commentOn('b.js', 4);
    const user = { login: 'mallory', type: 'User' } as const;
    const rival = { login: 'other[bot]', type: 'Bot' } as const;
    const shared = {
      pull: open.there,
      path: 'b.js',
      line: 4,
      start_line: null,
      side: 'RIGHT',
      subject_type: 'line',
      commit_id: open.there.headSha,
    } as const;
    open.fake.state.reviewComments.push(
      { id: 1, user, reviewId: 0, body: comment.body, ...shared },
      { id: 2, user: rival, reviewId: 0, body: comment.body, ...shared },
    );
    open.fake.state.issueComments.push({ id: 3, user, pull: open.there, appId: null, body: '<!-- aegis:summary -->', edits: 0 });
    open.fake.state.issueComments.push({ id: 4, user: rival, pull: open.there, appId: 1, body: '<!-- aegis:summary -->', edits: 0 });
    await publish(publicationOf({ comments: [comment] }));
    expect(posted()).toHaveLength(3);
    expect(open.fake.state.issueComments).toHaveLength(3);
    expect(open.fake.violations).toEqual([]);
  });
});

describe('the check run', () => {
  it('sends 120 annotations in three requests and ends with the last', async () => {
    await start();
    await publish(
      publicationOf({
        check: {
          name: 'Aegis',
          conclusion: 'neutral',
          title: 't',
          summary: 's',
          annotations: Array.from({ length: 120 }, (_, index) => annotationOn('b.js', index + 1)),
        },
      }),
    );
    const sent = open.fake.requests
      .filter(({ method }) => method === 'PATCH')
      .map(({ body }) => [body.output.annotations.length, body.status]);
    expect(sent).toEqual([
      [50, 'in_progress'],
      [50, 'in_progress'],
      [20, 'completed'],
    ]);
  });

  it('is the one that was opened before', async () => {
    await start();
    await open.host.openCheck(await open.pull(), { name: 'Aegis', scanId: '01J0000000SCAN' });
    expect(open.fake.state.checkRuns).toMatchObject([{ status: 'in_progress', conclusion: null }]);
    await publish(publicationOf());
    expect(open.fake.state.checkRuns).toMatchObject([{ status: 'completed', conclusion: 'failure' }]);
  });

  it('of another scan of the same head is a new one, and the completed one stays', async () => {
    await start();
    await publish(publicationOf());
    await publish(
      publicationOf({ scanId: 'again', check: { name: 'Aegis', conclusion: 'success', title: 't', summary: 's', annotations: [] } }),
    );
    expect(open.fake.state.checkRuns.map(({ conclusion }) => conclusion)).toEqual(['failure', 'success']);
  });

  it('is cut to what GitHub takes', async () => {
    await start();
    const annotation = { ...annotationOn('b.js', 1), title: 't'.repeat(400), message: '💥'.repeat(40_000) };
    await publish(
      publicationOf({
        check: { name: 'Aegis', conclusion: 'failure', title: 't'.repeat(500), summary: 's'.repeat(70_000), annotations: [annotation] },
      }),
    );
    expect(open.fake.violations).toEqual([]);
    expect(open.fake.state.checkRuns[0]?.annotations[0]?.['message']).toMatch(/^(💥)+…$/u);
  });
});

describe('SARIF', () => {
  it('is uploaded for the head of the pull request, packed', async () => {
    await start();
    await publish(publicationOf({ sarif: '{"version":"2.1.0"}' }));
    expect(open.fake.state.sarifs).toMatchObject([
      { text: '{"version":"2.1.0"}', commit_sha: open.there.headSha, ref: 'refs/pull/1/head' },
    ]);
  });

  it.each([
    'Advanced Security must be enabled for this repository to use code scanning.',
    'Code Security must be enabled for this repository to use code scanning.',
    'Code scanning is not enabled for this repository.',
    'Resource not accessible by integration',
  ])('degrades where GitHub says "%s"', async (message) => {
    await start();
    open.fake.state.sarifRefusal = { status: 403, message };
    const report = await publish(publicationOf({ sarif: '{}' }));
    expect(report.degraded).toEqual([`SARIF: ${message}`]);
    expect(open.fake.state.checkRuns[0]?.output.summary).toContain('Not shown as meant: SARIF: ');
  });

  it('is not waited for, and told again to whoever publishes again', async () => {
    await start();
    const { uploadId } = await publish(publicationOf({ sarif: '{}' }));
    expect(uploadId).toBe(open.fake.state.sarifs[0]?.id);
    expect((await publish(publicationOf({ sarif: '{}' }))).uploadId).toBe(uploadId);
    expect(open.fake.count(UPLOAD_STATE)).toBe(0);
  });

  const follow = async (signal = new AbortController().signal) => open.host.followUpload(await open.pull(), 'sarif', signal);
  const uploaded = { repository: 'acme/shop', id: 'sarif', commit_sha: '', ref: '', text: '' } as const;

  it.each<{ name: string; status: FakeSarif['status']; errors?: string[]; says: string | null; looks: number }>([
    { name: 'is taken is no news', status: 'complete', says: null, looks: 1 },
    {
      name: 'is rejected is told',
      status: 'failed',
      errors: ['no location'],
      says: 'SARIF: GitHub rejected the file: no location',
      looks: 1,
    },
    { name: 'is not decided upon is let go', status: 'pending', says: null, looks: 5 },
  ])('that $name', async ({ status, errors = [], says, looks }) => {
    await start();
    open.fake.state.sarifs.push({ ...uploaded, status, errors });
    expect(await follow()).toBe(says);
    expect(open.fake.count(UPLOAD_STATE)).toBe(looks);
  });

  it('is asked for twice, at most, where the server does not know it', async () => {
    await start();
    expect(await follow()).toBeNull();
    expect(open.fake.count(UPLOAD_STATE)).toBe(2);
    open.fake.state.sarifs.push({ ...uploaded, status: 'failed', errors: ['late'] });
    open.fake.fail({ route: UPLOAD_STATE, status: 404 });
    expect(await follow()).toMatch(/late$/);
  });

  it('is not asked for any more when the process stops', async () => {
    await start();
    const stop = new AbortController();
    open.fake.fail({ route: UPLOAD_STATE, delayMs: 5_000, status: 200 });
    const following = follow(stop.signal);
    setTimeout(() => stop.abort(new Error('the server is stopping')), 50);
    const begun = Date.now();
    await expect(following).rejects.toThrow('the server is stopping');
    expect(Date.now() - begun).toBeLessThan(2_000);
  });

  it('never fails a review, not even when the server is down', async () => {
    await start();
    open.fake.fail({ route: 'POST /repos/{owner}/{repo}/code-scanning/sarifs', status: 500, times: 9 });
    const report = await publish(publicationOf({ sarif: '{}' }), { change: false });
    expect(report.degraded[0]).toMatch(/^SARIF: GitHub answered 500/);
  });
});
