import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { askPanel } from '../../test/fakes/ask-panel.ts';
import { type Answering, after, failed, hanging, replied, scanContext } from '../../test/fakes/scan-context.ts';
import { makeChunk, makeSeat } from '../../test/fixtures/panel.ts';

const chunks = [makeChunk('c1', 'a.js'), makeChunk('c2', 'b.js'), makeChunk('c3', 'c.py')];
const none = '{"findings": []}';

async function ask(seats: ReturnType<typeof makeSeat>[], models: Record<string, Answering>, concurrency = 4) {
  const plan = { seats, reserves: [], concurrency };
  const { ctx, events, asked } = scanContext(plan, models);
  const { executions } = await askPanel(chunks, plan, ctx);
  return { executions: executions.map(({ modelId, chunkId, outcome }) => `${modelId} ${chunkId} ${outcome.kind}`), events, asked };
}

describe('reviewChunks', () => {
  it('shows every chunk to every seat, riskiest chunk first', async () => {
    const { executions, asked } = await ask([makeSeat('a'), makeSeat('b')], {}, 1);
    expect(asked.map(({ modelId, chunkId }) => `${modelId} ${chunkId}`)).toEqual(['a c1', 'b c1', 'a c2', 'b c2', 'a c3', 'b c3']);
    expect(executions).toHaveLength(6);
  });

  it('asks a detector about its languages alone, and no seat of another role', async () => {
    const seats = [makeSeat('python', { covers: { languages: ['python'] } }), makeSeat('judge', { role: 'judge' })];
    expect((await ask(seats, {})).executions).toEqual(['python c3 answered']);
  });

  it('answers in the order of chunks and seats, whoever is faster', async () => {
    const { executions } = await ask([makeSeat('slow'), makeSeat('fast')], { slow: after(30, () => none) });
    expect(executions.map((one) => one.split(' ', 2).join(' '))).toEqual([
      'slow c1',
      'fast c1',
      'slow c2',
      'fast c2',
      'slow c3',
      'fast c3',
    ]);
  });

  it.each([1, 2, 3])('has %i calls of each seat in flight at once', async (concurrency) => {
    let [now, most] = [0, 0];
    const counting: Answering = async () => {
      now += 1;
      most = Math.max(most, now);
      await sleep(5);
      now -= 1;
      return none;
    };
    await ask([makeSeat('a'), makeSeat('b')], { a: counting, b: counting }, concurrency);
    expect(most).toBe(2 * concurrency);
  });

  it('is not held up by a seat that hangs', async () => {
    const many = Array.from({ length: 40 }, (_, at) => makeChunk(`c${at}`, `f${at}.js`));
    const plan = { seats: [makeSeat('stuck'), makeSeat('quick')], reserves: [], concurrency: 2 };
    const cancel = new AbortController();
    const { ctx, asked } = scanContext(plan, { stuck: hanging() }, { signal: cancel.signal });
    const asking = askPanel(many, plan, ctx);
    await expect.poll(() => asked.filter(({ modelId }) => modelId === 'quick').length).toBe(40);
    cancel.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
  });

  it('tells how each call ended, and how far it has come', async () => {
    const { events } = await ask([makeSeat('a'), makeSeat('b')], {
      a: (chunk) => (chunk.id === 'c2' ? failed('no route') : none),
      b: () => replied('', { finish: 'refused', reason: 'content filter' }),
    });
    expect(events[0]).toEqual({ type: 'stage_started', stage: 'deep_scan', calls: 6 });
    expect(events.filter(({ type }) => type === 'model_completed')).toHaveLength(2);
    expect(
      events.flatMap((event) => (event.type === 'model_failed' ? [[event.modelId, event.outcome, event.reason]] : [])).toSorted(),
    ).toEqual([
      ['a', 'failed', 'no route'],
      ['b', 'refused', 'content filter'],
      ['b', 'refused', 'content filter'],
      ['b', 'refused', 'content filter'],
    ]);
    expect(events.flatMap((event) => (event.type === 'chunk_completed' ? [event.done] : []))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('a cancelled stage frees the calls in flight, starts no others and throws the reason', async () => {
    const cancel = new AbortController();
    const reason = new Error('enough');
    let freed = 0;
    const plan = { seats: [makeSeat('a')], reserves: [], concurrency: 2 };
    const { ctx, asked, events } = scanContext(plan, { a: hanging(() => (freed += 1)) }, { signal: cancel.signal });
    const asking = askPanel(chunks, plan, ctx);
    await sleep(5);
    cancel.abort(reason);
    await expect(asking).rejects.toBe(reason);
    await sleep(5);
    expect([asked.length, freed]).toEqual([2, 2]);
    expect(events.map(({ type }) => type)).toEqual(['stage_started']);
  });

  it('a stage that was cancelled before it began asks nobody, also where there is nobody to ask', async () => {
    for (const seats of [[makeSeat('a')], []]) {
      const plan = { seats, reserves: [], concurrency: 2 };
      const { ctx, asked } = scanContext(plan, {}, { signal: AbortSignal.abort(new Error('enough')) });
      await expect(askPanel(chunks, plan, ctx)).rejects.toThrow('enough');
      expect(asked).toEqual([]);
    }
  });
});
