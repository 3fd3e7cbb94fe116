import { describe, expect, it, vi } from 'vitest';
import { HostError } from '#github/host-error.ts';
import { ConfigError, InputError } from '#model/errors.ts';
import { HEAD, makePrepared, makePull, NEW_HEAD, reviewJob } from '../../test/fakes/review-job.ts';
import { makeFinding, makeResult } from '../../test/fixtures/scan-results.ts';
import { reviewPullRequest } from './review-pull-request.ts';

type Parts = NonNullable<Parameters<typeof reviewJob>[0]>;
const fail = (error: unknown) => () => Promise.reject(error);
const down = () => new HostError('unreachable', 'GitHub cannot be reached');
const unset = new ConfigError('.aegis.yml', [
  { line: 1, column: 1, key: 'reveiw', message: 'is not known; did you mean `review`?' },
  { line: 3, column: 2, key: 'review.min_severity', message: 'is not a severity' },
]);

async function review(parts: Parts = {}) {
  const job = reviewJob(parts);
  const thrown = await reviewPullRequest('scan-1', job.ctx).then(
    () => null,
    (error: unknown) => error,
  );
  return { ...job, thrown };
}

/** A host whose pull request has a newer head from the `nth` look on. */
function movingAt(nth: number): NonNullable<Parts['host']> {
  let looks = 0;
  return { pullRequest: async () => makePull(++looks >= nth ? { headSha: NEW_HEAD } : {}) };
}

describe('a review that ends', () => {
  it.each<{ name: string; parts: Parts; done: (string | RegExp)[] }>([
    {
      name: 'the result is stored before anything of it is published',
      parts: {},
      done: ['openCheck Aegis a', 'saveResult', 'publish success a', 'settle', /^finish done: passed: Nothing was found/],
    },
    {
      name: 'a finding fails the check',
      parts: {
        prepare: async () =>
          makePrepared({ scan: async () => makeResult({ conclusion: 'findings', reason: '1 finding.', findings: [makeFinding()] }) }),
      },
      done: ['openCheck Aegis a', 'saveResult', 'publish failure a', 'settle', 'finish done: findings: 1 finding.'],
    },
    {
      name: 'what could not be shown is remembered with the reason',
      parts: { host: { publish: async () => ({ commentsPosted: 0, degraded: ['SARIF: not enabled'], uploadId: null }) } },
      done: ['openCheck Aegis a', 'saveResult', 'settle', /^finish done: .*\(SARIF: not enabled\)$/],
    },
    {
      name: 'a check that is disabled is not opened and not published',
      parts: { prepare: async () => makePrepared({}, { check: { enabled: false, name: 'Aegis', onIncomplete: 'fail' } }) },
      done: ['saveResult', 'publish no check a', 'settle', /^finish done/],
    },
    {
      name: 'a draft is skipped without a trace',
      parts: { prepare: async () => makePrepared({ skip: 'it is a draft' }) },
      done: ['finish done: not reviewed: it is a draft'],
    },
    {
      name: 'a closed pull request is left alone',
      parts: { host: { pullRequest: async () => makePull({ state: 'closed' }) } },
      done: ['finish cancelled: the pull request is closed'],
    },
    {
      name: 'a head that moved before the scan gets a cancelled check, on the old commit',
      parts: { host: movingAt(1) },
      done: ['openCheck Aegis a', 'publish cancelled a', 'finish cancelled: superseded by ccccccc'],
    },
    {
      name: 'so does one that moved while its files were read',
      parts: { host: { ...movingAt(2), change: fail(new HostError('superseded', 'it has a newer head')) } },
      done: ['openCheck Aegis a', 'openCheck Aegis a', 'publish cancelled a', 'finish cancelled: superseded by ccccccc'],
    },
    {
      name: 'so does one that moved while it was scanned: its findings are kept and not shown',
      parts: { host: movingAt(2) },
      done: ['openCheck Aegis a', 'saveResult', 'openCheck Aegis a', 'publish cancelled a', 'finish cancelled: superseded by ccccccc'],
    },
    {
      name: 'a head that moved leaves no check where checks are disabled',
      parts: {
        host: movingAt(1),
        prepare: async () => makePrepared({}, { check: { enabled: false, name: 'Aegis', onIncomplete: 'fail' } }),
      },
      done: ['finish cancelled: superseded by ccccccc'],
    },
    {
      name: 'a paused pull request is not reviewed, and its check asks for action',
      parts: { store: { pausedBy: async () => 'mona' } },
      done: ['openCheck Aegis a', 'publish action_required a', 'finish cancelled: reviews are paused by mona'],
    },
    {
      name: 'where a newer review of the same head was asked for, the older one ends',
      parts: { store: { lastAttempt: async () => 2 } },
      done: ['finish cancelled: a newer review of this commit was asked for'],
    },
    {
      name: 'a merge group gets a check and nothing is remembered of it',
      parts: { claimed: { number: 0 }, store: { history: fail(new Error('it has none')) } },
      done: ['openCheck Aegis a', 'saveResult', 'publish success a', /^finish done: passed/],
    },
  ])('$name', async ({ parts, done }) => {
    const { done: was, thrown } = await review(parts);
    expect(thrown).toBeNull();
    expect(was).toEqual(done.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))));
  });

  it('a scan that somebody else works on is left to them', async () => {
    const { ctx, done } = reviewJob();
    await reviewPullRequest('scan-1', { ...ctx, store: { ...ctx.store, claim: async () => null } });
    expect(done).toEqual([]);
  });

  it.each([
    { name: 'is closed', parts: { host: { pullRequest: async () => makePull({ state: 'closed' }) } }, status: 'cancelled' },
    { name: 'becomes a draft', parts: { prepare: async () => makePrepared({ skip: 'it is a draft' }) }, status: 'done' },
  ])('the check of an earlier attempt is ended when the pull request $name', async ({ parts, status }) => {
    const job = reviewJob(parts);
    await job.publications.record('scan-1', 'check', '1');
    await reviewPullRequest('scan-1', job.ctx);
    expect(job.done).toEqual(['publish cancelled a', expect.stringMatching(`^finish ${status}: `)]);
    expect(job.published[0]?.check?.summary).toMatch(/This commit was not reviewed\.$/);
  });
});

describe('an upload that the host works on', () => {
  const uploading = { publish: async () => ({ commentsPosted: 0, degraded: [], uploadId: 'u1' }) };

  it('is followed when the scan has ended', async () => {
    const { done } = await review({ host: uploading });
    expect(done.slice(-2)).toEqual([expect.stringMatching(/^finish done/), 'follow u1']);
  });

  it('holds neither the scan nor its worker, and ends with the stop signal, without a word', async () => {
    const stop = new AbortController();
    const ended = vi.fn();
    const followUpload = (_p: unknown, _id: string, signal: AbortSignal) =>
      new Promise<null>((_, reject) => {
        signal.addEventListener('abort', () => {
          ended();
          reject(signal.reason);
        });
      });
    const { done, logged } = await review({ host: { ...uploading, followUpload }, signal: stop.signal });
    expect(done.at(-1)).toMatch(/^finish done/);
    stop.abort(new Error('the server is stopping'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toHaveBeenCalledTimes(1);
    expect(logged.filter((line) => line.startsWith('warn'))).toEqual([]);
  });

  it.each([
    { name: 'rejected', follow: async () => 'SARIF: GitHub rejected the file: no', says: 'SARIF: GitHub rejected the file: no' },
    { name: 'not to be followed', follow: fail(down()), says: 'the upload of SARIF could not be followed: GitHub cannot be reached' },
  ])('and that is $name stands in the log', async ({ follow, says }) => {
    const { logged, thrown } = await review({ host: { ...uploading, followUpload: follow } });
    await new Promise((resolve) => setImmediate(resolve));
    expect(thrown).toBeNull();
    expect(logged.at(-1)).toBe(`warn octo/shop#7@${HEAD.slice(0, 7)}: ${says}`);
  });
});

describe('a second attempt', () => {
  it('publishes the stored result without scanning again', async () => {
    const scan = vi.fn(async () => makeResult());
    let down: boolean = true;
    const job = reviewJob({ prepare: async () => makePrepared({ scan }) });
    const publish = job.ctx.host.publish;
    const host = {
      ...job.ctx.host,
      publish: (...args: Parameters<typeof publish>) => (down ? Promise.reject(new HostError('server', 'bad gateway')) : publish(...args)),
    };
    await expect(reviewPullRequest('scan-1', { ...job.ctx, host })).rejects.toThrow('bad gateway');
    down = false;
    await reviewPullRequest('scan-1', { ...job.ctx, host });
    expect(scan).toHaveBeenCalledTimes(1);
    expect(job.done).toEqual([
      ...['openCheck Aegis a', 'saveResult', 'release later'],
      ...['openCheck Aegis a', 'publish success a', 'settle', expect.stringMatching(/^finish done/)],
    ]);
  });
});

describe('a fault', () => {
  it.each([
    { name: 'all problems of a configuration', error: unset, says: [/line 1, column 1.*reveiw/s, /line 3, column 2.*min/s] },
    {
      name: 'a model that cannot work',
      error: new InputError('the key OPENAI_API_KEY is not set', { hint: 'Set it.' }),
      says: [/OPENAI.*API.*KEY/],
    },
  ])('of the configuration is told once: $name', async ({ error, says }) => {
    const { done, published, thrown } = await review({ prepare: fail(error) });
    expect(thrown).toBeNull();
    expect(done).toEqual(['openCheck Aegis a', 'publish action_required a', `finish failed: ${error.message}`]);
    for (const words of says) expect(published[0]?.check?.summary).toMatch(words);
    expect(published[0]).toMatchObject({ review: null, sarif: null });
  });

  it.each<{ name: string; parts: Parts; done: string[] }>([
    { name: 'a host that is down', parts: { host: { change: fail(down()) } }, done: ['openCheck Aegis a', 'release later'] },
    {
      name: 'a key that is to be mended',
      parts: { host: { pullRequest: fail(new HostError('unauthorized', 'bad key')) } },
      done: ['release later'],
    },
    { name: 'a rate limit', parts: { host: { pullRequest: fail(new HostError('rate-limited', 'slow down')) } }, done: ['release later'] },
    { name: 'a configuration that could not be read', parts: { prepare: fail(down()) }, done: ['release later'] },
    {
      name: 'a configuration error that could not be shown yet',
      parts: { prepare: fail(unset), host: { publish: fail(down()) } },
      done: ['openCheck Aegis a', 'release later'],
    },
    {
      name: 'one that we do not know, at first',
      parts: { host: { change: fail(new TypeError('x of undefined')) }, claimed: { tries: 4 } },
      done: ['openCheck Aegis a', 'release later'],
    },
    {
      name: 'one that may pass, for an hour',
      parts: { host: { change: fail(down()) }, claimed: { tries: 59 } },
      done: ['openCheck Aegis a', 'release later'],
    },
  ])('that may pass gives the scan back and is thrown: $name', async ({ parts, done }) => {
    const { done: was, thrown, published } = await review(parts);
    expect(thrown).toBeInstanceOf(Error);
    expect(was).toEqual(done);
    expect(published).toEqual([]);
  });

  it.each<{ name: string; parts: Parts; reason: RegExp; never?: RegExp }>([
    {
      name: 'one that we do not know, after five tries, without its details',
      parts: { host: { change: fail(new TypeError('secret detail')) }, claimed: { tries: 5 } },
      reason: /Aegis broke off/,
      never: /secret detail/,
    },
    {
      name: 'one that should have passed, after an hour',
      parts: { host: { change: fail(down()) }, claimed: { tries: 60 } },
      reason: /GitHub cannot be reached/,
    },
    {
      name: 'one that trying again cannot mend, at once',
      parts: { host: { change: fail(new HostError('forbidden', 'no permission')) } },
      reason: /no permission/,
    },
  ])('that stays is shown on the pull request: $name', async ({ parts, reason, never }) => {
    const { done, published, thrown } = await review(parts);
    expect(thrown).toBeNull();
    expect(done.slice(-2)).toEqual(['publish action_required a', expect.stringMatching(/^finish failed: /)]);
    expect(done.at(-1)).toMatch(reason);
    expect(published[0]?.check?.summary).toMatch(reason);
    if (never !== undefined) expect(JSON.stringify([done, published])).not.toMatch(never);
  });

  it('is told without a check where checks are disabled, and under the name that the repository chose where not', async () => {
    const parts = (enabled: boolean): Parts => ({
      prepare: async () =>
        makePrepared(
          { scan: fail(new InputError('no', { hint: 'Yes.' })) },
          { check: { enabled, name: 'Security', onIncomplete: 'fail' } },
        ),
    });
    expect((await review(parts(false))).done).toEqual(['publish no check a', 'finish failed: no']);
    expect((await review(parts(false))).published[0]?.summary).toContain('could not run');
    expect((await review(parts(true))).published[0]?.check?.name).toBe('Security');
  });

  it('that cannot be shown now is shown later', async () => {
    const { done, thrown } = await review({ host: { change: fail(new HostError('forbidden', 'no')), publish: fail(down()) } });
    expect(thrown).toMatchObject({ message: 'GitHub cannot be reached' });
    expect(done.at(-1)).toBe('release later');
  });

  it('that can never be shown ends the scan and stands in the log', async () => {
    const gone = new HostError('not-found', 'no such repository');
    const { done, thrown, logged } = await review({ host: { pullRequest: fail(gone) } });
    expect(thrown).toBeNull();
    expect(done).toEqual(['finish failed: no such repository']);
    expect(logged.join('\n')).toMatch(/could not be shown: no such repository/);
  });
});

describe('a worker that must stop', () => {
  it('gives the scan back at once and tells nobody', async () => {
    const stop = new AbortController();
    const scan = async () => {
      stop.abort(new Error('the server is stopping'));
      stop.signal.throwIfAborted();
      return makeResult();
    };
    const { done, thrown } = await review({ signal: stop.signal, prepare: async () => makePrepared({ scan }) });
    expect([done, thrown]).toEqual([['openCheck Aegis a', 'release now'], null]);
  });

  it('keeps a result that is there already, for whoever goes on', async () => {
    const stop = new AbortController();
    const scan = async () => {
      stop.abort(new Error('the server is stopping'));
      return makeResult();
    };
    const { done } = await review({ signal: stop.signal, prepare: async () => makePrepared({ scan }) });
    expect(done).toEqual(['openCheck Aegis a', 'saveResult', 'release now']);
  });

  it.each([
    { name: 'and whose scan heeds it', heeds: true },
    { name: 'though its scan ends with a result', heeds: false },
  ])('because it lost its lease writes nothing any more, $name', async ({ heeds }) => {
    vi.useFakeTimers();
    try {
      const scan = (_c: unknown, _r: unknown, signal: AbortSignal) =>
        new Promise<ReturnType<typeof makeResult>>((resolve, reject) => {
          signal.addEventListener('abort', () => (heeds ? reject(signal.reason) : resolve(makeResult())));
        });
      const job = reviewJob({ prepare: async () => makePrepared({ scan }), store: { heartbeat: async () => 'lost' } });
      const reviewing = reviewPullRequest('scan-1', job.ctx);
      await vi.advanceTimersByTimeAsync(6_000);
      await reviewing;
      expect(job.done).toEqual(['openCheck Aegis a']);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

it('what the configuration asks for in vain stands in the summary', async () => {
  const { published } = await review({ prepare: async () => makePrepared({ notes: ['the model gpt takes no part'] }) });
  expect(published[0]?.summary).toContain('the model gpt takes no part');
});

it('says in the log which pull request it is about', async () => {
  const { logged } = await review();
  const name = `octo/shop#7@${HEAD.slice(0, 7)}`;
  expect(logged).toEqual([`info ${name}: scan scan-1, attempt 1`, expect.stringContaining(`info ${name}: passed`)]);
});

it('a merge group is shown by its check alone', async () => {
  const { published } = await review({ claimed: { number: 0 } });
  expect(published).toMatchObject([{ check: { conclusion: 'success' }, review: null, summary: null, sarif: null }]);
});

it('a fault of a merge group is shown by its check alone', async () => {
  const { published } = await review({ claimed: { number: 0 }, prepare: fail(unset) });
  expect(published).toMatchObject([{ check: { conclusion: 'action_required', buttons: [] }, summary: null }]);
});

it('faults of the configuration that a change would bring are annotations', async () => {
  const annotation = { path: '.aegis.yml', startLine: 2, endLine: 2, severity: 'medium', title: 'x', message: 'y' } as const;
  const { published } = await review({
    prepare: async () =>
      makePrepared({ configNotes: async () => ({ notes: ['it takes effect after the merge'], annotations: [annotation] }) }),
  });
  expect(published[0]?.check?.annotations).toEqual([annotation]);
  expect(published[0]?.summary).toContain('it takes effect after the merge');
});

it('a scan knows what was dismissed and what was there before', async () => {
  const history = { headSha: NEW_HEAD, known: [], carry: null, change: null };
  const scan = vi.fn<ReturnType<typeof makePrepared>['scan']>(async () => makeResult());
  await review({ prepare: async () => makePrepared({ scan }), store: { history: async () => history, dismissals: async () => [] } });
  expect(scan.mock.calls[0]?.[3].memory).toEqual({ history, dismissals: [], baseline: [], ignores: 'base' });
});

it.each([
  { name: 'a push', pull: { headSha: NEW_HEAD }, ending: ['publish cancelled a', 'finish cancelled: superseded by ccccccc'] },
  { name: 'a close', pull: { state: 'closed' as const }, ending: ['publish cancelled a', 'finish cancelled: the pull request is closed'] },
])('$name during a scan aborts its calls, and its check ends as cancelled', async ({ pull, ending }) => {
  vi.useFakeTimers();
  try {
    let now = {};
    const scan = (_c: unknown, _r: unknown, signal: AbortSignal) =>
      new Promise<ReturnType<typeof makeResult>>((_, reject) => {
        now = pull;
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const job = reviewJob({
      prepare: async () => makePrepared({ scan }),
      store: { heartbeat: async () => 'passed' },
      host: { pullRequest: async () => makePull(now) },
    });
    const reviewing = reviewPullRequest('scan-1', job.ctx);
    await vi.advanceTimersByTimeAsync(5_000);
    await reviewing;
    expect(job.done.filter((one) => !one.startsWith('openCheck'))).toEqual(ending);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
