import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MonthlySpending } from '#ports/monthly-spending.ts';
import type { Hold } from './hold.ts';
import { createPurse } from './purse.ts';
import { NOTHING, plus, type Spend } from './spend.ts';

/** Lets go on what can go on. */
const flush = () => new Promise((resolve) => setImmediate(resolve));

interface Call {
  readonly estimate: Spend;
  /** What it will have taken. */
  readonly actual: Spend;
  readonly stop: AbortController;
  /** Undefined while it waits. */
  hold?: Hold | null;
  cancelled?: boolean;
}

/** What happens next: a call is asked for, one in flight ends, one that waits is cancelled. */
type Step = { kind: 'ask'; estimate: Spend; overrun: number } | { kind: 'end' | 'cancel'; which: number };

const amount = fc.record({ usd: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50 })), tokens: fc.integer({ min: 0, max: 50 }) });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('ask' as const), estimate: amount, overrun: fc.double({ min: 0, max: 3, noNaN: true }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat() }) },
);
const limits = fc.record({ usd: fc.integer({ min: 0, max: 120 }), tokens: fc.integer({ min: 0, max: 120 }) });
const times = ({ usd, tokens }: Spend, factor: number): Spend => ({ usd: usd * factor, tokens: tokens * factor });

async function simulate(limit: Spend, steps: readonly Step[], monthly: MonthlySpending | null, watch: (calls: readonly Call[]) => void) {
  const purse = createPurse({ ...limit, minutes: 60, monthlyUsd: monthly === null ? null : 1 }, { monthly, clock: performance });
  const calls: Call[] = [];
  const inFlight: Call[] = [];
  const ask = (estimate: Spend, overrun: number) => {
    const call: Call = { estimate, actual: times(estimate, overrun), stop: new AbortController() };
    calls.push(call);
    void purse.reserve(estimate, call.stop.signal).then((hold) => {
      call.hold = hold;
      if (hold !== null) inFlight.push(call);
      watch(inFlight);
    });
  };
  const end = (which: number) => {
    const [call] = inFlight.splice(which % Math.max(1, inFlight.length), 1);
    call?.hold?.settle(call.actual);
  };
  for (const one of steps) {
    if (one.kind === 'ask') ask(one.estimate, one.overrun);
    else if (one.kind === 'end') end(one.which);
    else {
      const waiting = calls.filter(({ hold }) => hold === undefined);
      const call = waiting[one.which % Math.max(1, waiting.length)];
      if (call !== undefined) call.cancelled = true;
      call?.stop.abort();
    }
    await flush();
  }
  for (let rest = 0; rest <= calls.length; rest += 1) {
    while (inFlight.length > 0) end(0);
    await flush();
  }
  await purse.close();
  return { purse, calls };
}

describe('a purse, whatever calls cost and in whatever order they end', () => {
  it('is overspent by at most what was in flight, and answers everybody', async () => {
    await fc.assert(
      fc.asyncProperty(limits, fc.array(step, { maxLength: 40 }), async (limit, steps) => {
        let most = NOTHING;
        const { purse, calls } = await simulate(limit, steps, null, (inFlight) => {
          const sum = inFlight.reduce((total, { actual }) => plus(total, actual), NOTHING);
          most = { usd: Math.max(most.usd, sum.usd), tokens: Math.max(most.tokens, sum.tokens) };
        });
        const spent = purse.spending();
        expect(spent.usd).toBeLessThanOrEqual(limit.usd + most.usd + 1e-6);
        expect(spent.tokens).toBeLessThanOrEqual(limit.tokens + most.tokens + 1e-6);
        expect(calls.filter(({ hold }) => hold === undefined)).toEqual([]);
        const refused = calls.some(({ hold, cancelled }) => hold === null && cancelled !== true);
        expect(spent.exhausted !== null).toBe(refused);
      }),
      { numRuns: 150 },
    );
  });

  it('is not overspent at all where no call takes more than its estimate', async () => {
    await fc.assert(
      fc.asyncProperty(limits, fc.array(step, { maxLength: 40 }), async (limit, steps) => {
        const modest = steps.map((one) => (one.kind === 'ask' ? { ...one, overrun: one.overrun / 3 } : one));
        const { purse, calls } = await simulate(limit, modest, null, () => {});
        expect(purse.spending().usd).toBeLessThanOrEqual(limit.usd + 1e-6);
        expect(purse.spending().tokens).toBeLessThanOrEqual(limit.tokens + 1e-6);
        const paid = calls.filter(({ hold }) => hold).reduce((sum, { actual }) => plus(sum, actual), NOTHING);
        expect(purse.spending().usd).toBeCloseTo(paid.usd, 6);
      }),
      { numRuns: 150 },
    );
  });

  it('serves those that want the same in the order of asking', async () => {
    await fc.assert(
      fc.asyncProperty(limits, fc.array(step, { maxLength: 40 }), async (limit, steps) => {
        const paying = steps.map((one) => (one.kind === 'ask' ? { ...one, estimate: { usd: one.estimate.usd + 1, tokens: 0 } } : one));
        const served: Call[] = [];
        const { calls } = await simulate(limit, paying, null, (inFlight) => {
          for (const call of inFlight) if (!served.includes(call)) served.push(call);
        });
        expect(served).toEqual(calls.filter((call) => served.includes(call)));
      }),
      { numRuns: 150 },
    );
  });

  it('keeps to the month, and leaves nothing set aside in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 100 }), fc.array(step, { maxLength: 30 }), async (limit, steps) => {
        let [reserved, spent] = [0, 0];
        const monthly: MonthlySpending = {
          async reserve(usd) {
            const fits = reserved + spent + usd <= limit + 1e-6;
            if (fits) reserved += usd;
            return fits;
          },
          async settle(reservedUsd, spentUsd) {
            reserved -= reservedUsd;
            spent += spentUsd;
          },
        };
        const modest = steps.map((one) => (one.kind === 'ask' ? { ...one, overrun: one.overrun / 3 } : one));
        const { purse, calls } = await simulate({ usd: 1e6, tokens: 1e6 }, modest, monthly, () => {});
        expect(calls.filter(({ hold }) => hold === undefined)).toEqual([]);
        expect(spent).toBeLessThanOrEqual(limit + 1e-6);
        expect(spent).toBeCloseTo(purse.spending().usd, 6);
        expect(reserved).toBeCloseTo(0, 6);
      }),
      { numRuns: 100 },
    );
  });
});
