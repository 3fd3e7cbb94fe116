import { CircuitState } from 'cockatiel';
import { describe, expect, it } from 'vitest';
import { ProviderError } from '#ports/provider-error.ts';
import { never, requestOf } from '../../../test/fakes/provider-env.ts';
import { createEndpointGates, type EndpointTerms, TRIPS_AFTER } from './endpoint-gates.ts';
import { createRepositoryGates } from './repository-gates.ts';

const HOST = 'http://x';
const terms = (changes: Partial<EndpointTerms> = {}): EndpointTerms => ({
  modelId: 'm',
  concurrency: null,
  usualConcurrency: 4,
  rateLimit: null,
  ...changes,
});
const sized = (tokens: number) => requestOf('', { messages: [], chunk: { id: 'c', files: [], tokens, risk: 0 } });

function open() {
  const shared = createEndpointGates();
  return { shared, stranger: createRepositoryGates(shared, 'eve/shop') };
}

describe('what a model of a repository states of an endpoint', () => {
  const stated = terms({ modelId: 'eve', concurrency: 1, rateLimit: { requests_per_minute: 1, tokens_per_minute: 10 } });

  it('does not hold for others, before or after', () => {
    const { shared, stranger } = open();
    const before = shared(HOST, terms());
    stranger(HOST, stated);
    expect(before.limit.concurrency).toBe(4);
    expect(before.rate.exceededBy(sized(1_000))).toBeNull();
    expect(createRepositoryGates(shared, 'bob/shop')(HOST, terms()).rate.exceededBy(sized(1_000))).toBeNull();
    expect(shared(HOST, terms()).limit.concurrency).toBe(4);
  });

  it('holds for itself', async () => {
    const { stranger } = open();
    const { limit, rate } = stranger(HOST, stated);
    expect(rate.exceededBy(sized(11))).toBe(10);
    let [now, most] = [0, 0];
    const work = async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
    };
    await Promise.all([1, 2, 3].map(() => limit(work)));
    expect(most).toBe(1);
  });

  it('does not lift the limits that the operator states', async () => {
    const { shared, stranger } = open();
    shared(HOST, terms({ concurrency: 1, rateLimit: { tokens_per_minute: 50 } }));
    const { limit, rate } = stranger(HOST, terms({ modelId: 'eve', concurrency: 64, rateLimit: { tokens_per_minute: 9_000 } }));
    expect(rate.exceededBy(sized(51))).toBe(50);
    let started = 0;
    const ends: (() => void)[] = [];
    const work = () =>
      new Promise<void>((resolve) => {
        started += 1;
        ends.push(resolve);
      });
    const all = Promise.all([limit(work), limit(work)]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(started).toBe(1);
    ends[0]?.();
    await expect.poll(() => started).toBe(2);
    ends[1]?.();
    await all;
  });

  it('counts against the rate of everybody', async () => {
    const { shared, stranger } = open();
    const operators = shared(HOST, terms({ rateLimit: { requests_per_minute: 1 } }));
    await stranger(HOST, terms({ modelId: 'eve' })).rate.take(requestOf('x'), never());
    const waiting = new AbortController();
    const taken = operators.rate.take(requestOf('x'), waiting.signal).then(() => 'taken');
    expect(await Promise.race([taken, new Promise((resolve) => setTimeout(resolve, 50, 'waits'))])).toBe('waits');
    waiting.abort();
    await taken;
  });
});

it('an endpoint that a repository found out of order is left alone by its models only', async () => {
  const { shared, stranger } = open();
  const late = { kind: 'failed', error: new ProviderError('timeout', 'No answer', { hint: 'Wait.' }), latencyMs: 1 };
  const { breaker } = stranger(HOST, terms({ modelId: 'eve' }));
  for (let call = 0; call < TRIPS_AFTER; call += 1) await breaker.execute(async () => late);
  expect(breaker.state).toBe(CircuitState.Open);
  expect(shared(HOST, terms()).breaker.state).toBe(CircuitState.Closed);
});
