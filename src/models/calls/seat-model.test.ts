import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ModelEntry } from '#model/model-entry.ts';
import type { AnswerCache } from '#ports/answer-cache.ts';
import type { ConnectedModel, Provider, Reply } from '#ports/provider.ts';
import { ProviderError, type ProviderFault } from '#ports/provider-error.ts';
import { type Behaviour, type ModelServer, startModelServer } from '../../../test/fakes/model-server.ts';
import { refusal, startFakeOpenAi } from '../../../test/fakes/openai.ts';
import { entryFor, never, providerEnv, requestOf } from '../../../test/fakes/provider-env.ts';
import { ollamaLocal } from '../providers/ollama-local.ts';
import { openaiCompatible } from '../providers/openai-compatible.ts';
import type { ModelDefinition } from '../registry/make-entry.ts';
import { createAnswerFlights } from './answers/answer-flights.ts';
import { createMemoryAnswerCache } from './answers/memory-answer-cache.ts';
import { createEndpointGates, type EndpointGates } from './endpoint-gates.ts';
import { seatModel } from './seat-model.ts';

/** A busy machine may hold a measurement up; what is slow by itself is slow each time. */
const MEASURED = { retry: 3 };

const MODEL = 'gpt-5-mini';
const ANSWER = { choices: [{ message: { content: 'fine' }, finish_reason: 'stop' }] };
const clock = { now: () => performance.now() };
const reader = { read: () => ({ kind: 'parsed', claims: [], cut: false }) as const };

let server: ModelServer | undefined;
afterEach(() => server?.close());

function seat(entry: ModelEntry, provider: Provider, gates: EndpointGates = createEndpointGates(), cache: AnswerCache | null = null) {
  return seatModel({
    entry,
    provider,
    reader,
    env: providerEnv(),
    fenceSecret: 's',
    gates,
    cache,
    flights: createAnswerFlights(),
    clock,
  });
}
const entryAt = (url: string, more: Partial<ModelDefinition> = {}) =>
  entryFor(openaiCompatible, { model: MODEL, base_url: `${url}/v1`, ...more });

async function seatOn(script: readonly Behaviour[], more: Partial<ModelDefinition> = {}) {
  server = await startFakeOpenAi({ models: { [MODEL]: () => 'fine' }, script });
  return seat(entryAt(server.url, more), openaiCompatible);
}
const newCache = () => createMemoryAnswerCache({ maxBytes: 1e6 });
const gaps = () => (server?.requests ?? []).map(({ at }, index, all) => at - (all[index - 1]?.at ?? at));
const busy = (headers: Record<string, string> = {}) => refusal(429, 'slow down', null, '', headers);
const down = refusal(503, 'overloaded', null, '');

describe('a seat: repetition', () => {
  it('gives an answer with its latency and an unknown price', async () => {
    const asked = await (await seatOn([])).ask(requestOf('x'), never());
    expect(asked).toMatchObject({ kind: 'replied', reply: { text: 'fine' }, costUsd: null });
    expect(asked.latencyMs).toBeGreaterThan(0);
  });

  it('calls again after a fault that passes', async () => {
    const asked = await (await seatOn([down, down])).ask(requestOf('x'), never());
    expect(asked.kind).toBe('replied');
    expect(server?.requests).toHaveLength(3);
    expect(gaps()[1]).toBeGreaterThan(5);
  });

  it('waits as long as the server asks', async () => {
    const asked = await (await seatOn([busy({ 'retry-after-ms': '1700' })])).ask(requestOf('x'), never());
    expect(asked.kind).toBe('replied');
    expect(gaps()[1]).toBeGreaterThanOrEqual(1700);
    expect(asked.latencyMs).toBeGreaterThanOrEqual(1700);
  });

  it('does not wait for a server that asks for more than the time limit', MEASURED, async () => {
    const startedAt = performance.now();
    const asked = await (await seatOn([busy({ 'retry-after': '3600' })], { timeout: 5000 })).ask(requestOf('x'), never());
    expect(asked).toMatchObject({
      kind: 'failed',
      code: 'AEGIS_PROVIDER_RATE_LIMITED',
      reason: expect.stringContaining('asks to wait 3600 s'),
    });
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(server?.requests).toHaveLength(1);
  });

  it.each([
    { name: 'a wrong key', behaviour: refusal(401, 'no', null, ''), code: 'AEGIS_PROVIDER_UNAUTHORIZED' },
    { name: 'a prompt that is too long', behaviour: refusal(413, 'no', null, ''), code: 'AEGIS_PROVIDER_TOO_LARGE' },
    { name: 'a bad request', behaviour: refusal(400, 'no', null, ''), code: 'AEGIS_PROVIDER_BAD_REQUEST' },
  ])('does not repeat $name', async ({ behaviour, code }) => {
    expect(await (await seatOn([behaviour])).ask(requestOf('x'), never())).toMatchObject({ kind: 'failed', code });
    expect(server?.requests).toHaveLength(1);
  });

  it('tells a fault in one sentence with what to do', async () => {
    const asked = await (await seatOn([refusal(401, 'no', null, '')])).ask(requestOf('x'), never());
    expect(asked).toMatchObject({ reason: `${server?.url}/v1 wants a key for ${MODEL} (HTTP 401): name one with \`api_key: env:NAME\`.` });
  });
});

describe('a seat: its end', () => {
  it('keeps the time limit with a server that hangs, and lets go of it', MEASURED, async () => {
    const model = await seatOn([{ kind: 'hang' }], { timeout: 200 });
    const asked = await model.ask(requestOf('x'), never());
    expect(asked).toMatchObject({
      kind: 'failed',
      code: 'AEGIS_PROVIDER_TIMEOUT',
      reason: `No answer from tested at ${server?.url} within 0.2 s: raise its \`timeout\`, or use a faster model.`,
    });
    expect(asked.latencyMs).toBeLessThan(300);
    expect(await server?.requests[0]?.abandoned).toBeDefined();
  });

  it('keeps the time limit over all repetitions, and says what was wrong before', MEASURED, async () => {
    const asked = await (
      await seatOn(
        Array.from({ length: 9 }, () => down),
        { timeout: 700 },
      )
    ).ask(requestOf('x'), never());
    expect(asked).toMatchObject({ kind: 'failed', code: 'AEGIS_PROVIDER_TIMEOUT', reason: expect.stringContaining('before that: ') });
    expect(asked.latencyMs).toBeLessThan(850);
  });

  it.each([
    { name: 'in flight', script: [{ kind: 'hang' }], requests: 1 },
    { name: 'waiting to repeat', script: [busy({ 'retry-after': '60' })], requests: 1 },
  ] as const)('is cancelled at once while $name', MEASURED, async ({ script }) => {
    const model = await seatOn(script);
    const stop = new AbortController();
    const asking = model.ask(requestOf('x'), stop.signal);
    await expect.poll(() => server?.requests.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stoppedAt = performance.now();
    stop.abort();
    expect(await asking).toMatchObject({ kind: 'failed', code: 'AEGIS_PROVIDER_CANCELLED' });
    expect(performance.now() - stoppedAt).toBeLessThan(100);
    expect(server?.requests).toHaveLength(1);
  });

  it('is cancelled at once while it waits its turn, and is then not called', MEASURED, async () => {
    const model = await seatOn([{ kind: 'hang' }], { settings: { concurrency: 1 }, timeout: 400 });
    const stop = new AbortController();
    const first = model.ask(requestOf('x'), never());
    const second = model.ask(requestOf('x'), stop.signal);
    await expect.poll(() => server?.requests.length).toBe(1);
    stop.abort();
    const stoppedAt = performance.now();
    expect(await second).toMatchObject({ kind: 'failed', code: 'AEGIS_PROVIDER_CANCELLED', latencyMs: 0 });
    expect(performance.now() - stoppedAt).toBeLessThan(100);
    await first;
    expect(server?.requests).toHaveLength(1);
  });

  it.each([
    { name: 'one answer that two wait for', asks: 2 },
    { name: 'an answer that is looked for in the cache', asks: 1 },
  ])('frees the socket at once when nobody waits for it: $name', MEASURED, async ({ asks }) => {
    server = await startFakeOpenAi({ models: { [MODEL]: () => 'fine' }, script: [{ kind: 'hang' }] });
    const model = seat(entryAt(server.url), openaiCompatible, createEndpointGates(), newCache());
    const stops = Array.from({ length: asks }, () => new AbortController());
    const asking = stops.map(({ signal }) => model.ask(requestOf('x'), signal));
    await expect.poll(() => server?.requests.length).toBe(1);
    const stoppedAt = performance.now();
    for (const stop of stops) stop.abort();
    expect(await Promise.all(asking)).toMatchObject(stops.map(() => ({ code: 'AEGIS_PROVIDER_CANCELLED' })));
    expect(((await server.requests[0]?.abandoned) ?? Number.NaN) - stoppedAt).toBeLessThan(100);
    expect(server.requests).toHaveLength(1);
  });

  it('keeps the socket of an answer that somebody else still waits for', async () => {
    server = await startFakeOpenAi({ models: { [MODEL]: () => 'fine' }, script: [{ kind: 'json', delayMs: 300, body: ANSWER }] });
    const model = seat(entryAt(server.url), openaiCompatible, createEndpointGates(), newCache());
    const stop = new AbortController();
    const asking = [model.ask(requestOf('x'), stop.signal), model.ask(requestOf('x'), never())];
    await expect.poll(() => server?.requests.length).toBe(1);
    stop.abort();
    expect(await Promise.all(asking)).toMatchObject([{ code: 'AEGIS_PROVIDER_CANCELLED' }, { kind: 'replied', reply: { text: 'fine' } }]);
    expect(server.requests).toHaveLength(1);
  });

  it('is cancelled at once while it waits for the rate limit, and is then not called', MEASURED, async () => {
    const model = await seatOn([], { settings: { rate_limit: { requests_per_minute: 1 } } });
    expect((await model.ask(requestOf('x'), never())).kind).toBe('replied');
    const stop = new AbortController();
    const waiting = model.ask(requestOf('x'), stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stoppedAt = performance.now();
    stop.abort();
    expect(await waiting).toMatchObject({ code: 'AEGIS_PROVIDER_CANCELLED' });
    expect(performance.now() - stoppedAt).toBeLessThan(100);
    expect(server?.requests).toHaveLength(1);
  });

  it('gives its place back when it is cancelled', async () => {
    const model = await seatOn([busy({ 'retry-after': '60' })], { settings: { concurrency: 1 } });
    const stop = new AbortController();
    const first = model.ask(requestOf('x'), stop.signal);
    await expect.poll(() => server?.requests.length).toBe(1);
    stop.abort();
    await first;
    expect((await model.ask(requestOf('x'), never())).kind).toBe('replied');
  });

  it('says nothing any more once it is over', async () => {
    let tell: (text: string) => void = () => {};
    const call: ConnectedModel['call'] = (_request, _signal, heard) => {
      tell = heard ?? tell;
      tell('in time');
      return new Promise(() => {});
    };
    const heard: string[] = [];
    await seat(entryFor(ollamaLocal, { model: 'm', timeout: 50 }), providerOf({ call })).ask(
      requestOf('x'),
      never(),
      (text) => void heard.push(text),
    );
    tell('too late');
    expect(heard).toEqual(['in time']);
  });

  it('does not need a provider that listens, or that keeps to its port', async () => {
    const deaf = seat(entryFor(ollamaLocal, { model: 'm', timeout: 100 }), providerOf({ call: () => new Promise(() => {}) }));
    expect(await deaf.ask(requestOf('x'), never())).toMatchObject({ kind: 'failed', code: 'AEGIS_PROVIDER_TIMEOUT' });
    const broken = seat(
      entryFor(ollamaLocal, { model: 'm' }),
      providerOf({ call: () => Promise.reject(new TypeError('const secret = 1')) }),
    );
    expect(await broken.ask(requestOf('x'), never())).toMatchObject({
      kind: 'failed',
      code: 'AEGIS_INTERNAL',
      reason: 'A fault inside Aegis (TypeError): please report it.',
    });
  });
});

describe('seats of programs on this machine', () => {
  const timeout = () => Promise.reject(new ProviderError('timeout', 'no answer', { hint: 'Wait.' }));
  const local = (changes: Partial<Provider> = {}): Provider => ({ ...providerOf({ call: timeout }), endpoint: () => null, ...changes });
  const codesOf = async (model: ReturnType<typeof seat>, calls: number) => {
    const codes: string[] = [];
    for (let call = 0; call < calls; call += 1) {
      const asked = await model.ask(requestOf('x'), never());
      codes.push(asked.kind === 'failed' ? asked.code : asked.kind);
    }
    return codes;
  };

  it('are left alone when they are out of order, each for itself', async () => {
    const gates = createEndpointGates();
    const [broken, other] = ['a', 'b'].map((id) => seat(entryFor(ollamaLocal, { id, model: id }), local(), gates));
    expect((await codesOf(broken as NonNullable<typeof broken>, 4)).at(-1)).toBe('AEGIS_PROVIDER_BREAKER_OPEN');
    expect(await codesOf(other as NonNullable<typeof other>, 1)).toEqual(['AEGIS_PROVIDER_TIMEOUT']);
  });

  it('are asked each time where they come with Aegis', async () => {
    const model = seat(entryFor(ollamaLocal, { model: 'm' }), local({ models: ['m'] }));
    expect(new Set(await codesOf(model, 5))).toEqual(new Set(['AEGIS_PROVIDER_TIMEOUT']));
  });
});

describe('seats of one endpoint', () => {
  it('share its concurrency, the smallest that was asked for', async () => {
    let inFlight = 0;
    let most = 0;
    server = await startModelServer(async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => setTimeout(resolve, 30));
      inFlight -= 1;
      return { kind: 'json', body: { choices: [{ message: { content: 'fine' }, finish_reason: 'stop' }] } };
    });
    const gates = createEndpointGates();
    const seats = [
      seat(entryAt(server.url), openaiCompatible, gates),
      seat(entryAt(server.url, { settings: { concurrency: 2 } }), openaiCompatible, gates),
    ];
    const asked = await Promise.all(Array.from({ length: 12 }, (_, index) => seats[index % 2]?.ask(requestOf('x'), never())));
    expect(asked.every((answer) => answer?.kind === 'replied')).toBe(true);
    expect(most).toBe(2);
  });

  it('leave a server alone that is not there: forty chunks wait for three', async () => {
    server = await startModelServer(() => ({ kind: 'hang' }));
    await server.close();
    const model = seat(entryFor(ollamaLocal, { model: 'm', base_url: server.url }), ollamaLocal);
    const startedAt = performance.now();
    const asked = await Promise.all(Array.from({ length: 40 }, () => model.ask(requestOf('x'), never())));
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    const codes = asked.map((answer) => (answer.kind === 'failed' ? answer.code : ''));
    expect(codes.filter((code) => code === 'AEGIS_PROVIDER_UNREACHABLE')).toHaveLength(3);
    expect(codes.filter((code) => code === 'AEGIS_PROVIDER_BREAKER_OPEN')).toHaveLength(37);
    expect(asked.at(-1)).toMatchObject({
      reason: expect.stringMatching(
        /^tested at \S+ was not called, because 3 calls in a row failed \(No answer from m at \S+: the connection was refused\): start it/,
      ),
    });
  });

  it('find out together that a server hangs: forty chunks wait for one time limit', async () => {
    server = await startModelServer(() => ({ kind: 'hang' }));
    const model = seat(entryAt(server.url, { timeout: 1000, settings: { concurrency: 4 } }), openaiCompatible);
    const asked = await Promise.all(Array.from({ length: 40 }, () => model.ask(requestOf('x'), never())));
    const codes = asked.map((answer) => (answer.kind === 'failed' ? answer.code : ''));
    expect(codes.filter((code) => code === 'AEGIS_PROVIDER_TIMEOUT')).toHaveLength(4);
    expect(codes.filter((code) => code === 'AEGIS_PROVIDER_BREAKER_OPEN')).toHaveLength(36);
  });

  it('do not repeat what other calls found to be of no use', async () => {
    const model = await seatOn(
      Array.from({ length: 40 }, () => down),
      { settings: { concurrency: 8 } },
    );
    const asked = await Promise.all(Array.from({ length: 8 }, () => model.ask(requestOf('x'), never())));
    expect(asked.every((answer) => answer.kind === 'failed' && answer.code === 'AEGIS_PROVIDER_SERVER')).toBe(true);
    // Three calls with all their repetitions, and of the five others what they had begun by then.
    expect(server?.requests.length).toBeLessThan(8 * 4);
  });

  it('listen to one signal by the dozen without a warning', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => void warnings.push(warning);
    process.on('warning', listen);
    const model = await seatOn([]);
    const signal = never();
    await Promise.all(Array.from({ length: 30 }, () => model.ask(requestOf('x'), signal)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });

  it('do not give up on a server that answers with faults', async () => {
    const model = await seatOn(Array.from({ length: 5 }, () => refusal(401, 'no', null, '')));
    for (let call = 0; call < 5; call += 1)
      expect(await model.ask(requestOf('x'), never())).toMatchObject({ code: 'AEGIS_PROVIDER_UNAUTHORIZED' });
    expect((await model.ask(requestOf('x'), never())).kind).toBe('replied');
  });
});

describe('a seat with a cache', () => {
  const reply: Reply = { text: '{}', finish: 'complete', reason: null, tokensIn: 5, tokensOut: 1 };

  it('is not asked twice for the same, and not charged', async () => {
    server = await startFakeOpenAi({ models: { [MODEL]: () => 'fine' } });
    const cache = newCache();
    const settings = { price: { input_per_million: 1e6, output_per_million: 0 } };
    const ask = () =>
      seat(entryAt(server?.url ?? '', { settings }), openaiCompatible, createEndpointGates(), cache).ask(requestOf('x'), never());
    const paid = await ask();
    expect(paid).toMatchObject({ kind: 'replied', cached: false });
    expect(paid.kind === 'replied' && paid.costUsd).toBeGreaterThan(0);
    expect(await ask()).toMatchObject({ cached: true, costUsd: 0, reply: { text: 'fine', tokensIn: 0, tokensOut: 0 } });
    expect(server.requests).toHaveLength(1);
  });

  it('is answered from it while its endpoint is out of order', async () => {
    const script: Reply[] = [reply];
    const down = () => Promise.reject(new ProviderError('timeout', 'nobody there', { hint: 'Start it.' }));
    const provider = providerOf({ call: async () => script.shift() ?? (await down()) });
    const model = seat(entryFor(ollamaLocal, { model: 'm' }), provider, createEndpointGates(), newCache());
    await model.ask(requestOf('known'), never());
    for (const prompt of ['a', 'b', 'c']) await model.ask(requestOf(prompt), never());
    expect(await model.ask(requestOf('d'), never())).toMatchObject({ code: 'AEGIS_PROVIDER_BREAKER_OPEN' });
    expect(await model.ask(requestOf('known'), never())).toMatchObject({ cached: true });
  });

  it('is asked each time where it says that its answers are not to be kept', async () => {
    let calls = 0;
    const call = async () => {
      calls += 1;
      return reply;
    };
    const model = seat(
      entryFor(ollamaLocal, { model: 'm' }),
      providerOf({ call, identity: async () => null }),
      createEndpointGates(),
      newCache(),
    );
    await model.ask(requestOf('x'), never());
    expect(await model.ask(requestOf('x'), never())).toMatchObject({ cached: false });
    expect(calls).toBe(2);
  });
});

describe('a seat under a rate limit', () => {
  it('counts a repetition as a call: what is left of the minute is waited for within the time limit', async () => {
    const script = [new ProviderError('server', 'm failed', { hint: 'Try again.' })];
    let calls = 0;
    const call = async (): Promise<Reply> => {
      calls += 1;
      const fault = script.shift();
      if (fault !== undefined) throw fault;
      return { text: '{}', finish: 'complete', reason: null, tokensIn: null, tokensOut: null };
    };
    const entry = entryFor(ollamaLocal, { model: 'm', timeout: 3000, settings: { rate_limit: { requests_per_minute: 1 } } });
    expect(await seat(entry, providerOf({ call })).ask(requestOf('x'), never())).toMatchObject({
      code: 'AEGIS_PROVIDER_TIMEOUT',
      reason: expect.stringContaining('(before that: m failed)'),
    });
    expect(calls).toBe(1);
  });

  it('does not wait for what could never be let through', async () => {
    const model = await seatOn([], { settings: { rate_limit: { tokens_per_minute: 3 } } });
    expect(await model.ask(requestOf('one two three four'), never())).toMatchObject({
      code: 'AEGIS_PROVIDER_TOO_LARGE',
      reason: expect.stringMatching(/^The prompt for tested at \S+ is larger than its limit of 3 tokens a minute: raise rate_limit/),
    });
    expect(server?.requests).toHaveLength(0);
  });
});

describe('a seat before a scan', () => {
  it('is checked within five seconds, whatever the server does', async () => {
    vi.useFakeTimers();
    const model = seat(
      entryFor(ollamaLocal, { model: 'm', base_url: 'http://127.0.0.1:1' }),
      providerOf({ health: () => new Promise(() => {}) }),
    );
    const checking = model.health(never());
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    expect(await checking).toEqual({
      available: false,
      detail: 'No word from tested at http://127.0.0.1:1 within 5 s: look after its server.',
    });
  });

  it('is not available where the check fails or is cancelled', async () => {
    const broken = seat(entryFor(ollamaLocal, { model: 'm' }), providerOf({ health: () => Promise.reject(new TypeError('x')) }));
    expect(await broken.health(never())).toMatchObject({ available: false });
    expect(await broken.health(AbortSignal.abort())).toMatchObject({ available: false, detail: expect.stringContaining('cancelled') });
  });

  it('is warmed up as one of the calls of its endpoint, and never fails over it', async () => {
    const seen: string[] = [];
    const provider = providerOf({
      warmUp: async () => {
        seen.push('begins');
        await new Promise((resolve) => setTimeout(resolve, 20));
        seen.push('ends');
        throw new ProviderError('unreachable', 'm', { hint: 'h' });
      },
    });
    const gates = createEndpointGates();
    const models = ['a', 'b'].map((id) => seat(entryFor(ollamaLocal, { id, model: id, settings: { concurrency: 1 } }), provider, gates));
    await Promise.all(models.map((model) => model.warmUp(never())));
    expect(seen).toEqual(['begins', 'ends', 'begins', 'ends']);
    await models[0]?.warmUp(AbortSignal.abort());
    expect(seen).toHaveLength(4);
  });

  it('has its warm-up cancelled at once', async () => {
    const model = seat(entryFor(ollamaLocal, { model: 'm' }), providerOf({ warmUp: () => new Promise(() => {}) }));
    const stop = new AbortController();
    const warming = model.warmUp(stop.signal);
    stop.abort();
    await warming;
  });

  it('is not made of settings that make no sense', () => {
    const entry = { ...entryFor(ollamaLocal, { model: 'm' }), settings: { rate_limit: { requests_per_hour: 5 }, concurrency: 0 } };
    expect(() => seat(entry, providerOf({}))).toThrow(
      /^The model tested has wrong settings: settings\.concurrency: .*; settings\.rate_limit: /,
    );
  });
});

describe('the price of a call', () => {
  it.each([
    { model: 'qwen2.5-coder:7b', costUsd: 0 },
    { model: 'gpt-oss:120b-cloud', costUsd: null },
  ])('of $model on Ollama is $costUsd', async ({ model, costUsd }) => {
    const reply = { text: '', finish: 'complete', reason: null, tokensIn: 1, tokensOut: 1 } as const;
    const asked = await seat(entryFor(ollamaLocal, { model }), providerOf({ call: async () => reply })).ask(requestOf('x'), never());
    expect(asked).toMatchObject({ kind: 'replied', costUsd });
  });
});

describe('the price of a call that failed', () => {
  it.each<{ fault: ProviderFault; costUsd: number | null }>([
    { fault: 'unauthorized', costUsd: 0 },
    { fault: 'bad-request', costUsd: 0 },
    { fault: 'too-large', costUsd: 0 },
    { fault: 'timeout', costUsd: null },
    { fault: 'cancelled', costUsd: null },
  ])('of a service is $costUsd where it ended $fault', async ({ fault, costUsd }) => {
    const call = async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      throw new ProviderError(fault, 'm', { hint: 'h' });
    };
    const model = seat(entryFor(ollamaLocal, { model: 'm:120b-cloud' }), providerOf({ call }));
    expect(await model.ask(requestOf('x'), never())).toMatchObject({ kind: 'failed', costUsd });
  });

  it('is nothing where the service was not called', async () => {
    const model = seat(entryFor(ollamaLocal, { model: 'm:120b-cloud' }), providerOf({}));
    expect(await model.ask(requestOf('x'), AbortSignal.abort())).toMatchObject({ kind: 'failed', latencyMs: 0, costUsd: 0 });
  });
});

function providerOf(model: Partial<ConnectedModel>): Provider {
  return {
    ...ollamaLocal,
    connect: () => ({ call: () => Promise.reject(new Error()), health: async () => ({ available: true, detail: '' }), ...model }),
  };
}
