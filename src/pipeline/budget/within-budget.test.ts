import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { estimateTokens } from '#lib/estimate-tokens.ts';
import type { Budget } from '#model/plan.ts';
import type { Reply } from '#ports/provider.ts';
import type { Asked, SeatModel } from '#ports/runner.ts';
import { requestOf } from '../../../test/fakes/provider-env.ts';
import { createPurse } from './purse.ts';
import { withinBudget } from './within-budget.ts';

afterEach(() => void vi.useRealTimers());

const never = () => new AbortController().signal;
const request = requestOf('review this', { maxTokens: 1_000, chunk: { id: 'c', files: [], tokens: 300, risk: 0 } });
const PROMPT = request.messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);

const reply = (over: Partial<Reply> = {}): Reply => ({
  text: '{}',
  finish: 'complete',
  reason: null,
  tokensIn: 20,
  tokensOut: 30,
  ...over,
});
const replied = (over: Partial<Extract<Asked, { kind: 'replied' }>> = {}): Asked => ({
  ...{ kind: 'replied', reply: reply(), latencyMs: 5, costUsd: 0.05, cached: false },
  ...over,
});
const failed = (code: string, over: Partial<Extract<Asked, { kind: 'failed' }>> = {}): Asked => ({
  ...{ kind: 'failed', reason: 'x', code, latencyMs: 5, costUsd: null },
  ...over,
});

/** A thousandth of a dollar for each token. */
const dear: SeatModel['price'] = async (tokensIn, tokensOut) => (tokensIn + tokensOut) / 1_000;

function seat(ask: SeatModel['ask'], over: Partial<SeatModel> = {}): SeatModel {
  return {
    reads: 'prompt',
    reader: { read: () => ({ kind: 'parsed', claims: [], cut: false }) },
    local: true,
    fenceSecret: 's',
    ask,
    price: dear,
    health: async () => ({ available: true, detail: '' }),
    warmUp: async () => undefined,
    ...over,
  };
}

function open(limits: Partial<Budget> = {}) {
  const budget = { usd: 100, tokens: 100_000, minutes: 15, monthlyUsd: null, ...limits };
  return createPurse(budget, { monthly: null, clock: { now: () => Date.now() } });
}

/** What one call leaves in the purse. */
async function spentBy(asked: Asked, over: Partial<SeatModel> = {}) {
  const purse = open();
  await withinBudget(
    seat(async () => asked, over),
    purse,
  ).ask(request, never());
  await purse.close();
  const { usd, tokens } = purse.spending();
  return { usd: Number(usd.toFixed(6)), tokens };
}

describe('a call within a budget', () => {
  const WHOLE = { tokens: PROMPT + 1_000, usd: (PROMPT + 1_000) / 1_000 };
  const NOTHING = { tokens: 0, usd: 0 };

  it.each<{ name: string; asked: Asked; spent: { tokens: number; usd: number } }>([
    { name: 'what it says it took', asked: replied(), spent: { tokens: 50, usd: 0.05 } },
    {
      name: 'the estimate of what it does not say',
      asked: replied({ costUsd: null, reply: reply({ tokensIn: null, tokensOut: null }) }),
      spent: WHOLE,
    },
    {
      name: 'the estimate of what it cannot have meant',
      asked: replied({ reply: reply({ tokensIn: -7, tokensOut: Number.NaN }) }),
      spent: { ...WHOLE, usd: 0.05 },
    },
    {
      name: 'its half where it says only that',
      asked: replied({ reply: reply({ tokensOut: null }) }),
      spent: { tokens: 1_020, usd: 0.05 },
    },
    { name: 'nothing for an answer that was kept', asked: replied({ cached: true, costUsd: 0 }), spent: NOTHING },
    { name: 'all of it where the answer did not come in time', asked: failed('AEGIS_PROVIDER_TIMEOUT'), spent: WHOLE },
    {
      name: 'its tokens where a model of the owner broke off',
      asked: failed('AEGIS_PROVIDER_SERVER', { costUsd: 0 }),
      spent: { ...WHOLE, usd: 0 },
    },
    { name: 'nothing where the service took no call', asked: failed('AEGIS_PROVIDER_RATE_LIMITED', { costUsd: 0 }), spent: NOTHING },
    { name: 'nothing where nothing was sent', asked: failed('AEGIS_PROVIDER_BREAKER_OPEN', { latencyMs: 0, costUsd: 0 }), spent: NOTHING },
    { name: 'nothing where it still waited for its turn', asked: failed('AEGIS_PROVIDER_CANCELLED', { latencyMs: 0 }), spent: NOTHING },
    { name: 'all of it where it was cut', asked: failed('AEGIS_PROVIDER_CANCELLED', { latencyMs: 9 }), spent: WHOLE },
  ])('counts $name', async ({ asked, spent }) => {
    expect(await spentBy(asked)).toEqual(spent);
  });

  it.each<{ name: string; price: SeatModel['price']; asked: Asked; spent: { tokens: number; usd: number } }>([
    { name: 'nothing on the owner machine', price: async () => 0, asked: replied({ costUsd: 0 }), spent: NOTHING },
    {
      name: 'tokens of a service without a price',
      price: async () => null,
      asked: replied({ costUsd: null }),
      spent: { tokens: 50, usd: 0 },
    },
    {
      name: 'tokens of the chunk where a service tells nothing',
      price: dear,
      asked: replied({ costUsd: null, reply: reply({ tokensIn: null, tokensOut: null }) }),
      spent: { tokens: 300, usd: 0.3 },
    },
  ])('of what reads code and no prompt counts $name', async ({ price, asked, spent }) => {
    expect(await spentBy(asked, { reads: 'chunk', price })).toEqual(spent);
  });

  it('has its prompt and all the room for its answer set aside', async () => {
    for (const [tokens, code] of [
      [WHOLE.tokens, undefined],
      [WHOLE.tokens - 1, 'AEGIS_BUDGET'],
    ] as const) {
      const purse = open({ tokens });
      expect(
        await withinBudget(
          seat(async () => replied()),
          purse,
        ).ask(request, never()),
      ).toMatchObject(
        code === undefined ? { kind: 'replied' } : { code, reason: `the budget of ${tokens.toLocaleString('en-US')} tokens is spent` },
      );
      await purse.close();
    }
  });

  it('is not made where there is no room, and says why', async () => {
    const ask = vi.fn(async () => replied());
    const purse = open({ usd: 0.5 });
    expect(await withinBudget(seat(ask), purse).ask(request, never())).toEqual({
      ...{ kind: 'failed', code: 'AEGIS_BUDGET', reason: 'the budget of $0.50 is spent', latencyMs: 0, costUsd: 0 },
    });
    expect(ask).not.toHaveBeenCalled();
    await purse.close();
  });

  it('of a detector is made without any budget', async () => {
    const purse = open({ usd: 0, tokens: 0 });
    const detector = withinBudget(
      seat(async () => replied({ costUsd: 0 }), { reads: 'chunk', price: async () => 0 }),
      purse,
    );
    expect(await detector.ask(request, never())).toMatchObject({ kind: 'replied' });
    expect(purse.spending()).toEqual({ usd: 0, tokens: 0, exhausted: null });
    await purse.close();
  });

  it('is recalled for nothing, and without any budget', async () => {
    const purse = open({ usd: 0, tokens: 0 });
    const kept = replied({ cached: true });
    const model = withinBudget(
      seat(async () => replied(), { recall: async () => kept }),
      purse,
    );
    expect(await model.recall?.(request, never())).toBe(kept);
    expect(
      'recall' in
        withinBudget(
          seat(async () => replied()),
          purse,
        ),
    ).toBe(false);
    await purse.close();
  });

  it('gives back what it had set aside also where it throws against its promise', async () => {
    const purse = open({ tokens: 3_000 });
    const model = withinBudget(
      seat(() => Promise.reject(new TypeError('broken'))),
      purse,
    );
    await expect(model.ask(request, never())).rejects.toThrow('broken');
    expect(purse.spending().tokens).toBe(WHOLE.tokens);
    await purse.close();
  });

  it('hands on what it is told to listen with, and the request as it was', async () => {
    const ask = vi.fn<SeatModel['ask']>(async () => replied());
    const heard = () => {};
    const purse = open();
    await withinBudget(seat(ask), purse).ask(request, never(), heard);
    const [[asked, , listener] = []] = ask.mock.calls;
    expect(listener).toBe(heard);
    expect(asked).toEqual({ ...request, mayRepeat: expect.any(Function) });
    await purse.close();
  });
});

describe('the end of a call within a budget', () => {
  /** Ends with its signal, as real ones do. */
  const hanging: SeatModel['ask'] = (_request, signal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(failed('AEGIS_PROVIDER_CANCELLED', { latencyMs: 900_000 }))));

  it('comes with the time of the scan, and is told as such; what was in flight is counted', async () => {
    vi.useFakeTimers();
    const purse = open({ minutes: 15 });
    const asking = withinBudget(seat(hanging), purse).ask(request, never());
    await vi.advanceTimersByTimeAsync(15 * 60_000);
    expect(await asking).toEqual({
      ...{ kind: 'failed', code: 'AEGIS_BUDGET', reason: 'the time of 15 minutes is over', latencyMs: 900_000, costUsd: null },
    });
    expect(purse.spending().tokens).toBe(PROMPT + 1_000);
  });

  it('comes at once where it waits for room and is cancelled', async () => {
    const purse = open({ tokens: 2_000 });
    const model = withinBudget(seat(hanging), purse);
    const stop = new AbortController();
    const asking = [model.ask(request, stop.signal), model.ask(request, stop.signal)];
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await Promise.all(asking)).toMatchObject([
      { code: 'AEGIS_PROVIDER_CANCELLED', latencyMs: 900_000 },
      { code: 'AEGIS_PROVIDER_CANCELLED', latencyMs: 0, costUsd: 0 },
    ]);
    expect(purse.spending()).toMatchObject({ tokens: PROMPT + 1_000, exhausted: null });
    await purse.close();
  });

  it('leaves no listener on signals that outlive it, and no warning of many', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => void warnings.push(warning);
    process.on('warning', listen);
    const purse = open({ tokens: 20_000 });
    const signal = never();
    const model = withinBudget(
      seat(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return replied();
      }),
      purse,
    );
    const before = getEventListeners(purse.signal, 'abort').length;
    await Promise.all(Array.from({ length: 100 }, () => model.ask(request, signal)));
    expect([getEventListeners(signal, 'abort').length, getEventListeners(purse.signal, 'abort').length]).toEqual([0, before]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('warning', listen);
    expect(warnings).toEqual([]);
    await purse.close();
  });
});

describe('a repetition within a budget', () => {
  const repeating =
    (times: number, last: Asked = replied()): SeatModel['ask'] =>
    async ({ mayRepeat }) => {
      for (let repetition = 0; repetition < times; repetition += 1)
        if (!(await mayRepeat?.())) return failed('AEGIS_PROVIDER_SERVER', { reason: `${repetition} repetitions` });
      return last;
    };

  it('counts the prompt of the attempt before it', async () => {
    const purse = open();
    await withinBudget(seat(repeating(2)), purse).ask(request, never());
    expect(purse.spending()).toMatchObject({ tokens: 2 * PROMPT + 50, usd: expect.closeTo((2 * PROMPT) / 1_000 + 0.05, 6) });
    await purse.close();
  });

  it('is not made where there is no room for it: the fault before it stands', async () => {
    const purse = open({ tokens: 2 * PROMPT + 1_000 });
    const asked = await withinBudget(seat(repeating(5)), purse).ask(request, never());
    expect(asked).toMatchObject({ code: 'AEGIS_PROVIDER_SERVER', reason: '1 repetitions' });
    expect(purse.spending().tokens).toBe(2 * PROMPT + 1_000);
    await purse.close();
  });

  it('counts what was in vain also where the last attempt was not taken', async () => {
    const purse = open();
    await withinBudget(seat(repeating(1, failed('AEGIS_PROVIDER_RATE_LIMITED', { costUsd: 0 }))), purse).ask(request, never());
    expect(purse.spending().tokens).toBe(PROMPT);
    await purse.close();
  });

  it('of an earlier call is not paid any more once that has ended', async () => {
    const kept: (() => Promise<boolean>)[] = [];
    const purse = open();
    const ask: SeatModel['ask'] = async ({ mayRepeat }) => {
      if (mayRepeat !== undefined) kept.push(mayRepeat);
      return replied();
    };
    await withinBudget(seat(ask), purse).ask(request, never());
    expect(await kept[0]?.()).toBe(false);
    expect(purse.spending().tokens).toBe(50);
    await purse.close();
  });
});
