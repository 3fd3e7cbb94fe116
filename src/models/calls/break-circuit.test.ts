import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProviderError, type ProviderFault } from '#ports/provider-error.ts';
import { never, requestOf } from '../../../test/fakes/provider-env.ts';
import { breakCircuit } from './break-circuit.ts';
import type { Call, Settled } from './call.ts';
import { createEndpointGates, type EndpointTerms, RESTS_MS, TRIPS_AFTER } from './endpoint-gates.ts';

const terms = (changes: Partial<EndpointTerms> = {}): EndpointTerms => ({
  modelId: 'm',
  concurrency: null,
  usualConcurrency: 4,
  rateLimit: null,
  ...changes,
});
const fault = (kind: ProviderFault): Settled => ({
  kind: 'failed',
  error: new ProviderError(kind, 'No answer from m', { hint: 'Start its server.' }),
  latencyMs: 1,
});
const fine: Settled = {
  kind: 'replied',
  reply: { text: 'x', finish: 'complete', reason: null, tokensIn: 1, tokensOut: 1 },
  latencyMs: 1,
  cached: false,
};
const open = { kind: 'failed', error: { code: 'AEGIS_PROVIDER_BREAKER_OPEN' } };

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());
const rest = () => vi.setSystemTime(Date.now() + RESTS_MS + 1);

/** Calls that end as the list says, one after the other; then all is fine. */
function scripted(...script: Settled[]) {
  const inner = vi.fn<Call>(async () => script.shift() ?? fine);
  const guarded = breakCircuit(inner, createEndpointGates()('http://x', terms()).breaker, 'm at http://x');
  return { inner, ask: () => guarded(requestOf('x'), never(), undefined) };
}

describe('the breaker of an endpoint', () => {
  it.each<{ fault: ProviderFault; opens: boolean }>([
    { fault: 'unreachable', opens: true },
    { fault: 'timeout', opens: true },
    { fault: 'server', opens: true },
    { fault: 'rate-limited', opens: true },
    { fault: 'unauthorized', opens: false },
    { fault: 'not-found', opens: false },
    { fault: 'too-large', opens: false },
    { fault: 'bad-request', opens: false },
    { fault: 'protocol', opens: false },
    { fault: 'cancelled', opens: false },
  ])(`opens after ${TRIPS_AFTER} calls in a row that ended $fault: $opens`, async ({ fault: kind, opens }) => {
    const { inner, ask } = scripted(...Array.from({ length: TRIPS_AFTER }, () => fault(kind)));
    for (let call = 0; call < TRIPS_AFTER; call += 1) expect(await ask()).toMatchObject({ error: { fault: kind } });
    expect(await ask()).toMatchObject(opens ? open : { kind: 'replied' });
    expect(inner).toHaveBeenCalledTimes(opens ? TRIPS_AFTER : TRIPS_AFTER + 1);
  });

  it('says what was wrong with the calls before', async () => {
    const { ask } = scripted(fault('server'), fault('server'), fault('server'));
    for (let call = 0; call < TRIPS_AFTER; call += 1) await ask();
    expect(await ask()).toMatchObject({
      error: { message: 'm at http://x was not called, because 3 calls in a row failed (No answer from m)', hint: 'Start its server.' },
    });
  });

  it('counts calls in a row: one that is answered begins the count anew, one that is cancelled does not', async () => {
    const answered = scripted(fault('server'), fault('server'), fine, fault('server'), fault('server'));
    for (let call = 0; call < 5; call += 1) await answered.ask();
    expect(await answered.ask()).toBe(fine);
    const stopped = scripted(fault('server'), fault('server'), fault('cancelled'), fault('server'));
    for (let call = 0; call < 4; call += 1) await stopped.ask();
    expect(await stopped.ask()).toMatchObject(open);
  });

  it('lets one call try after a rest, and all when it is answered', async () => {
    const { inner, ask } = scripted(fault('server'), fault('server'), fault('server'));
    for (let call = 0; call < TRIPS_AFTER; call += 1) await ask();
    expect(await ask()).toMatchObject(open);
    rest();
    expect(await ask()).toBe(fine);
    expect(await ask()).toBe(fine);
    expect(inner).toHaveBeenCalledTimes(TRIPS_AFTER + 2);
  });

  it('rests again when the call that tried fails', async () => {
    const { inner, ask } = scripted(...Array.from({ length: 4 }, () => fault('unreachable')));
    for (let call = 0; call < TRIPS_AFTER; call += 1) await ask();
    rest();
    expect(await ask()).toMatchObject({ error: { fault: 'unreachable' } });
    expect(await ask()).toMatchObject(open);
    rest();
    expect(await ask()).toBe(fine);
    expect(inner).toHaveBeenCalledTimes(TRIPS_AFTER + 2);
  });

  it('lets others wait for the one that tries', async () => {
    let end: (settled: Settled) => void = () => {};
    const held = new Promise<Settled>((resolve) => {
      end = resolve;
    });
    const script = Array.from({ length: TRIPS_AFTER }, () => fault('timeout'));
    const inner = vi.fn<Call>(async () => script.shift() ?? (await held));
    const guarded = breakCircuit(inner, createEndpointGates()('http://x', terms()).breaker, 'm');
    const ask = () => guarded(requestOf('x'), never(), undefined);
    for (let call = 0; call < TRIPS_AFTER; call += 1) await ask();
    rest();
    const asking = [ask(), ask(), ask()];
    await new Promise((resolve) => setImmediate(resolve));
    expect(inner).toHaveBeenCalledTimes(TRIPS_AFTER + 1);
    end(fault('timeout'));
    expect(await Promise.all(asking)).toMatchObject([{ error: { fault: 'timeout' } }, open, open]);
  });

  it('opens again with the next fault when the call that tried was cancelled', async () => {
    const { ask } = scripted(fault('server'), fault('server'), fault('server'), fault('cancelled'), fault('server'));
    for (let call = 0; call < TRIPS_AFTER; call += 1) await ask();
    rest();
    expect(await ask()).toMatchObject({ error: { fault: 'cancelled' } });
    expect(await ask()).toMatchObject({ error: { fault: 'server' } });
    expect(await ask()).toMatchObject(open);
  });

  it('hands a fault of ours on, and does not count it', async () => {
    const broken: Settled = { kind: 'failed', error: new TypeError('x'), latencyMs: 1 };
    const { ask } = scripted(broken, broken, broken, broken);
    for (let call = 0; call < 4; call += 1) expect(await ask()).toBe(broken);
    expect(await ask()).toBe(fine);
  });
});

describe('the limits of an endpoint', () => {
  const concurrencyAfter = (...all: Partial<EndpointTerms>[]) => {
    const gates = createEndpointGates();
    for (const one of all) gates('http://x', terms(one));
    return gates('http://x', terms(all.at(-1) ?? {})).limit.concurrency;
  };

  it.each([
    { name: 'what its kind takes, where nobody says', said: [{}], holds: 4 },
    { name: 'the least that its kinds take', said: [{}, { modelId: 'n', usualConcurrency: 2 }], holds: 2 },
    { name: 'what a model says, though its kind takes less', said: [{ concurrency: 9 }], holds: 9 },
    { name: 'what one model says, though the others say nothing', said: [{ concurrency: 9 }, { modelId: 'n' }], holds: 9 },
    {
      name: 'the smallest that is said',
      said: [{ concurrency: 9 }, { modelId: 'n', concurrency: 3 }, { modelId: 'o', concurrency: 5 }],
      holds: 3,
    },
    { name: 'what a model says last', said: [{ concurrency: 1 }, { concurrency: 8 }], holds: 8 },
  ])('are $name', ({ said, holds }) => {
    expect(concurrencyAfter(...said)).toBe(holds);
  });

  it('are those of the endpoint alone', () => {
    const gates = createEndpointGates();
    gates('http://x', terms({ concurrency: 1 }));
    expect(gates('http://y', terms({ concurrency: 5 })).limit.concurrency).toBe(5);
    expect(gates('http://x', terms({ concurrency: 1 }))).toBe(gates('http://x', terms({ concurrency: 1 })));
  });

  it('have the smallest rate that is said, of requests and of tokens', async () => {
    const gates = createEndpointGates();
    gates('http://x', terms({ rateLimit: { tokens_per_minute: 50 } }));
    const { rate } = gates('http://x', terms({ modelId: 'n', rateLimit: { requests_per_minute: 2, tokens_per_minute: 90 } }));
    const sized = (tokens: number) => requestOf('', { messages: [], chunk: { id: 'c', files: [], tokens, risk: 0 } });
    expect(rate.exceededBy(sized(51))).toBe(50);
    expect(rate.exceededBy(sized(50))).toBeNull();
  });
});
