import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UnavailableError } from '#model/errors.ts';
import type { Budget } from '#model/plan.ts';
import type { MonthlySpending } from '#ports/monthly-spending.ts';
import type { Hold } from './hold.ts';
import { createPurse } from './purse.ts';
import type { Spend } from './spend.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MINUTE = 60_000;
const LAVISH: Budget = { usd: 1_000, tokens: 1e9, minutes: 15, monthlyUsd: null };
const clock = { now: () => Date.now() };
const never = new AbortController().signal;
const usd = (amount: number): Spend => ({ usd: amount, tokens: 0 });
const tokens = (amount: number): Spend => ({ usd: 0, tokens: amount });
const flush = () => vi.advanceTimersByTimeAsync(0);

function open(limits: Partial<Budget>, monthly: MonthlySpending | null = null) {
  const purse = createPurse({ ...LAVISH, ...limits }, { monthly, clock });
  /** Asks without waiting: `at` is undefined until it is answered. */
  const ask = (estimate: Spend, signal = never) => {
    const asked: { hold?: Hold | null } = {};
    void purse.reserve(estimate, signal).then((hold) => Object.assign(asked, { hold }));
    return asked;
  };
  const take = async (estimate: Spend): Promise<Hold> => {
    const hold = await purse.reserve(estimate, never);
    if (hold === null) throw new Error(`refused: ${purse.spending().exhausted}`);
    return hold;
  };
  return { purse, ask, take };
}

describe('what a scan may spend', () => {
  it('is counted by what calls took, not by what was set aside for them', async () => {
    const { purse, take } = open({ usd: 1 });
    const hold = await take({ usd: 0.6, tokens: 100 });
    expect(purse.spending()).toEqual({ usd: 0, tokens: 0, exhausted: null });
    hold.settle({ usd: 0.2, tokens: 70 });
    hold.settle({ usd: 9, tokens: 9 });
    expect(purse.spending()).toEqual({ usd: 0.2, tokens: 70, exhausted: null });
  });

  it.each<{ limits: Partial<Budget>; estimate: Spend; clause: string }>([
    { limits: { usd: 0.5 }, estimate: usd(0.6), clause: 'the budget of $0.50 is spent' },
    { limits: { usd: 2 }, estimate: usd(3), clause: 'the budget of $2 is spent' },
    { limits: { usd: 0.0025 }, estimate: usd(0.0026), clause: 'the budget of $0.0025 is spent' },
    { limits: { usd: 0 }, estimate: usd(0.01), clause: 'the budget of $0 is spent' },
    { limits: { tokens: 400_000 }, estimate: tokens(400_001), clause: 'the budget of 400,000 tokens is spent' },
    { limits: { tokens: 0 }, estimate: tokens(1), clause: 'the budget of 0 tokens is spent' },
  ])('refuses at once what never fits: $clause', async ({ limits, estimate, clause }) => {
    const { purse } = open(limits);
    expect(await purse.reserve(estimate, never)).toBeNull();
    expect(purse.spending().exhausted).toBe(clause);
  });

  it('is all of the limit, in sums of fractions, too', async () => {
    const { take } = open({ usd: 0.3 });
    for (const hold of [await take(usd(0.1)), await take(usd(0.1)), await take(usd(0.1))]) hold.settle(usd(0.1));
  });

  it('does not count what is free, however much was overspent', async () => {
    const { purse, take } = open({ usd: 1, tokens: 1 });
    (await take({ usd: 1, tokens: 1 })).settle({ usd: 5, tokens: 5 });
    expect(await purse.reserve(usd(0.01), never)).toBeNull();
    expect(await purse.reserve({ usd: 0, tokens: 0 }, never)).not.toBeNull();
    expect(purse.spending()).toEqual({ usd: 5, tokens: 5, exhausted: 'the budget of $1 is spent' });
  });
});

describe('who waits for calls in flight', () => {
  it('is served when they free enough, in the order of asking', async () => {
    const { ask, take } = open({ usd: 10 });
    const [a, b] = [await take(usd(5)), await take(usd(5))];
    const [first, second, third] = [ask(usd(6)), ask(usd(2)), ask(usd(2))];
    await flush();
    expect([first.hold, second.hold, third.hold]).toEqual([undefined, undefined, undefined]);
    a.settle(usd(0));
    await flush();
    // Five are free: the first needs six, and the others would take of what it waits for.
    expect([first.hold, second.hold, third.hold]).toEqual([undefined, undefined, undefined]);
    b.settle(usd(0));
    await flush();
    expect([first.hold, second.hold, third.hold]).toEqual([expect.anything(), expect.anything(), expect.anything()]);
  });

  it('does not hold up who needs nothing of what it waits for', async () => {
    const { ask, take } = open({ usd: 10, tokens: 100 });
    const hold = await take(usd(8));
    const waits = ask({ usd: 5, tokens: 60 });
    const [local, detector, large] = [ask(tokens(40)), ask(usd(0)), ask(tokens(41))];
    await flush();
    expect([waits.hold, local.hold, detector.hold, large.hold]).toEqual([undefined, expect.anything(), expect.anything(), undefined]);
    hold.settle(usd(1));
    local.hold?.settle(tokens(0));
    await flush();
    expect(waits.hold).not.toBeUndefined();
  });

  it('is refused as soon as it can never fit any more, and who comes after it goes on', async () => {
    const { purse, ask, take } = open({ usd: 10 });
    const hold = await take(usd(8));
    const [large, small] = [ask(usd(9)), ask(usd(2))];
    hold.settle(usd(2));
    await flush();
    expect([large.hold, small.hold]).toEqual([null, expect.anything()]);
    expect(purse.spending().exhausted).toBe('the budget of $10 is spent');
  });

  it('is not held up by what could never fit', async () => {
    const { ask, take } = open({ usd: 10 });
    await take(usd(8));
    const [large, small] = [ask(usd(11)), ask(usd(2))];
    await flush();
    expect([large.hold, small.hold]).toEqual([null, expect.anything()]);
  });

  it('leaves its place to the others when it is cancelled', async () => {
    const { purse, ask, take } = open({ usd: 10 });
    await take(usd(5));
    const stop = new AbortController();
    const [first, second] = [ask(usd(6), stop.signal), ask(usd(5))];
    await flush();
    expect(second.hold).toBeUndefined();
    stop.abort();
    await flush();
    expect([first.hold, second.hold]).toEqual([null, expect.anything()]);
    expect(purse.spending().exhausted).toBeNull();
    expect(await purse.reserve(usd(1), AbortSignal.abort())).toBeNull();
  });
});

describe('a hold', () => {
  it('is extended where there is room, and gives all of it back', async () => {
    const { purse, ask, take } = open({ usd: 10 });
    const hold = await take(usd(4));
    expect(await hold.extend(usd(6))).toBe(true);
    const waits = ask(usd(3));
    await flush();
    expect(waits.hold).toBeUndefined();
    hold.settle(usd(7));
    await flush();
    expect(waits.hold).not.toBeNull();
    expect(purse.spending()).toMatchObject({ usd: 7, exhausted: null });
  });

  it('is not extended where there is none, and does not wait for it: two that wait for one another would never end', async () => {
    const { purse, take } = open({ usd: 10 });
    const [a, b] = [await take(usd(5)), await take(usd(5))];
    expect([await a.extend(usd(1)), await b.extend(usd(1))]).toEqual([false, false]);
    expect(purse.spending().exhausted).toBeNull();
    expect(await a.extend(usd(11))).toBe(false);
    expect(purse.spending().exhausted).toBe('the budget of $10 is spent');
  });

  it('is not extended any more once it is settled', async () => {
    const { take } = open({ usd: 10 });
    const hold = await take(usd(1));
    hold.settle(usd(1));
    expect(await hold.extend(usd(1))).toBe(false);
    await take(usd(9));
  });
});

describe('the time of a scan', () => {
  it('cuts what is in flight, refuses what waits and what comes, and is told first', async () => {
    const { purse, ask, take } = open({ usd: 10, minutes: 15 });
    await purse.reserve(usd(11), never);
    const hold = await take(usd(10));
    const waits = ask(usd(5));
    await vi.advanceTimersByTimeAsync(15 * MINUTE - 1);
    expect(purse.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(purse.signal.aborted).toBe(true);
    expect(waits.hold).toBeNull();
    expect(await purse.reserve(usd(0), never)).toBeNull();
    hold.settle(usd(10));
    expect(purse.spending()).toEqual({ usd: 10, tokens: 0, exhausted: 'the time of 15 minutes is over' });
  });

  it.each([
    { minutes: 1, clause: 'the time of 1 minute is over' },
    { minutes: 0.5, clause: 'the time of 0.5 minutes is over' },
    { minutes: 60_000, clause: 'the time of 60,000 minutes is over' },
  ])('of $minutes is as long as that', async ({ minutes, clause }) => {
    const { purse } = open({ minutes });
    await vi.advanceTimersByTimeAsync(minutes * MINUTE - 1);
    expect(purse.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await purse.reserve(usd(0), never);
    expect(purse.spending().exhausted).toBe(clause);
  });

  it('is not told where nothing was left to do', async () => {
    const { purse, take } = open({ minutes: 1 });
    (await take(usd(1))).settle(usd(1));
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(purse.spending().exhausted).toBeNull();
  });

  it('leaves no timer behind', async () => {
    const { purse } = open({});
    await purse.close();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(60 * MINUTE);
    expect(purse.signal.aborted).toBe(false);
  });
});

describe("the month's money", () => {
  /** A month in memory; each answer takes 10 ms. */
  function month(limit: number) {
    let [reserved, spent] = [0, 0];
    const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
    const monthly: MonthlySpending = {
      async reserve(amount) {
        await pause();
        if (reserved + spent + amount > limit) return false;
        reserved += amount;
        return true;
      },
      async settle(reservedUsd, spentUsd) {
        await pause();
        reserved -= reservedUsd;
        spent += spentUsd;
      },
    };
    return { monthly, state: () => ({ reserved, spent }) };
  }
  const wait = (ms = 50) => vi.advanceTimersByTimeAsync(ms);

  it('is set aside, given back and counted', async () => {
    const { monthly, state } = month(20);
    const { purse, ask } = open({ monthlyUsd: 20 }, monthly);
    const asked = ask(usd(5));
    await wait();
    expect(state()).toEqual({ reserved: 5, spent: 0 });
    asked.hold?.settle(usd(3));
    const closing = purse.close();
    await wait();
    await closing;
    expect(state()).toEqual({ reserved: 0, spent: 3 });
  });

  it('is waited for while calls in flight may free some of it, and refused when none can', async () => {
    const { monthly, state } = month(20);
    const { purse, ask } = open({ monthlyUsd: 20 }, monthly);
    const first = ask(usd(15));
    await wait();
    const [second, third] = [ask(usd(12)), ask(usd(15))];
    await wait(1_000);
    expect([second.hold, third.hold]).toEqual([undefined, undefined]);
    first.hold?.settle(usd(6));
    await wait();
    expect([second.hold, third.hold]).toEqual([expect.anything(), undefined]);
    second.hold?.settle(usd(12));
    await wait();
    expect(third.hold).toBeNull();
    expect(purse.spending().exhausted).toBe("this month's $20 for the repository are spent");
    expect(state()).toEqual({ reserved: 0, spent: 18 });
  });

  it('is asked for again where a call ended while it said no', async () => {
    const answers: ((taken: boolean) => void)[] = [];
    const reserve = () => new Promise<boolean>((resolve) => void answers.push(resolve));
    const { ask } = open({ monthlyUsd: 20 }, { reserve, settle: async () => undefined });
    const first = ask(usd(15));
    await flush();
    answers[0]?.(true);
    await flush();
    const second = ask(usd(12));
    await flush();
    first.hold?.settle(usd(1));
    await flush();
    answers[1]?.(false);
    await flush();
    expect(second.hold).toBeUndefined();
    answers[2]?.(true);
    await flush();
    expect(second.hold).not.toBeNull();
  });

  it('gives the budget of the scan back that it does not let be spent', async () => {
    const { monthly } = month(1);
    const { ask, take } = open({ usd: 10, tokens: 10, monthlyUsd: 1 }, monthly);
    const asked = ask({ usd: 9, tokens: 9 });
    await wait();
    expect(asked.hold).toBeNull();
    await take(tokens(10));
  });

  it('is not asked for calls that cost nothing', async () => {
    const reserve = vi.fn(async () => false);
    const settle = vi.fn(async () => undefined);
    const { take } = open({ monthlyUsd: 0 }, { reserve, settle });
    (await take(tokens(5))).settle(tokens(5));
    expect(reserve).not.toHaveBeenCalled();
    expect(settle).not.toHaveBeenCalled();
  });

  it('that cannot be looked up refuses what costs money, and nothing else', async () => {
    const reserve = () => Promise.reject(new UnavailableError('no database', { hint: 'Start it.' }));
    const { purse, take } = open({ monthlyUsd: 20 }, { reserve, settle: async () => undefined });
    expect(await purse.reserve(usd(1), never)).toBeNull();
    expect(purse.spending().exhausted).toBe("the month's spending could not be looked up");
    await take(tokens(5));
  });

  it('that cannot be counted ends no scan', async () => {
    const settle = () => Promise.reject(new UnavailableError('no database', { hint: 'Start it.' }));
    const { purse, take } = open({ monthlyUsd: 20 }, { reserve: async () => true, settle });
    (await take(usd(1))).settle(usd(1));
    await purse.close();
    expect(purse.spending()).toMatchObject({ usd: 1, exhausted: null });
  });

  it('that never answers is left when the call is cancelled, and given back should it answer after all', async () => {
    let answer: (taken: boolean) => void = () => {};
    const settle = vi.fn(async () => undefined);
    const reserve = () => new Promise<boolean>((resolve) => (answer = resolve));
    const { ask } = open({ usd: 10, monthlyUsd: 20 }, { reserve, settle });
    const stop = new AbortController();
    const [asked, free] = [ask(usd(9), stop.signal), ask(tokens(5))];
    await flush();
    expect([asked.hold, free.hold]).toEqual([undefined, expect.anything()]);
    stop.abort();
    await flush();
    expect(asked.hold).toBeNull();
    answer(true);
    await flush();
    expect(settle).toHaveBeenCalledExactlyOnceWith(9, 0);
  });

  it('counts calls that are cut when the scan is cancelled before the scan is over', async () => {
    const { monthly, state } = month(20);
    const { purse, ask } = open({ monthlyUsd: 20 }, monthly);
    const asked = ask(usd(5));
    await wait();
    let closed = false;
    void purse.close().then(() => (closed = true));
    await wait();
    expect(closed).toBe(false);
    asked.hold?.settle(usd(4));
    await wait();
    expect(closed).toBe(true);
    expect(state()).toEqual({ reserved: 0, spent: 4 });
  });

  it('whose count hangs holds the end of a scan up for five seconds and no longer', async () => {
    const { purse, take } = open({ monthlyUsd: 20 }, { reserve: async () => true, settle: () => new Promise(() => {}) });
    (await take(usd(1))).settle(usd(1));
    let closed = false;
    void purse.close().then(() => (closed = true));
    await wait(4_999);
    expect(closed).toBe(false);
    await wait(1);
    expect(closed).toBe(true);
  });

  it('pays for extensions, too, and takes back what came after the end of the call', async () => {
    const { monthly, state } = month(20);
    const { ask } = open({ monthlyUsd: 20 }, monthly);
    const asked = ask(usd(5));
    await wait();
    const extended = asked.hold?.extend(usd(4));
    await wait();
    expect(await extended).toBe(true);
    expect(state().reserved).toBe(9);
    const tooLate = asked.hold?.extend(usd(4));
    const tooMuch = asked.hold?.extend(usd(40));
    asked.hold?.settle(usd(6));
    await wait();
    expect([await tooLate, await tooMuch]).toEqual([false, false]);
    expect(state()).toEqual({ reserved: 0, spent: 6 });
  });
});
