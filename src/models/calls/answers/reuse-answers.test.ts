import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AnswerCache } from '#ports/answer-cache.ts';
import type { Reply } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { never, requestOf } from '../../../../test/fakes/provider-env.ts';
import type { Call, Settled } from '../call.ts';
import { createAnswerFlights } from './answer-flights.ts';
import { createMemoryAnswerCache } from './memory-answer-cache.ts';
import type { Identity } from './remember-identity.ts';
import { recallAnswers, reuseAnswers } from './reuse-answers.ts';

const clock = { now: () => performance.now() };
const reply = (changes: Partial<Reply> = {}): Reply => ({
  text: '{"findings":[]}',
  finish: 'complete',
  reason: null,
  tokensIn: 90,
  tokensOut: 9,
  ...changes,
});
const replied = (changes: Partial<Reply> = {}): Settled => ({ kind: 'replied', reply: reply(changes), latencyMs: 5, cached: false });
const down: Settled = { kind: 'failed', error: new ProviderError('unreachable', 'nobody there', { hint: 'Start it.' }), latencyMs: 5 };
const free = { cached: true, reply: { tokensIn: 0, tokensOut: 0 } };

afterEach(() => void vi.useRealTimers());

/** A call that the test ends when it likes, and that ends with its signal. */
function heldCall() {
  const calls: { end: (settled: Settled) => void; signal: AbortSignal; heard: ((text: string) => void) | undefined }[] = [];
  const call: Call = (_request, signal, heard) =>
    new Promise((resolve) => {
      calls.push({ end: resolve, signal, heard });
      signal.addEventListener('abort', () => resolve({ kind: 'failed', error: new Error('stopped'), latencyMs: 0 }));
    });
  return { call, calls };
}

function reusing(inner: Call, changes: { cache?: AnswerCache; identity?: () => Promise<Identity> } = {}): Call {
  return reuseAnswers(inner, {
    cache: changes.cache ?? createMemoryAnswerCache({ maxBytes: 1e6 }),
    flights: createAnswerFlights(),
    identify: changes.identity ?? (async () => undefined),
    keyOf: (request, identity) => `${identity} ${JSON.stringify(request.messages)}`,
    place: 'm at http://x',
    clock,
  });
}
const counting = (settled: Settled) => vi.fn<Call>(async () => settled);
const ask = (call: Call, prompt = 'x') => call(requestOf(prompt), never(), undefined);
/** Lets what can go on go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('an answer that was given before', () => {
  it('is given again, for nothing', async () => {
    const inner = counting(replied());
    const call = reusing(inner);
    expect(await ask(call)).toMatchObject(replied());
    expect(await ask(call)).toMatchObject({ kind: 'replied', cached: true, reply: reply({ tokensIn: 0, tokensOut: 0 }) });
    expect(inner).toHaveBeenCalledTimes(1);
    await ask(call, 'another');
    expect(inner).toHaveBeenCalledTimes(2);
  });

  it('is told in one part to who listens', async () => {
    const call = reusing(counting(replied()));
    await ask(call);
    const parts: string[] = [];
    await call(requestOf('x'), never(), (text) => void parts.push(text));
    expect(parts).toEqual(['{"findings":[]}']);
  });

  it.each([
    { name: 'a refusal', settled: replied({ finish: 'refused', reason: 'no' }) },
    { name: 'a cut answer', settled: replied({ finish: 'length', reason: 'cut' }) },
    { name: 'an empty answer', settled: replied({ text: ' \n' }) },
    { name: 'a fault', settled: down },
  ])('is not $name', async ({ settled }) => {
    const inner = counting(settled);
    const call = reusing(inner);
    expect([await ask(call), await ask(call)]).toEqual([settled, settled]);
    expect(inner).toHaveBeenCalledTimes(2);
  });

  it('is not kept of a model whose weights are not known', async () => {
    const inner = counting(replied());
    const call = reusing(inner, { identity: async () => null });
    expect([await ask(call), await ask(call)]).toEqual([replied(), replied()]);
  });

  it('is asked for anew once it was forgotten', async () => {
    const inner = counting(replied());
    const call = reusing(inner);
    const first = await ask(call);
    if (first.kind === 'replied') await first.forget?.();
    await settle();
    expect(await ask(call)).toMatchObject({ cached: false });
    const kept = await ask(call);
    expect(kept).toMatchObject({ cached: true, forget: expect.any(Function) });
    if (kept.kind === 'replied') await kept.forget?.();
    await settle();
    await ask(call);
    expect(inner).toHaveBeenCalledTimes(3);
  });

  it.each([
    { name: 'throws', cache: { get: () => Promise.reject(new Error('x')), set: () => Promise.reject(new Error('x')) } },
    { name: 'holds what is none', cache: { get: async () => reply({ text: '' }), set: async () => undefined } },
  ])('is done without where the cache $name', async ({ cache }) => {
    expect(await ask(reusing(counting(replied()), { cache }))).toMatchObject(replied());
  });

  it('is done without where the cache hangs', async () => {
    vi.useFakeTimers();
    const hanging = { get: () => new Promise<null>(() => {}), set: () => new Promise<void>(() => {}) };
    const asking = ask(reusing(counting(replied()), { cache: hanging }));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await asking).toMatchObject(replied());
  });
});

describe('an answer that somebody else is being given', () => {
  it('is shared: one call, counted once', async () => {
    const { call: inner, calls } = heldCall();
    const call = reusing(inner);
    const asking = [ask(call), ask(call), ask(call)];
    await settle();
    expect(calls).toHaveLength(1);
    calls[0]?.end(replied());
    const answers = await Promise.all(asking);
    expect(answers.filter((answer) => answer.kind === 'replied' && !answer.cached)).toHaveLength(1);
    expect(answers.filter((answer) => answer.kind === 'replied' && answer.cached)).toMatchObject([free, free]);
    expect(answers.map((answer) => answer.kind === 'replied' && answer.reply.text)).toEqual(Array(3).fill('{"findings":[]}'));
  });

  it('is lost by nobody when one who waits is cancelled, be it the one who began', async () => {
    const { call: inner, calls } = heldCall();
    const call = reusing(inner);
    const stop = new AbortController();
    const first = call(requestOf('x'), stop.signal, undefined);
    await settle();
    const second = ask(call);
    await settle();
    stop.abort();
    expect(await first).toMatchObject({ kind: 'failed', error: { fault: 'cancelled' } });
    expect(calls[0]?.signal.aborted).toBe(false);
    calls[0]?.end(replied());
    expect(await second).toMatchObject({ cached: false, reply: { tokensIn: 90 } });
    expect(calls).toHaveLength(1);
  });

  it('is not made when the last who waited is gone, and is begun anew for the next', async () => {
    const { call: inner, calls } = heldCall();
    const call = reusing(inner);
    const stops = [new AbortController(), new AbortController()];
    const asking = stops.map(({ signal }) => call(requestOf('x'), signal, undefined));
    await settle();
    for (const stop of stops) stop.abort();
    await Promise.all(asking);
    expect(calls[0]?.signal.aborted).toBe(true);
    const next = ask(call);
    await settle();
    expect(calls).toHaveLength(2);
    calls[1]?.end(replied());
    expect(await next).toMatchObject(replied());
  });

  it('is heard by all: what was said before at once, the rest as it comes', async () => {
    const { call: inner, calls } = heldCall();
    const call = reusing(inner);
    const heard: string[][] = [[], [], []];
    const listen = (index: number) => call(requestOf('x'), never(), (text) => void heard[index]?.push(text));
    const asking = [listen(0)];
    await settle();
    calls[0]?.heard?.('{"find');
    asking.push(listen(1), ask(call));
    await settle();
    calls[0]?.heard?.('ings":[]}');
    calls[0]?.end(replied());
    await Promise.all(asking);
    expect(heard).toEqual([['{"find', 'ings":[]}'], ['{"find', 'ings":[]}'], []]);
  });

  it('is heard at its end by who joined one that nobody listened to', async () => {
    const { call: inner, calls } = heldCall();
    const call = reusing(inner);
    const heard: string[] = [];
    const asking = [ask(call), call(requestOf('x'), never(), (text) => void heard.push(text))];
    await settle();
    calls[0]?.end(replied());
    await Promise.all(asking);
    expect(heard).toEqual(['{"findings":[]}']);
  });

  it('is not heard any more by who left', async () => {
    const { call: inner, calls } = heldCall();
    const call = reusing(inner);
    const heard: string[] = [];
    const stop = new AbortController();
    const leaving = call(requestOf('x'), stop.signal, (text) => void heard.push(text));
    const staying = call(requestOf('x'), never(), () => {});
    await settle();
    stop.abort();
    await leaving;
    calls[0]?.heard?.('late');
    calls[0]?.end(replied());
    await staying;
    expect(heard).toEqual([]);
  });

  it('is repeated where one of those that still wait pays for it', async () => {
    const asked: ReturnType<typeof requestOf>[] = [];
    const { call: inner, calls } = heldCall();
    const call = reusing((request, ...rest) => {
      asked.push(request);
      return inner(request, ...rest);
    });
    const saying = (answer: boolean) => vi.fn(async () => answer);
    const [gone, poor, rich] = [saying(true), saying(false), saying(true)] as const;
    const stop = new AbortController();
    const asking = [
      call(requestOf('x', { mayRepeat: gone }), stop.signal, undefined),
      call(requestOf('x', { mayRepeat: poor }), never(), undefined),
    ];
    await settle();
    stop.abort();
    await asking[0];
    expect(asked).toHaveLength(1);
    expect(await asked[0]?.mayRepeat?.()).toBe(false);
    asking.push(call(requestOf('x', { mayRepeat: rich }), never(), undefined));
    await settle();
    expect(await asked[0]?.mayRepeat?.()).toBe(true);
    expect([gone, poor, rich].map((one) => one.mock.calls.length)).toEqual([0, 2, 1]);
    calls[0]?.end(replied());
    expect(await Promise.all(asking.slice(1))).toMatchObject([replied(), free]);
    expect(await asked[0]?.mayRepeat?.()).toBe(false);
  });

  it('took time for the last one that left it, and none for those before', async () => {
    const inner: Call = (_request, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'failed', error: new Error('stopped'), latencyMs: 70 })),
      );
    const call = reusing(inner);
    const stops = [new AbortController(), new AbortController()];
    const asking = stops.map(({ signal }) => call(requestOf('x'), signal, undefined));
    await settle();
    for (const stop of stops) stop.abort();
    expect(await Promise.all(asking)).toMatchObject([
      { kind: 'failed', latencyMs: 0 },
      { kind: 'failed', latencyMs: 70 },
    ]);
  });

  it('fails for all when it fails', async () => {
    const { call: inner, calls } = heldCall();
    const call = reusing(inner);
    const asking = [ask(call), ask(call)];
    await settle();
    calls[0]?.end(down);
    expect(await Promise.all(asking)).toMatchObject([{ kind: 'failed' }, { kind: 'failed' }]);
  });
});

describe('recalling an answer', () => {
  const kept = (identity: Identity = undefined) => {
    const cache = createMemoryAnswerCache({ maxBytes: 1e6 });
    const keyOf = (request: { readonly messages: unknown }, known: string | undefined) => `${known} ${JSON.stringify(request.messages)}`;
    return { cache, flights: createAnswerFlights(), identify: async () => identity, keyOf, place: 'm at http://x', clock };
  };

  it('gives what was kept, for nothing, and asks nobody', async () => {
    const parts = kept();
    const inner = counting(replied());
    const recall = recallAnswers(parts);
    expect(await recall(requestOf('x'), never())).toBeNull();
    await ask(reuseAnswers(inner, parts));
    expect(await recall(requestOf('x'), never())).toMatchObject(free);
    expect(await recall(requestOf('another'), never())).toBeNull();
    expect(inner).toHaveBeenCalledTimes(1);
  });

  it('gives nothing that was forgotten, nothing of a model that cannot be told apart, and nothing once cancelled', async () => {
    const parts = kept();
    await ask(reuseAnswers(counting(replied()), parts));
    expect(await recallAnswers({ ...parts, identify: async () => null })(requestOf('x'), never())).toBeNull();
    expect(await recallAnswers(parts)(requestOf('x'), AbortSignal.abort())).toBeNull();
    await (await recallAnswers(parts)(requestOf('x'), never()))?.forget?.();
    await settle();
    expect(await recallAnswers(parts)(requestOf('x'), never())).toBeNull();
  });
});
