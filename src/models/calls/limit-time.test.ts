import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectedModel, Reply } from '#ports/provider.ts';
import { ProviderError, type ProviderFault } from '#ports/provider-error.ts';
import { never, requestOf } from '../../../test/fakes/provider-env.ts';
import { createEndpointGates } from './endpoint-gates.ts';
import { limitTime } from './limit-time.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const clock = { now: () => Date.now() };
const reply: Reply = { text: '{}', finish: 'complete', reason: null, tokensIn: 1, tokensOut: 1 };

/** A model that ends with these faults, one after the other, and then answers. */
function failing(faults: readonly ProviderFault[]) {
  const rest = [...faults];
  const call = vi.fn<ConnectedModel['call']>(async () => {
    const fault = rest.shift();
    if (fault === undefined) return reply;
    throw new ProviderError(fault, `it ends ${fault}`, { hint: 'Wait.' });
  });
  const model: ConnectedModel = { call, health: async () => ({ available: true, detail: '' }) };
  const { breaker } = createEndpointGates()('http://x', { modelId: 'm', concurrency: null, usualConcurrency: 1, rateLimit: null });
  return { call, limited: limitTime({ model, timeoutMs: 300_000, place: 'm', rate: { take: async () => {} }, breaker, clock }) };
}

async function ask(faults: readonly ProviderFault[], mayRepeat?: () => Promise<boolean>) {
  const { call, limited } = failing(faults);
  const asking = limited(requestOf('x', mayRepeat === undefined ? {} : { mayRepeat }), never(), undefined);
  await vi.advanceTimersByTimeAsync(299_000);
  return { settled: await asking, calls: call.mock.calls.length };
}

describe('before a call is repeated', () => {
  it.each<{ name: string; faults: readonly ProviderFault[]; asked: number }>([
    { name: 'whoever pays is asked each time', faults: ['server', 'server'], asked: 2 },
    { name: 'whoever pays is asked where an answer broke off', faults: ['protocol'], asked: 1 },
    { name: 'whoever pays is asked where the connection broke off', faults: ['unreachable'], asked: 1 },
    { name: 'nobody is asked where the attempt was not taken', faults: ['rate-limited', 'rate-limited'], asked: 0 },
    { name: 'only what may have cost something is asked for', faults: ['rate-limited', 'server', 'rate-limited'], asked: 1 },
    { name: 'nobody is asked where nothing is repeated', faults: [], asked: 0 },
  ])('$name', async ({ faults, asked }) => {
    const mayRepeat = vi.fn(async () => true);
    const { settled, calls } = await ask(faults, mayRepeat);
    expect(settled).toMatchObject({ kind: 'replied' });
    expect([calls, mayRepeat.mock.calls.length]).toEqual([faults.length + 1, asked]);
  });

  it('a no leaves the last fault as it stands, and is asked for once', async () => {
    const answers = [true, false];
    const mayRepeat = vi.fn(async () => answers.shift() ?? true);
    const { settled, calls } = await ask(['protocol', 'server', 'server'], mayRepeat);
    expect(settled).toMatchObject({ kind: 'failed', error: { code: 'AEGIS_PROVIDER_SERVER' } });
    expect([calls, mayRepeat.mock.calls.length]).toEqual([2, 2]);
  });

  it('nobody need be asked', async () => {
    expect(await ask(['server', 'server'])).toMatchObject({ settled: { kind: 'replied' }, calls: 3 });
  });

  it('nobody is asked for a fault that is not repeated', async () => {
    const mayRepeat = vi.fn(async () => true);
    expect(await ask(['timeout'], mayRepeat)).toMatchObject({ settled: { kind: 'failed' }, calls: 1 });
    expect(mayRepeat).not.toHaveBeenCalled();
  });
});
