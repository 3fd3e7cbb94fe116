import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ModelServer } from '../../../test/fakes/model-server.ts';
import { entryFor, never, providerEnv, requestOf } from '../../../test/fakes/provider-env.ts';
import { type FakeReplicateOptions, startFakeReplicate, VERSION } from '../../../test/fakes/replicate.ts';
import { behaviourOf, readVendorAnswers } from '../../../test/fakes/vendor-answers.ts';
import { replicate } from './replicate.ts';

const ANSWER = '{"findings":[]}';
const MODEL = 'meta/meta-llama-3-70b-instruct';

let server: ModelServer;
afterEach(async () => {
  await server?.close();
  vi.unstubAllEnvs();
});

async function connect(options: FakeReplicateOptions = {}, settings: Record<string, unknown> = {}, model = MODEL) {
  server = await startFakeReplicate({ models: { [MODEL]: { answer: () => ANSWER } }, ...options });
  return replicate.connect(entryFor(replicate, { model, base_url: `${server.url}/v1`, settings, timeout: 60_000 }), providerEnv());
}
const created = () => server.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/predictions'));
const inputs = () => created().map(({ body }) => body['input']);

describe('replicate: what is asked', () => {
  it('fills the fields that the model has, and asks the far side to end it in time', async () => {
    const model = await connect();
    expect(await model.call(requestOf('x'), never())).toMatchObject({ text: ANSWER, finish: 'complete' });
    expect(inputs()).toEqual([{ prompt: 'x', system_prompt: 'Answer in JSON.', max_new_tokens: 1024, temperature: 0, seed: 7 }]);
    expect(created()[0]?.path).toBe(`/v1/models/${MODEL}/predictions`);
    expect(created()[0]?.headers).toMatchObject({ 'cancel-after': '60s' });
  });

  it.each([
    { name: 'instructions within the prompt', fields: { prompt: null }, input: { prompt: 'Answer in JSON.\n\nx' } },
    {
      name: 'the least temperature that it takes',
      fields: { prompt: null, system_instruction: null, temperature: 0.01, max_output_tokens: 1 },
      input: { prompt: 'x', system_instruction: 'Answer in JSON.', temperature: 0.01, max_output_tokens: 1024 },
    },
  ])('sends $name', async ({ fields, input }) => {
    await (await connect({ models: { [MODEL]: { fields, answer: () => ANSWER } } })).call(requestOf('x'), never());
    expect(inputs()).toEqual([input]);
  });

  it('lets the operator’s own fields win', async () => {
    const fields = { prompt: null, prompt_template: null, max_tokens: 1, seed: null };
    const settings = { input: { prompt_template: '{prompt}', max_tokens: 5 }, seed: 3 };
    await (await connect({ models: { [MODEL]: { fields, answer: () => ANSWER } } }, settings)).call(requestOf('x'), never());
    expect(inputs()[0]).toMatchObject({ prompt_template: '{prompt}', max_tokens: 5, seed: 3 });
  });

  it.each([
    { name: 'a model’s current version', model: MODEL, path: `/v1/models/${MODEL}/predictions`, version: undefined },
    { name: 'a version by its owner and name', model: `${MODEL}:${VERSION}`, path: '/v1/predictions', version: VERSION },
    { name: 'a version alone', model: VERSION, path: '/v1/predictions', version: VERSION },
  ])('asks $name', async ({ model, path, version }) => {
    expect(await (await connect({}, {}, model)).call(requestOf('x'), never())).toMatchObject({ finish: 'complete' });
    expect(created().at(-1)).toMatchObject({ path });
    expect(created().at(-1)?.body['version']).toBe(version);
  });

  it('learns from refusals where the fields are not told', async () => {
    const model = await connect({
      tellsFields: false,
      models: { [MODEL]: { fields: { prompt: null, max_length: 1 }, answer: () => ANSWER } },
    });
    expect(await model.call(requestOf('x'), never())).toMatchObject({ text: ANSWER });
    expect(inputs().at(-1)).toEqual({ prompt: 'Answer in JSON.\n\nx', max_length: 1024 });
    const tries = created().length;
    await model.call(requestOf('x'), never());
    expect(created()).toHaveLength(tries + 1);
  });

  it('asks once where the server fails, whatever the package would like', async () => {
    const model = await connect({ script: [{ kind: 'drop' }] });
    await expect(model.call(requestOf('x'), never())).rejects.toMatchObject({ fault: 'unreachable' });
    expect(created()).toHaveLength(1);
  });

  it('takes nothing from the environment', async () => {
    vi.stubEnv('REPLICATE_API_TOKEN', 'token-of-the-environment');
    await (await connect()).call(requestOf('x'), never());
    for (const { headers, body } of server.requests) expect(JSON.stringify([headers, body])).not.toMatch(/environment|unset/);
  });

  it.each(['meta', 'meta/../x', 'a/b/c', 'a/b:no-version', '', 'a b/c'])('takes %j for no name of a model', async (name) => {
    await expect(connect({}, {}, name)).rejects.toThrow();
  });
});

describe('replicate: what is answered', () => {
  const fixture = (situation: string) => {
    const found = readVendorAnswers('replicate').get(situation);
    if (found === undefined) throw new Error(`no answer for ${situation}`);
    return behaviourOf(found, '');
  };

  it.each([
    { situation: 'answers with one string', text: ANSWER },
    { situation: 'answers with an object', text: ANSWER },
  ])('$situation', async ({ situation, text }) => {
    const whole = await connect({ script: [fixture(situation), fixture(situation)], streams: false });
    expect(await whole.call(requestOf('x'), never())).toMatchObject({ text, finish: 'complete' });
    const heard: string[] = [];
    expect(await whole.call(requestOf('x'), never(), (part) => heard.push(part))).toMatchObject({ text });
    expect(heard).toEqual([text]);
  });

  it('says of a version that nobody knows what is wrong', async () => {
    const model = await connect({}, {}, `${MODEL}:${'0'.repeat(64)}`);
    await expect(model.call(requestOf('x'), never())).rejects.toMatchObject({ fault: 'not-found' });
  });

  it('keeps line ends of a streamed text', async () => {
    const text = '{\n  "findings": []\n}\n';
    const model = await connect({ models: { [MODEL]: { answer: () => text } } });
    const heard: string[] = [];
    expect(await model.call(requestOf('x'), never(), (part) => heard.push(part))).toMatchObject({ text, finish: 'complete' });
    expect(heard.join('')).toBe(text);
  });

  it('waits for the answer where there is no stream at the address of the stream', async () => {
    const model = await connect({ goneStreams: true });
    const heard: string[] = [];
    expect(await model.call(requestOf('x'), never(), (part) => heard.push(part))).toMatchObject({ text: ANSWER, finish: 'complete' });
    expect(heard).toEqual([ANSWER]);
  });

  it('reads a stream nowhere else than where the server itself is', async () => {
    const elsewhere = await startFakeReplicate();
    const model = await connect({
      script: [
        {
          kind: 'json',
          status: 201,
          body: { id: 'p1', status: 'succeeded', output: ANSWER, urls: { stream: `${elsewhere.url}/stream/p1` } },
        },
      ],
    });
    expect(await model.call(requestOf('x'), never(), () => {})).toMatchObject({ text: ANSWER });
    expect(elsewhere.requests).toHaveLength(0);
    await elsewhere.close();
  });
});

describe('replicate: a prediction that nobody wants any more', () => {
  const cancelled = () => server.requests.find(({ path }) => path.endsWith('/p1/cancel'));

  it('is cancelled while it is waited for', async () => {
    const stop = new AbortController();
    const calling = (await connect({ looks: 1000 })).call(requestOf('x'), stop.signal).catch((error: unknown) => error);
    await expect.poll(() => server.requests.some(({ path }) => path === '/v1/predictions/p1'), { timeout: 10_000 }).toBe(true);
    stop.abort();
    expect(await calling).toMatchObject({ fault: 'cancelled' });
    await expect.poll(cancelled, { timeout: 10_000 }).toMatchObject({ method: 'POST' });
  });

  it.each([
    { name: 'goes silent', ends: 'silent' as const },
    { name: 'is dropped', ends: 'dropped' as const },
  ])('is cancelled when its stream $name', async ({ ends }) => {
    const stop = new AbortController();
    const model = await connect({ script: [{ kind: 'answer', body: { status: 'succeeded', output: ['{"fin', 'dings":[]}'] }, ends }] });
    const heard: string[] = [];
    const calling = model.call(requestOf('x'), stop.signal, (part) => heard.push(part)).catch((error: unknown) => error);
    await expect.poll(() => heard.length, { timeout: 10_000 }).toBeGreaterThan(0);
    if (ends === 'silent') stop.abort();
    expect(await calling).toMatchObject(ends === 'silent' ? { fault: 'cancelled' } : { finish: 'length', text: '{"fin' });
    await expect.poll(cancelled, { timeout: 10_000 }).toBeDefined();
  });

  it('is left alone once it has ended', async () => {
    await (await connect()).call(requestOf('x'), never());
    expect(cancelled()).toBeUndefined();
  });
});
