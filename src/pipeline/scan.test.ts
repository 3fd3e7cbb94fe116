import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChangeSet } from '#model/change-set.ts';
import { UnavailableError } from '#model/errors.ts';
import type { ScanEvent } from '#model/events.ts';
import type { Plan } from '#model/plan.ts';
import { type Answering, after, failed, hanging, replied, reporting, scanContext } from '../../test/fakes/scan-context.ts';
import { changeOf, LARGE, newFile } from '../../test/fixtures/made-change.ts';
import { makePlan, makeSeat } from '../../test/fixtures/panel.ts';
import type { ScanContext } from './context.ts';
import { scan } from './scan.ts';

const CHANGE = changeOf(newFile('a.js', 'query("select " + name)', 'ok()'), newFile('b.py', 'os.system(name)', 'ok()'));

const plan = (...ids: string[]) => makePlan(ids.map((id) => makeSeat(id)));
const run = async (models: Record<string, Answering>, over: { change?: ChangeSet; plan?: Plan; ctx?: Partial<ScanContext> } = {}) => {
  const chosen = over.plan ?? plan(...Object.keys(models));
  const { ctx, events, asked } = scanContext(chosen, models, over.ctx);
  return { result: await scan(over.change ?? CHANGE, chosen, ctx), events, asked };
};
const none = () => '{"findings": []}';

describe('scan concludes', () => {
  it.each<{ name: string; models: Record<string, Answering>; change?: ChangeSet; conclusion: string; reason: RegExp; findings: number }>([
    {
      name: 'passed, when every model answered and none has a finding',
      models: { a: none, b: none },
      conclusion: 'passed',
      reason: /every hunk/,
      findings: 0,
    },
    {
      name: 'findings, when a model has one',
      models: { a: reporting(/select/), b: none },
      conclusion: 'findings',
      reason: /1 finding: 1 high/,
      findings: 1,
    },
    {
      name: 'incomplete, when one of two models failed; the findings of the other are kept',
      models: { a: reporting(/select/), b: () => failed('no route') },
      conclusion: 'incomplete',
      reason: /b did not answer \(no route\)/,
      findings: 1,
    },
    {
      name: 'error, when every model failed',
      models: { a: () => failed('no route'), b: () => failed('no route') },
      conclusion: 'error',
      reason: /Nothing could be reviewed.*no route/,
      findings: 0,
    },
    {
      name: 'error, when every model refused',
      models: { a: () => replied('', { finish: 'refused', reason: 'policy' }) },
      conclusion: 'error',
      reason: /a refused \(policy\)/,
      findings: 0,
    },
    {
      name: 'error, when the only answer cannot be read',
      models: { a: () => 'I see no problem at all!' },
      conclusion: 'error',
      reason: /no readable answer/,
      findings: 0,
    },
    {
      name: 'incomplete, when an answer was cut; its findings are kept',
      models: {
        a: async (chunk, signal, request) => replied(String(await reporting(/select/)(chunk, signal, request)), { finish: 'length' }),
      },
      conclusion: 'incomplete',
      reason: /was cut off/,
      findings: 1,
    },
    {
      name: 'passed, when the change is empty',
      models: { a: none },
      change: changeOf(),
      conclusion: 'passed',
      reason: /nothing to review/,
      findings: 0,
    },
    {
      name: 'passed, when nothing in it needs a review',
      models: { a: none },
      change: changeOf(newFile('README.md', 'words')),
      conclusion: 'passed',
      reason: /Nothing in this change needs/,
      findings: 0,
    },
  ])('$name', async ({ models, change, conclusion, reason, findings }) => {
    const { result } = await run(models, change === undefined ? {} : { change });
    expect(result).toMatchObject({ conclusion, reason: expect.stringMatching(reason) });
    expect(result.findings).toHaveLength(findings);
  });

  it('source that no seat covers is incomplete, though every seat answered', async () => {
    const seats = [makeSeat('a', { covers: { languages: ['javascript'] } })];
    const { result } = await run({ a: none }, { plan: makePlan(seats) });
    expect(result).toMatchObject({ conclusion: 'incomplete', coverage: { reviewed: 1, uncovered: 1 } });
    expect((await run({ a: none }, { plan: makePlan(seats, { review: { uncovered: 'note' } }) })).result.conclusion).toBe('passed');
  });

  it('a vote belongs to a model: one that says it twice is outvoted by two that are silent', async () => {
    const twice: Answering = async (chunk, signal, request) => {
      const { findings } = JSON.parse(String(await reporting(/select/)(chunk, signal, request)));
      return JSON.stringify({ findings: [...findings, ...findings] });
    };
    const one = { a: twice, b: none, c: none };
    const majority = makePlan(
      ['a', 'b', 'c'].map((id) => makeSeat(id)),
      { consensus: { strategy: 'majority_vote' } },
    );
    expect((await run(one, { plan: majority })).result.findings).toEqual([]);
    const two = { ...one, b: reporting(/select/) };
    expect((await run(two, { plan: majority })).result.findings).toMatchObject([{ votes: { for: 2, of: 3 } }]);
  });

  it('a claim on what was not shown is counted and never published', async () => {
    const { result } = await run({ a: reporting(/select/, { path: 'secrets.env' }) });
    expect(result).toMatchObject({ claims: 1, unplaced: 1, findings: [], conclusion: 'passed' });
  });
});

describe('scan tells', () => {
  it('what happens in the order it happens, and ends with the conclusion', async () => {
    const { events, result } = await run({ a: reporting(/select/) });
    expect(events.map(({ type }) => type)).toEqual([
      'scan_started',
      'stage_started',
      // Both files are small, and share a chunk.
      ...['model_completed', 'chunk_completed'],
      'coverage',
      'finding_emitted',
      'consensus_completed',
      'pipeline_completed',
    ]);
    expect(events[0]).toEqual({ type: 'scan_started', files: 2, hunks: 2, models: ['a'] });
    expect(events.at(-1)).toEqual({ type: 'pipeline_completed', conclusion: 'findings' });
    expect(result.timing.totalMs).toBe(7);
  });

  it('of a finding that does not count, nothing', async () => {
    const quiet = makePlan([makeSeat('a')], { review: { minSeverity: 'critical' } });
    const { events, result } = await run({ a: reporting(/select/) }, { plan: quiet });
    expect(result.findings).toMatchObject([{ suppressedBy: 'min-severity' }]);
    expect(events.filter(({ type }) => type === 'finding_emitted')).toEqual([]);
    expect(events).toContainEqual({ type: 'consensus_completed', strategy: 'union', claims: 1, findings: 0 });
  });
});

it('a text that contradicts the hunks is not used: no model and no detector sees it', async () => {
  const told: (string | null)[] = [];
  const spy: Answering = (chunk) => {
    told.push(...chunk.files.map((file) => file.text));
    return '{"findings": []}';
  };
  const texts: Record<string, string> = { 'a.js': 'query("select " + name)\nok()\nmore()\n', 'b.py': 'another file\n' };
  const reader = { prefetch: async () => {}, read: async (path: string) => texts[path] ?? null };
  await run({ a: spy }, { ctx: { reader } });
  expect(told.toSorted()).toEqual([null, texts['a.js']].toSorted());
});

describe('a cancelled scan', () => {
  it.each<{
    name: string;
    at: (cancel: () => void) => { models?: Record<string, Answering>; ctx?: Partial<ScanContext>; change?: ChangeSet };
  }>([
    {
      name: 'while files are announced',
      at: (cancel) => ({ ctx: { reader: { read: async () => null, prefetch: async () => cancel() } } }),
    },
    {
      name: 'while a file is read',
      at: (cancel) => ({
        ctx: {
          reader: {
            prefetch: async () => {},
            read: async () => {
              cancel();
              return null;
            },
          },
        },
      }),
    },
    {
      name: 'when it has begun',
      at: (cancel) => ({ ctx: { emit: (event) => void (event.type === 'scan_started' && cancel()) } }),
    },
    {
      name: 'while a model answers, which answers all the same',
      at: (cancel) => ({
        models: {
          a: () => {
            cancel();
            return '{"findings": []}';
          },
        },
      }),
    },
    {
      name: 'while a model hangs',
      at: (cancel) => {
        setTimeout(cancel, 5);
        return { models: { a: hanging() } };
      },
    },
    {
      name: 'before it began, with nothing to review',
      at: (cancel) => {
        cancel();
        return { change: changeOf() };
      },
    },
  ])('$name throws the reason of the signal', async ({ at }) => {
    const cancel = new AbortController();
    const reason = new Error('enough');
    const { models = { a: none }, ctx = {}, change = CHANGE } = at(() => cancel.abort(reason));
    const events: string[] = [];
    const emit = (event: ScanEvent) => {
      events.push(event.type);
      ctx.emit?.(event);
    };
    await expect(run(models, { change, ctx: { ...ctx, emit, signal: cancel.signal } })).rejects.toBe(reason);
    expect(events.filter((type) => type.startsWith('pipeline'))).toEqual(['pipeline_cancelled']);
  });

  it('a reader that fails is a failed scan, not a cancelled one', async () => {
    const away = new UnavailableError('the tree is away', { hint: 'Try again.' });
    const events: ScanEvent[] = [];
    const reader = { prefetch: async () => {}, read: () => Promise.reject(away) };
    await expect(run({ a: none }, { ctx: { reader, emit: (event) => void events.push(event) } })).rejects.toBe(away);
    expect(events).toEqual([{ type: 'pipeline_failed', reason: 'the tree is away: try again.' }]);
  });

  it('frees every call in flight and starts no other', async () => {
    const cancel = new AbortController();
    let freed = 0;
    const many = changeOf(...Array.from({ length: 20 }, (_, at) => newFile(`f${at}.js`, ...LARGE)));
    const chosen = plan('a', 'b');
    const free = hanging(() => (freed += 1));
    const { ctx, asked, events } = scanContext(chosen, { a: free, b: free }, { signal: cancel.signal });
    const scanning = scan(many, chosen, ctx);
    await expect.poll(() => asked.length).toBe(2 * chosen.concurrency);
    cancel.abort(new Error('enough'));
    await expect(scanning).rejects.toThrow('enough');
    await sleep(10);
    expect([asked.length, freed]).toEqual([2 * chosen.concurrency, 2 * chosen.concurrency]);
    expect(events.some(({ type }) => type === 'pipeline_completed')).toBe(false);
  });
});

it('the order of arrival never changes the result', async () => {
  const change = changeOf(
    ...['a.js', 'b.js', 'c.py'].map((path) =>
      newFile(path, 'query("select " + name)', ...Array(9).fill('ok()'), 'os.system(name)', ...LARGE),
    ),
  );
  const models: Record<string, Answering> = {
    a: reporting(/select|system/),
    b: reporting(/select/, { cwe: 'CWE-943', severity: 'medium', confidence: 0.4 }),
    c: reporting(/system/, { cwe: null, title: 'Something', confidence: null }),
    d: (chunk) => (chunk.files.some(({ path }) => path.endsWith('.py')) ? failed() : 'prose'),
  };
  const chosen = makePlan(Object.keys(models).map((id) => makeSeat(id)));
  const shuffled = async (delays: readonly number[]) => {
    let calls = 0;
    const late = Object.fromEntries(
      Object.entries(models).map(([id, answering]): [string, Answering] => [
        id,
        (chunk, signal, request) => after(delays[calls++ % delays.length] ?? 0, answering)(chunk, signal, request),
      ]),
    );
    return (await run(late, { change, plan: { ...chosen, concurrency: 12 } })).result;
  };
  const expected = await shuffled([0]);
  expect(expected.findings.length).toBeGreaterThan(3);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 12, maxLength: 12 }), async (delays) => {
      expect(await shuffled(delays)).toEqual(expected);
    }),
    { numRuns: 40 },
  );
}, 30_000);
