import { describe, expect, it, vi } from 'vitest';
import { HostError } from '#github/host-error.ts';
import { command, makeKnown, makeThread, taskJob } from '../../test/fakes/task-job.ts';
import { runTask } from './run-task.ts';

type Parts = NonNullable<Parameters<typeof taskJob>[0]>;

async function run(parts: Parts = {}) {
  const job = taskJob(parts);
  const thrown = await runTask('task-1', job.ctx).then(
    () => null,
    (error: unknown) => error,
  );
  return { ...job, thrown };
}

const down = new HostError('unreachable', 'GitHub cannot be reached');
const gone = new HostError('not-found', 'GitHub answered 404');
const fail = (error: unknown) => () => Promise.reject(error);

describe('a task', () => {
  it('is done once: who comes second does nothing', async () => {
    const job = taskJob();
    await runTask('task-1', job.ctx);
    const before = [...job.done];
    await runTask('task-1', job.ctx);
    expect(job.done).toEqual(before);
  });

  it('that waits long for its turn keeps its lease, until it is done', async () => {
    vi.useFakeTimers();
    try {
      let turn = () => {};
      const waiting = new Promise<void>((resolve) => {
        turn = resolve;
      });
      const { ctx, done } = taskJob({ host: { reply: () => waiting } });
      const running = runTask('task-1', ctx);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(done.filter((step) => step === 'renew')).toHaveLength(4);
      turn();
      await running;
      await vi.advanceTimersByTimeAsync(60_000);
      expect(done.filter((step) => step === 'renew')).toHaveLength(4);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('says in the log what came of it', async () => {
    const { logged } = await run({ task: command('/aegis pause') });
    expect(logged).toEqual(['info octo/shop#7: command: pause by mona: done']);
  });

  it('given back by a stop is neither done nor failed', async () => {
    const stop = new AbortController();
    stop.abort(new Error('the server is stopping'));
    const { done, thrown } = await run({ signal: stop.signal, host: { canWrite: fail(stop.signal.reason) } });
    expect([done, thrown]).toEqual([['release'], null]);
  });

  it.each([
    { name: 'a host that is down', error: down },
    { name: 'a fault of our own', error: new TypeError('x is undefined') },
  ])('that breaks off by $name is tried again', async ({ error }) => {
    const { done, thrown } = await run({ host: { canWrite: fail(error) } });
    expect([done, thrown]).toEqual([['release'], error]);
  });

  it('that breaks off for the fifth time fails, and who asked is told in one line without details', async () => {
    const { done, replies, logged, thrown } = await run({
      tries: 5,
      store: { setPaused: fail(new TypeError('secret <b>')) },
      task: command('/aegis pause'),
    });
    expect(thrown).toBeNull();
    expect(done).toEqual(['react eyes', 'react confused', 'reply reply:501', 'finish failed: Aegis broke off while it did this']);
    expect(replies.get('reply:501')?.body).toBe(
      "This could not be done: Aegis broke off while it did this. Ask again; the server's log says more.",
    );
    expect(logged[0]).toMatch(/^error octo\/shop#7: command: TypeError: secret/);
  });

  it('that nobody can be told of fails in the log', async () => {
    const { done, logged } = await run({ tries: 5, host: { canWrite: fail(down), react: fail(down) } });
    expect(done).toEqual(['finish failed: GitHub cannot be reached']);
    expect(logged.at(-1)).toBe('warn the fault could not be told: GitHub cannot be reached');
  });

  it('that was refused for good fails at once', async () => {
    const { done } = await run({ task: { kind: 'closed', merged: false }, host: { threads: fail(gone) } });
    expect(done).toEqual(['pass', 'finish failed: GitHub answered 404']);
  });
});

describe('a button', () => {
  const button = (identifier: string, login = 'mona') =>
    ({ kind: 'button', identifier, headSha: 'a'.repeat(40), actor: { login, isBot: false } }) as const;

  it.each<{ identifier: string; parts?: Parts; done: string[] }>([
    { identifier: 'review', done: ['requestScan a 2', 'finish done: review by mona: done'] },
    { identifier: 'pause', done: ['pause mona', 'pass', 'finish done: pause by mona: done'] },
    { identifier: 'resume', parts: { paused: 'mona' }, done: ['pause null', 'requestScan a 2', 'finish done: resume by mona: done'] },
    { identifier: 'resume', done: ['finish done: resume by mona: nothing to do'] },
    { identifier: 'dismiss', done: ['finish done: the check has no such button'] },
    { identifier: 'constructor', done: ['finish done: the check has no such button'] },
  ])('$identifier does $done', async ({ identifier, parts, done }) => {
    expect((await run({ ...parts, task: button(identifier) })).done).toEqual(done);
  });

  it('pressed by somebody who may not write does nothing', async () => {
    expect((await run({ task: button('review', 'mallory') })).done).toEqual(['finish done: review: mallory may not write here']);
  });
});

describe('a resolved thread', () => {
  const resolved = { kind: 'thread-resolved', commentId: 601, actor: { login: 'mona', isBot: false } } as const;
  const { fingerprint } = makeKnown();

  it('whose finding is open is asked about in the thread, with the line to write', async () => {
    const { replies } = await run({ task: resolved, threads: [makeThread({ resolved: true })] });
    expect(replies.get(`ask:${fingerprint}`)).toMatchObject({
      comment: { kind: 'review', id: 601 },
      body: expect.stringContaining('`/aegis dismiss k3v9qd your reason`'),
    });
  });

  it('is asked about where the host does not show it resolved yet', async () => {
    expect((await run({ task: resolved, threads: [makeThread({ resolved: false })] })).replies.size).toBe(1);
  });

  it('is asked about once, however often it is resolved', async () => {
    const first = taskJob({ task: resolved, threads: [makeThread()] });
    await runTask('task-1', first.ctx);
    const second = taskJob({ task: resolved, threads: [makeThread()], host: { reply: first.ctx.host.reply } });
    await runTask('task-2', second.ctx);
    expect([...first.replies.keys()]).toEqual([`ask:${fingerprint}`]);
  });

  it.each<{ name: string; parts: Parts }>([
    { name: 'not ours', parts: { threads: [makeThread({ commentId: 1 })] } },
    { name: 'of a finding that is fixed', parts: { threads: [makeThread()], known: [makeKnown({ state: 'fixed' })] } },
    { name: 'of a finding that nobody knows', parts: { threads: [makeThread()], known: [] } },
    { name: 'closed by us', parts: { threads: [makeThread({ closed: true })] } },
    { name: 'resolved by a stranger', parts: { threads: [makeThread()], writers: [] } },
    { name: 'of a pull request that is closed', parts: { threads: [makeThread()], pull: { state: 'closed' } } },
    {
      name: 'of a finding that is dismissed',
      parts: {
        threads: [makeThread()],
        dismissed: [{ fingerprint, cwe: null, path: 'src/app.js', evidence: '', reason: 'x', actor: 'mona', scope: 'pull' }],
      },
    },
  ])('that is $name is not asked about', async ({ parts }) => {
    const { replies, done } = await run({ ...parts, task: resolved });
    expect([replies.size, done.length]).toEqual([0, 1]);
  });
});

describe('a closed pull request', () => {
  const closed = (merged: boolean) => ({ kind: 'closed', merged }) as const;
  const [right, wrong, tied, strange] = ['1', '2', '3', '4'].map((sign) => sign.repeat(64)) as [string, string, string, string];
  const reactions = (...of: ['+1' | '-1', string][]) => of.map(([kind, login]) => ({ kind, login }));

  it('ends what still runs for it', async () => {
    expect((await run({ task: closed(false) })).done).toEqual(['pass', 'finish done: the pull request was closed']);
  });

  it('teaches what people with write access showed, and dismisses nothing', async () => {
    const threads = [
      makeThread({ fingerprint: right, reactions: reactions(['+1', 'mona'], ['-1', 'mallory']) }),
      makeThread({ fingerprint: wrong, reactions: reactions(['-1', 'mona'], ['-1', 'hubot'], ['+1', 'lisa']) }),
      makeThread({ fingerprint: tied, reactions: reactions(['-1', 'mona'], ['+1', 'lisa']) }),
      makeThread({ fingerprint: strange, reactions: reactions(['-1', 'mallory']) }),
    ];
    const known = [right, wrong, tied, strange].map((fingerprint) => makeKnown({ fingerprint }));
    const { judged, done } = await run({ task: closed(false), threads, known, writers: ['mona', 'lisa', 'hubot'] });
    expect([...judged.values()]).toMatchObject([
      { fingerprint: right, kind: 'confirmed', language: 'javascript', models: makeKnown().models },
      { fingerprint: wrong, kind: 'dismissed', cwe: 'CWE-89' },
    ]);
    expect(done).not.toContain('dismiss pull');
  });

  it('asks of each person once who may write', async () => {
    const asked: string[] = [];
    const threads = [right, wrong].map((fingerprint) => makeThread({ fingerprint, reactions: reactions(['+1', 'mona'], ['+1', 'lisa']) }));
    const known = [right, wrong].map((fingerprint) => makeKnown({ fingerprint }));
    const canWrite = async (_: unknown, login: string) => asked.push(login) > 0;
    await run({ task: closed(false), threads, known, host: { canWrite } });
    expect(asked.sort()).toEqual(['lisa', 'mona']);
  });

  it('leaves the word of a command above a reaction', async () => {
    const dismissed = [{ ...makeKnown(), reason: 'x', actor: 'mona', scope: 'pull' } as const];
    const { judged } = await run({ task: closed(false), threads: [makeThread({ reactions: reactions(['+1', 'mona']) })], dismissed });
    expect(judged.size).toBe(0);
  });

  it('that was merged credits who found what is fixed, but for what people called wrong', async () => {
    const known = [
      makeKnown({ fingerprint: right, state: 'fixed' }),
      makeKnown({ fingerprint: wrong, state: 'fixed' }),
      makeKnown({ fingerprint: tied, state: 'open' }),
      makeKnown({ fingerprint: strange, state: 'fixed' }),
    ];
    const threads = [makeThread({ fingerprint: wrong, reactions: reactions(['-1', 'mona']) })];
    const dismissed = [{ ...makeKnown({ fingerprint: strange }), reason: 'x', actor: 'mona', scope: 'repository' } as const];
    const { judged, done } = await run({ task: closed(true), known, threads, dismissed });
    expect([...judged.values()].map(({ fingerprint, kind }) => [fingerprint, kind])).toEqual([
      [wrong, 'dismissed'],
      [right, 'fixed'],
    ]);
    expect(done.at(-1)).toBe('finish done: the pull request was merged, 1 of its findings fixed');
  });
});
