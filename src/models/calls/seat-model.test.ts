import { afterEach, describe, expect, it } from 'vitest';
import type { ModelEntry } from '#model/model-entry.ts';
import type { ConnectedModel, Provider } from '#ports/provider.ts';
import { type Behaviour, type ModelServer, startModelServer } from '../../../test/fakes/model-server.ts';
import { refusal, startFakeOpenAi } from '../../../test/fakes/openai.ts';
import { entryFor, never, providerEnv, requestOf } from '../../../test/fakes/provider-env.ts';
import { ollamaLocal } from '../providers/ollama-local.ts';
import { openaiCompatible } from '../providers/openai-compatible.ts';
import type { ModelDefinition } from '../registry/make-entry.ts';
import { createAnswerFlights } from './answers/answer-flights.ts';
import { createEndpointGates, type EndpointGates } from './endpoint-gates.ts';
import { seatModel } from './seat-model.ts';

const MODEL = 'gpt-5-mini';
const clock = { now: () => performance.now() };
const reader = { read: () => ({ kind: 'parsed', claims: [], cut: false }) as const };

let server: ModelServer | undefined;
afterEach(() => server?.close());

function seat(entry: ModelEntry, provider: Provider, gates: EndpointGates = createEndpointGates()) {
  return seatModel({
    entry,
    provider,
    reader,
    env: providerEnv(),
    fenceSecret: 's',
    gates,
    cache: null,
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

  it('does not wait for a server that asks for more than the time limit', async () => {
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
  it('keeps the time limit with a server that hangs, and lets go of it', async () => {
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

  it('keeps the time limit over all repetitions, and says what was wrong before', async () => {
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
  ] as const)('is cancelled at once while $name', async ({ script }) => {
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

  it('is cancelled at once while it waits its turn, and is then not called', async () => {
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

  it('gives its place back when it is cancelled', async () => {
    const model = await seatOn([busy({ 'retry-after': '60' })], { settings: { concurrency: 1 } });
    const stop = new AbortController();
    const first = model.ask(requestOf('x'), stop.signal);
    await expect.poll(() => server?.requests.length).toBe(1);
    stop.abort();
    await first;
    expect((await model.ask(requestOf('x'), never())).kind).toBe('replied');
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

function providerOf(model: Partial<ConnectedModel>): Provider {
  return {
    ...ollamaLocal,
    connect: () => ({ call: () => Promise.reject(new Error()), health: async () => ({ available: true, detail: '' }), ...model }),
  };
}
