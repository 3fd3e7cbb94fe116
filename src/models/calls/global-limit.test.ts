import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConnectedModel, Provider, Reply } from '#ports/provider.ts';
import { entryFor, never, providerEnv, requestOf } from '../../../test/fakes/provider-env.ts';
import { ollamaLocal } from '../providers/ollama-local.ts';
import { createAnswerFlights } from './answers/answer-flights.ts';
import { createEndpointGates, type EndpointGates } from './endpoint-gates.ts';
import { createRepositoryGates } from './repository-gates.ts';
import { seatModel } from './seat-model.ts';

// The package is loaded with the first limit: here, so that no test waits for it with its clock stopped.
await import('rate-limiter-flexible');
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const clock = { now: () => Date.now() };
const reply: Reply = { text: '{}', finish: 'complete', reason: null, tokensIn: 1, tokensOut: 1 };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Endpoint {
  readonly concurrency: number;
  /** How long a call takes, milliseconds; for ever where infinite. */
  readonly takesMs: number;
  readonly calls: number;
  readonly timeoutMs?: number;
  readonly rateLimit?: { readonly requests_per_minute: number };
}

/** Counts what is in flight, over all and at each endpoint, and when each call begins. */
function watch() {
  const now = new Map<string, number>();
  const most = new Map<string, number>();
  const begun: string[] = [];
  const count = (key: string, by: number) => {
    now.set(key, (now.get(key) ?? 0) + by);
    most.set(key, Math.max(most.get(key) ?? 0, now.get(key) ?? 0));
  };
  const callOf =
    (endpoint: string, takesMs: number): ConnectedModel['call'] =>
    async ({ messages }) => {
      begun.push(`${endpoint} ${messages.at(-1)?.content}`);
      for (const key of ['all', endpoint]) count(key, 1);
      await (Number.isFinite(takesMs) ? pause(takesMs) : new Promise(() => {}));
      for (const key of ['all', endpoint]) count(key, -1);
      return reply;
    };
  return { callOf, begun, mostOf: (key: string) => most.get(key) ?? 0 };
}

function seatAt(
  port: number,
  { concurrency, timeoutMs = 3_600_000, rateLimit }: Endpoint,
  call: ConnectedModel['call'],
  gates: EndpointGates,
) {
  const provider: Provider = { ...ollamaLocal, connect: () => ({ call, health: async () => ({ available: true, detail: '' }) }) };
  const settings = { concurrency, ...(rateLimit === undefined ? {} : { rate_limit: rateLimit }) };
  const entry = entryFor(ollamaLocal, { model: 'm', base_url: `http://127.0.0.1:${port}`, timeout: timeoutMs, settings });
  const reader = { read: () => ({ kind: 'parsed', claims: [], cut: false }) as const };
  return seatModel({
    ...{ entry, provider, reader, env: providerEnv(), fenceSecret: 's', gates, cache: null, flights: createAnswerFlights(), clock },
  });
}

/** Asks everything of every endpoint at once. `ended` counts the answers of each. */
function run(endpoints: readonly Endpoint[], gates: EndpointGates) {
  const seen = watch();
  const ended = endpoints.map(() => 0);
  endpoints.forEach((endpoint, at) => {
    const seat = seatAt(at + 1, endpoint, seen.callOf(`${at}`, endpoint.takesMs), gates);
    for (let call = 0; call < endpoint.calls; call += 1) {
      void seat.ask(requestOf(String(call)), never()).then(({ kind }) => {
        if (kind === 'replied') ended[at] = (ended[at] ?? 0) + 1;
      });
    }
  });
  return { ...seen, ended };
}

const endpoint = fc.record({
  concurrency: fc.integer({ min: 1, max: 6 }),
  takesMs: fc.integer({ min: 1, max: 500 }),
  calls: fc.nat({ max: 12 }),
});

describe('the limit of calls in flight over all endpoints', () => {
  it('is kept beside the limit of each endpoint, loses no call, and gives turns in the order of asking', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.array(endpoint, { minLength: 1, maxLength: 5 }), async (most, endpoints) => {
        const { ended, begun, mostOf } = run(endpoints, createEndpointGates(most));
        await vi.advanceTimersByTimeAsync(endpoints.reduce((sum, { calls, takesMs }) => sum + calls * takesMs, 1));
        expect(ended).toEqual(endpoints.map(({ calls }) => calls));
        expect(mostOf('all')).toBeLessThanOrEqual(most);
        endpoints.forEach(({ concurrency, calls }, at) => {
          expect(mostOf(`${at}`)).toBeLessThanOrEqual(concurrency);
          const order = begun.filter((one) => one.startsWith(`${at} `));
          expect(order).toEqual(Array.from({ length: calls }, (_, call) => `${at} ${call}`));
        });
      }),
      { numRuns: 40 },
    );
  });

  it('is used to the full while there is work for it', async () => {
    const endpoints = Array.from({ length: 4 }, () => ({ concurrency: 4, takesMs: 100, calls: 8 }));
    const { ended, mostOf } = run(endpoints, createEndpointGates(8));
    await vi.advanceTimersByTimeAsync((4 * 8 * 100) / 8);
    expect(ended).toEqual([8, 8, 8, 8]);
    expect(mostOf('all')).toBe(8);
  });

  it('is not filled by what waits for an endpoint that hangs: the others go on', async () => {
    const hanging = { concurrency: 3, takesMs: Number.POSITIVE_INFINITY, calls: 100 };
    const { ended, mostOf } = run([hanging, { concurrency: 4, takesMs: 100, calls: 20 }], createEndpointGates(4));
    await vi.advanceTimersByTimeAsync(20 * 100);
    expect(ended).toEqual([0, 20]);
    expect(mostOf('0')).toBe(3);
  });

  it('is not filled by what waits for the minute of an endpoint', async () => {
    const limited = { concurrency: 8, takesMs: 10, calls: 50, rateLimit: { requests_per_minute: 1 } };
    const { ended } = run([limited, { concurrency: 1, takesMs: 100, calls: 20 }], createEndpointGates(2));
    await vi.advanceTimersByTimeAsync(20 * 100 + 10);
    expect(ended).toEqual([1, 20]);
  });

  it('is given back at once by a call that found its endpoint out of order', async () => {
    const gates = createEndpointGates(1);
    const hangs = { concurrency: 1, takesMs: Number.POSITIVE_INFINITY, calls: 0, timeoutMs: 1_000 };
    const late = seatAt(1, hangs, watch().callOf('1', Number.POSITIVE_INFINITY), gates).ask(requestOf('a'), never());
    const next = seatAt(2, { concurrency: 1, takesMs: 0, calls: 0 }, watch().callOf('2', 100), gates).ask(requestOf('b'), never());
    await vi.advanceTimersByTimeAsync(1_110);
    expect(await Promise.race([next, 'still waits'])).toMatchObject({ kind: 'replied' });
    expect(await late).toMatchObject({ code: 'AEGIS_PROVIDER_TIMEOUT' });
  });

  it('holds for models that repositories define, too', async () => {
    const shared = createEndpointGates(2);
    const seen = watch();
    const seats = [shared, createRepositoryGates(shared, 'eve/shop'), createRepositoryGates(shared, 'bob/shop')].map((gates, at) =>
      seatAt(at + 1, { concurrency: 4, takesMs: 100, calls: 4 }, seen.callOf(`${at}`, 100), gates),
    );
    const asking = Promise.all(seats.flatMap((seat) => [1, 2, 3, 4].map((call) => seat.ask(requestOf(String(call)), never()))));
    await vi.advanceTimersByTimeAsync((12 * 100) / 2);
    expect((await asking).every(({ kind }) => kind === 'replied')).toBe(true);
    expect(seen.mostOf('all')).toBe(2);
  });

  it('is left at once by what is cancelled while it waits, and nothing is spent for that', async () => {
    const gates = createEndpointGates(1);
    const seen = watch();
    const [busy, other] = [1, 2].map((port) =>
      seatAt(port, { concurrency: 4, takesMs: 0, calls: 0 }, seen.callOf(`${port}`, 1_000), gates),
    );
    const stop = new AbortController();
    const first = busy?.ask(requestOf('a'), never());
    const second = other?.ask(requestOf('b'), stop.signal);
    await vi.advanceTimersByTimeAsync(500);
    stop.abort();
    expect(await second).toMatchObject({ code: 'AEGIS_PROVIDER_CANCELLED', latencyMs: 0 });
    await vi.advanceTimersByTimeAsync(500);
    expect(await first).toMatchObject({ kind: 'replied' });
    expect(seen.begun).toEqual(['1 a']);
  });
});

describe('a call that is cancelled', () => {
  it.each([
    { name: 'has its time, which may have cost something, when it had begun', alone: true, latencyMs: 500 },
    { name: 'has none when it waited for its turn', alone: false, latencyMs: 0 },
  ])('$name', async ({ alone, latencyMs }) => {
    const seat = seatAt(1, { concurrency: 1, takesMs: 0, calls: 0 }, watch().callOf('1', 60_000), createEndpointGates());
    if (!alone) void seat.ask(requestOf('first'), never());
    const stop = new AbortController();
    const asking = seat.ask(requestOf('x'), stop.signal);
    await vi.advanceTimersByTimeAsync(500);
    stop.abort();
    expect(await asking).toMatchObject({ code: 'AEGIS_PROVIDER_CANCELLED', latencyMs });
  });

  it('does not wait behind others for the minute of its endpoint', async () => {
    const limited = { concurrency: 8, takesMs: 0, calls: 0, rateLimit: { requests_per_minute: 1 } };
    const seat = seatAt(1, limited, watch().callOf('1', 10), createEndpointGates());
    const [first, second] = [seat.ask(requestOf('a'), never()), seat.ask(requestOf('b'), never())];
    const stop = new AbortController();
    const third = seat.ask(requestOf('c'), stop.signal);
    await vi.advanceTimersByTimeAsync(1_000);
    stop.abort();
    expect(await third).toMatchObject({ code: 'AEGIS_PROVIDER_CANCELLED', latencyMs: 0 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await Promise.all([first, second])).toMatchObject([{ kind: 'replied' }, { kind: 'replied' }]);
  });
});
