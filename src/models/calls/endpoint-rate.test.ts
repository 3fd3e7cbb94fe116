import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { estimateTokens } from '#lib/estimate-tokens.ts';
import type { Reply } from '#ports/provider.ts';
import { never, requestOf } from '../../../test/fakes/provider-env.ts';
import type { Call } from './call.ts';
import { createEndpointRate } from './endpoint-rate.ts';
import { keepRate, refuseOversized } from './keep-rate.ts';

const MINUTE = 60_000;
const reply: Reply = { text: '', finish: 'complete', reason: null, tokensIn: 0, tokensOut: 0 };
/** A request of so many tokens. */
const sized = (tokens: number) => requestOf('', { messages: [], chunk: { id: 'c', files: [], tokens, risk: 0 } });

// The package is loaded with the first limit: here, so that no test waits for it with its clock stopped.
await import('rate-limiter-flexible');
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function limited(perMinute: { requests?: number; tokens?: number }) {
  const rate = createEndpointRate();
  rate.limitTo({ requests: perMinute.requests ?? null, tokens: perMinute.tokens ?? null });
  const startedAt = Date.now();
  const let_through: number[] = [];
  const take = (tokens = 1, signal = never()) => rate.take(sized(tokens), signal).then(() => void let_through.push(Date.now() - startedAt));
  return { rate, take, times: let_through };
}

describe('the rate limit of an endpoint', () => {
  it('lets everything through where there is none', async () => {
    const { take, times } = limited({});
    for (let call = 0; call < 100; call += 1) void take(1e9);
    await vi.advanceTimersByTimeAsync(0);
    expect(times).toHaveLength(100);
  });

  it('lets so many calls through a minute, in the order of asking', async () => {
    const { take, times } = limited({ requests: 3 });
    const order: number[] = [];
    for (let call = 0; call < 8; call += 1) void take().then(() => order.push(call));
    await vi.advanceTimersByTimeAsync(3 * MINUTE);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(times.map((at) => Math.floor(at / MINUTE))).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
  });

  it('lets so many tokens through a minute', async () => {
    const { take, times } = limited({ tokens: 100 });
    for (const tokens of [60, 40, 30, 80, 20]) void take(tokens);
    await vi.advanceTimersByTimeAsync(4 * MINUTE);
    expect(times.map((at) => Math.floor(at / MINUTE))).toEqual([0, 0, 1, 2, 2]);
  });

  it('counts what the answers took, by their words where the server does not say', async () => {
    const { rate, take, times } = limited({ tokens: 100 });
    await take(10);
    rate.settle({ ...reply, tokensOut: 85 });
    await take(5);
    rate.settle({ ...reply, tokensOut: null, text: 'a few words more than nothing' });
    void take(5);
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(times.map((at) => Math.floor(at / MINUTE))).toEqual([0, 0, 1]);
  });

  it('lets nobody wait who was cancelled, and does not count him', async () => {
    const { take, times } = limited({ requests: 1 });
    await take();
    const stop = new AbortController();
    const leaving = take(1, stop.signal);
    void take();
    await vi.advanceTimersByTimeAsync(10);
    stop.abort();
    await vi.advanceTimersByTimeAsync(0);
    await leaving;
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(times).toHaveLength(3);
    expect(times[2]).toBeGreaterThanOrEqual(MINUTE - 10);
    expect(times[2]).toBeLessThan(MINUTE + 100);
  });

  it('holds from the next call on when it changes', async () => {
    const { rate, take, times } = limited({ requests: 5 });
    for (let call = 0; call < 5; call += 1) await take();
    rate.limitTo({ requests: 6, tokens: null });
    await take();
    rate.limitTo({ requests: 1, tokens: null });
    void take();
    void take();
    await vi.advanceTimersByTimeAsync(1.5 * MINUTE);
    expect(times).toHaveLength(7);
  });

  it('lets no window have more than its limit, and everybody through in the end', async () => {
    const calls = fc.array(fc.record({ tokens: fc.integer({ min: 1, max: 50 }), after: fc.integer({ min: 0, max: 40_000 }) }), {
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(calls, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 50, max: 120 }), async (all, requests, tokens) => {
        const { take, times } = limited({ requests, tokens });
        const sizes: number[] = [];
        for (const { tokens: size, after } of all) {
          void take(size).then(() => sizes.push(size));
          await vi.advanceTimersByTimeAsync(after);
        }
        await vi.advanceTimersByTimeAsync(60 * MINUTE);
        expect(times).toHaveLength(all.length);
        // A window begins with the first call after the one before has ended.
        let [begins, count, sum] = [Number.NEGATIVE_INFINITY, 0, 0];
        times.forEach((at, index) => {
          if (at - begins >= MINUTE) [begins, count, sum] = [at, 0, 0];
          count += 1;
          sum += sizes[index] ?? 0;
          expect(count).toBeLessThanOrEqual(requests);
          expect(sum).toBeLessThanOrEqual(tokens);
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('a call under a rate limit', () => {
  const fine: Call = async () => ({ kind: 'replied', reply, latencyMs: 1, cached: false });

  it('is refused at once where it could never be let through', async () => {
    const { rate } = limited({ tokens: 20 });
    const inner = vi.fn(fine);
    const request = requestOf('word '.repeat(100));
    expect(estimateTokens('word '.repeat(100))).toBeGreaterThan(20);
    expect(await refuseOversized(inner, rate, 'm at http://x')(request, never(), undefined)).toMatchObject({
      kind: 'failed',
      error: {
        fault: 'too-large',
        message: 'The prompt for m at http://x is larger than its limit of 20 tokens a minute',
        hint: 'Raise rate_limit.tokens_per_minute in its settings.',
      },
    });
    expect(inner).not.toHaveBeenCalled();
    expect(await refuseOversized(inner, rate, 'm')(sized(20), never(), undefined)).toMatchObject({ kind: 'replied' });
  });

  it('is not made when it is cancelled while it waits', async () => {
    const { rate } = limited({ requests: 1 });
    const inner = vi.fn(fine);
    const call = keepRate(inner, rate, 'm');
    await call(sized(1), never(), undefined);
    const stop = new AbortController();
    const waiting = call(sized(1), stop.signal, undefined);
    await vi.advanceTimersByTimeAsync(10);
    stop.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(await waiting).toMatchObject({ kind: 'failed', error: { fault: 'cancelled' } });
    expect(inner).toHaveBeenCalledTimes(1);
  });
});
