import { afterEach, describe, expect, it } from 'vitest';
import type { ModelServer, Recorded } from '../../../test/fakes/model-server.ts';
import { type FakeOllamaOptions, startFakeOllama } from '../../../test/fakes/ollama.ts';
import { entryFor, never, providerEnv, requestOf } from '../../../test/fakes/provider-env.ts';
import { ollamaLocal } from './ollama-local.ts';

const MODEL = 'qwen2.5-coder:7b';
const ANSWER = '{"findings":[]}';
const LONG = 'const total = price * quantity + tax;\n'.repeat(700);

let server: ModelServer;
afterEach(() => server?.close());

async function connect(options: FakeOllamaOptions = {}, settings: Record<string, unknown> = {}, model = MODEL) {
  server = await startFakeOllama({ models: [{ name: MODEL, answer: () => ANSWER }], ...options });
  return ollamaLocal.connect(entryFor(ollamaLocal, { model, settings }), providerEnv({ OLLAMA_HOST: server.url }));
}
const chats = (): readonly Recorded[] => server.requests.filter(({ path }) => path === '/api/chat');
const windowOf = (request: Recorded | undefined) => (request?.body['options'] as { num_ctx: number } | undefined)?.num_ctx;

describe('ollama_local: what is asked', () => {
  it('asks without reasoning, held to the schema, steadily, and refuses to be cut', async () => {
    const model = await connect();
    await model.call(requestOf('x'), never());
    expect(chats()[0]?.body).toEqual({
      model: MODEL,
      messages: requestOf('x').messages,
      stream: false,
      format: requestOf('x').schema,
      think: false,
      truncate: false,
      options: { num_ctx: 4096, num_predict: 1024, temperature: 0, seed: 7 },
    });
  });

  it('passes settings on', async () => {
    const model = await connect({}, { temperature: 0.3, seed: 1, top_p: 0.9, keep_alive: '30m', think: true, max_tokens: 99 });
    await model.call(requestOf('x', { schema: null }), never()).catch(() => {});
    expect(chats()[0]?.body).toMatchObject({
      think: true,
      keep_alive: '30m',
      options: { temperature: 0.3, seed: 1, top_p: 0.9, num_predict: 99 },
    });
    expect(chats()[0]?.body).not.toHaveProperty('format');
  });

  it('asks for a window that holds prompt and answer, and never for a smaller one again', async () => {
    const model = await connect();
    expect((await model.call(requestOf(LONG), never())).finish).toBe('complete');
    await model.call(requestOf('short'), never());
    expect(windowOf(chats()[0])).toBe(16_384);
    expect(windowOf(chats()[1])).toBe(16_384);
  });

  it.each([
    { name: 'the model’s own window', options: { models: [{ name: MODEL, contextLength: 8192 }] }, settings: {}, window: 8192 },
    { name: 'the setting', options: {}, settings: { num_ctx: 6000 }, window: 6000 },
    { name: 'nothing, where the server tells nothing', options: { lacks: ['show'] as const }, settings: {}, window: 16_384 },
  ])('bounds the window by $name', async ({ options, settings, window }) => {
    const model = await connect(options, settings);
    await model.call(requestOf(LONG), never()).catch(() => {});
    expect(windowOf(chats()[0])).toBe(window);
  });
});

describe('ollama_local: a prompt that does not fit', () => {
  it('is too large for a server that says so', async () => {
    const model = await connect({}, { num_ctx: 4096 });
    await expect(model.call(requestOf(LONG), never())).rejects.toMatchObject({
      fault: 'too-large',
      hint: expect.stringContaining('num_ctx'),
    });
  });

  it('is no full opinion of a server that cuts it without a word', async () => {
    const model = await connect({ lacks: ['truncate'] }, { num_ctx: 4096 });
    const reply = await model.call(requestOf(LONG), never());
    expect(reply).toMatchObject({ finish: 'length', tokensIn: 2050, text: ANSWER });
    expect(reply.reason).toMatch(/the server cut the prompt: it read 2050 tokens of about \d{4}/);
  });

  it.each([
    { name: 'kept half of its window of a prompt that was a little too long', counted: 2050, repeat: 110 },
    { name: 'filled the window', counted: 4096, repeat: 100 },
  ])('is noticed where the server $name', async ({ counted, repeat }) => {
    const body = { message: { content: ANSWER }, done: true, done_reason: 'stop', prompt_eval_count: counted, eval_count: 5 };
    const model = await connect({ script: [{ kind: 'json', body }] }, { num_ctx: 4096 });
    expect((await model.call(requestOf('const total = price * quantity + tax;\n'.repeat(repeat * 3)), never())).finish).toBe('length');
  });

  it('is not suspected where the server counts a fifth less than we do', async () => {
    const body = { message: { content: ANSWER }, done: true, done_reason: 'stop', prompt_eval_count: 6500, eval_count: 5 };
    const model = await connect({ script: [{ kind: 'json', body }] });
    expect((await model.call(requestOf(LONG), never())).finish).toBe('complete');
  });
});

describe('ollama_local: peculiar servers', () => {
  it.each([
    { name: 'a server that takes no schema', options: { lacks: ['schema'] as const }, settings: {}, last: { format: 'json' } },
    {
      name: 'a server that does not know think',
      options: { lacks: ['think'] as const },
      settings: {},
      last: { format: requestOf('x').schema },
    },
    { name: 'a model that cannot think', options: {}, settings: { think: true }, last: { truncate: false } },
  ])('learns once: $name', async ({ options, settings, last }) => {
    const model = await connect(options, settings);
    expect((await model.call(requestOf('x'), never())).text).toBe(ANSWER);
    expect((await model.call(requestOf('x'), never())).text).toBe(ANSWER);
    expect(chats()).toHaveLength(3);
    expect(chats()[2]?.body).toMatchObject(last);
  });

  it.each(['', '/', '/v1', '/api'])('takes the address with %j at its end', async (end) => {
    server = await startFakeOllama({ models: [{ name: MODEL, answer: () => ANSWER }] });
    const model = ollamaLocal.connect(entryFor(ollamaLocal, { model: MODEL, base_url: server.url + end }), providerEnv());
    expect((await model.call(requestOf('x'), never())).text).toBe(ANSWER);
  });

  it('leaves the operator’s keys at home', async () => {
    process.env['OLLAMA_API_KEY'] = 'ollama-key-of-the-operator';
    const model = await connect();
    await model.call(requestOf('x'), never());
    delete process.env['OLLAMA_API_KEY'];
    expect(JSON.stringify(chats()[0]?.headers)).not.toContain('ollama-key');
    expect(chats()[0]?.headers).not.toHaveProperty('authorization');
  });

  it('writes nothing to the console when a server refuses in plain text', async () => {
    const written: unknown[] = [];
    const log = console.log;
    console.log = (...words: unknown[]) => void written.push(words);
    const model = await connect({ script: [{ kind: 'text', status: 502, body: 'Bad Gateway' }] });
    await expect(model.call(requestOf('x'), never())).rejects.toMatchObject({ fault: 'server' });
    console.log = log;
    expect(written).toEqual([]);
  });
});

describe('ollama_local: where it is', () => {
  const entry = entryFor(ollamaLocal, { model: MODEL });
  it.each([
    { host: undefined, origin: 'http://127.0.0.1:11434' },
    { host: '', origin: 'http://127.0.0.1:11434' },
    { host: '0.0.0.0', origin: 'http://127.0.0.1:11434' },
    { host: ':8080', origin: 'http://127.0.0.1:8080' },
    { host: 'gpu.internal', origin: 'http://gpu.internal:11434' },
    { host: 'https://gpu.internal', origin: 'https://gpu.internal' },
  ])('is $origin for OLLAMA_HOST=$host', ({ host, origin }) => {
    expect(ollamaLocal.endpoint(entry, { ...providerEnv(), addresses: { OLLAMA_HOST: host } })).toBe(origin);
  });

  it('refuses an address that is none', () => {
    expect(() => ollamaLocal.endpoint(entry, providerEnv({ OLLAMA_HOST: 'http://a b' }))).toThrow(
      'OLLAMA_HOST of the model tested is no address',
    );
  });

  it('sends the credentials of OLLAMA_HOST and shows them nowhere', async () => {
    server = await startFakeOllama({ models: [] });
    const model = ollamaLocal.connect(entry, providerEnv({ OLLAMA_HOST: server.url.replace('//', '//me:hunter2@') }));
    const error = await model.call(requestOf('x'), never()).catch((thrown: unknown) => thrown as Error);
    expect(chats()[0]?.headers['authorization']).toBe(`Basic ${Buffer.from('me:hunter2').toString('base64')}`);
    expect(String(error)).not.toContain('hunter2');
  });
});

describe('ollama_local: health', () => {
  it.each([
    {
      name: 'has the model',
      options: {},
      model: MODEL,
      detail: /^Ollama answers at http:\S+ and has qwen2.5-coder:7b\.$/,
      available: true,
    },
    {
      name: 'has it as latest',
      options: { models: [{ name: 'llama3.2' }] },
      model: 'llama3.2',
      detail: /and has llama3.2/,
      available: true,
    },
    {
      name: 'has it not',
      options: {},
      model: 'qwen2.5-coder:32b',
      detail: /is not pulled at \S+: `ollama pull qwen2.5-coder:32b`, or use qwen2.5-coder:7b\.$/,
      available: false,
    },
  ])('says that the server $name', async ({ options, model, detail, available }) => {
    const health = await (await connect(options, {}, model)).health(never());
    expect(health.available).toBe(available);
    expect(health.detail).toMatch(detail);
  });

  it('says how to start a server that is not there', async () => {
    const model = await connect();
    await server.close();
    expect(await model.health(never())).toEqual({
      available: false,
      detail: `Ollama does not answer at ${server.url}: start it with \`ollama serve\`, or set OLLAMA_HOST.`,
    });
  });
});
