import { afterEach, describe, expect, it } from 'vitest';
import type { PullProgress } from '#ports/provider.ts';
import { type Behaviour, type ModelServer, type Recorded, startModelServer } from '../../../test/fakes/model-server.ts';
import { type FakeOllamaOptions, lines, startFakeOllama } from '../../../test/fakes/ollama.ts';
import { entryFor, never, providerEnv, requestOf } from '../../../test/fakes/provider-env.ts';
import { measurePrompt } from './_kit/prompt-cut.ts';
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

  it('waits for nobody else’s question about the model’s window', async () => {
    server = await startModelServer(({ path }) => {
      if (path !== '/api/show') return { kind: 'json', body: { message: { role: 'assistant', content: ANSWER }, done: true } };
      return server.requests.length === 1 ? { kind: 'hang' } : { kind: 'json', body: { model_info: { 'fake.context_length': 8192 } } };
    });
    const model = ollamaLocal.connect(entryFor(ollamaLocal, { model: MODEL }), providerEnv({ OLLAMA_HOST: server.url }));
    const stop = new AbortController();
    const first = model.call(requestOf('x'), stop.signal).catch((error: unknown) => error);
    await expect.poll(() => server.requests[0]?.told).toBe('hang');
    expect((await model.call(requestOf('x'), never())).text).toBe(ANSWER);
    stop.abort();
    expect(await first).toMatchObject({ fault: 'cancelled' });
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

describe('ollama_local: streams', () => {
  const part = (content: string, more: object = {}) => ({ message: { role: 'assistant', content, ...more }, done: false });
  const end = { message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 20, eval_count: 3 };
  const hear = async (behaviour: Behaviour) => {
    const model = await connect({ script: [behaviour] });
    const heard: string[] = [];
    const reply = await model.call(requestOf('x'), never(), (text) => heard.push(text)).catch((error: unknown) => error);
    return { heard, reply };
  };

  it('asks for a stream, tells each part, and counts at the end', async () => {
    const { heard, reply } = await hear(lines(part('{"find'), part('ings":[]}'), end));
    expect(chats()[0]?.body).toMatchObject({ stream: true, think: false });
    expect(heard).toEqual(['{"find', 'ings":[]}']);
    expect(reply).toEqual({ text: ANSWER, finish: 'complete', reason: null, tokensIn: 20, tokensOut: 3 });
  });

  it.each([
    { name: 'in a field of its own', parts: [part('', { thinking: 'Hm.' }), part(ANSWER)] },
    { name: 'between marks, however it is cut', parts: ['<th', 'ink>H', 'm</think', '>\n\n', ANSWER].map((text) => part(text)) },
  ])('leaves out the reasoning $name', async ({ parts }) => {
    const { heard, reply } = await hear(lines(...parts, end));
    expect(heard.join('')).toBe(ANSWER);
    expect(reply).toMatchObject({ text: ANSWER, finish: 'complete' });
  });

  it('thinks where it is asked to, and the thoughts are not the answer', async () => {
    const model = await connect({ models: [{ name: MODEL, canThink: true, thinking: 'Hm.', answer: () => ANSWER }] }, { think: true });
    expect((await model.call(requestOf('x'), never(), () => {})).text).toBe(ANSWER);
    expect((await model.call(requestOf('x'), never())).text).toBe(ANSWER);
  });

  it.each([
    {
      name: 'a fault in the stream before any text',
      behaviour: lines({ error: 'an error was encountered while running the model' }),
      reply: { fault: 'server' },
    },
    {
      name: 'a fault in the stream after some',
      behaviour: lines(part('{"f'), { error: 'unexpected EOF' }),
      reply: { finish: 'length', text: '{"f' },
    },
    {
      name: 'an end without its last part',
      behaviour: lines(part('{"f')),
      reply: { finish: 'length', reason: 'the stream stopped half way' },
    },
    { name: 'nothing', behaviour: lines(), reply: { fault: 'protocol' } },
    { name: 'a line that is no JSON', behaviour: { ...lines(), pieces: ['oh no\n'] }, reply: { fault: 'protocol' } },
    {
      name: 'a connection that is dropped after the last part',
      behaviour: { ...lines(part(ANSWER), end), dropAtEnd: true },
      reply: { finish: 'complete', text: ANSWER },
    },
  ])('reads $name', async ({ behaviour, reply }) => expect((await hear(behaviour)).reply).toMatchObject(reply));

  it('asks for less room once it has seen how the model counts', async () => {
    const long = (tokens: number) => {
      let prompt = '';
      while (measurePrompt(requestOf(prompt).messages).likely < tokens) prompt += 'const total = price * quantity + tax;\n';
      return requestOf(prompt, { maxTokens: 300 });
    };
    const fresh = await connect();
    await fresh.call(long(3100), never());
    expect(windowOf(chats()[0])).toBe(8192);
    await server.close();
    const practised = await connect();
    await practised.call(long(1000), never());
    await practised.call(long(3100), never());
    expect(chats().map(windowOf)).toEqual([4096, 4096]);
  });
});

describe('ollama_local: what the server has', () => {
  it('is told with size, quantisation, window and what is in memory', async () => {
    server = await startFakeOllama({
      models: [
        { name: MODEL, contextLength: 32_768, digest: 'sha256:aa', answer: () => ANSWER },
        { name: 'llama3.2', contextLength: 131_072, digest: 'sha256:bb' },
      ],
    });
    const env = providerEnv({ OLLAMA_HOST: server.url });
    await ollamaLocal.connect(entryFor(ollamaLocal, { model: MODEL }), env).call(requestOf('x'), never());
    expect(await ollamaLocal.catalogue?.discover(env, never())).toEqual([
      {
        ...{ name: MODEL, sizeBytes: 4_683_087_332, parameters: '7.6B', quantisation: 'Q4_K_M', contextLength: 32_768, family: 'qwen2' },
        ...{ digest: 'sha256:aa', loaded: true },
      },
      expect.objectContaining({ name: 'llama3.2:latest', contextLength: 131_072, digest: 'sha256:bb', loaded: false }),
    ]);
  });

  it('is told as far as an old server tells it', async () => {
    server = await startFakeOllama({ lacks: ['show', 'ps'] });
    const found = await ollamaLocal.catalogue?.discover(providerEnv(), never(), { baseUrl: server.url });
    expect(found).toMatchObject([{ name: MODEL, contextLength: null, loaded: null }]);
  });

  it('asks for a few models at once', async () => {
    const models = Array.from({ length: 40 }, (_, index) => ({ name: `model-${index}:1b` }));
    server = await startFakeOllama({ models });
    expect(await ollamaLocal.catalogue?.discover(providerEnv({ OLLAMA_HOST: server.url }), never())).toHaveLength(40);
    expect(server.requests.filter(({ path }) => path === '/api/show')).toHaveLength(40);
  });

  it('says that no server answers', async () => {
    server = await startFakeOllama();
    await server.close();
    await expect(ollamaLocal.catalogue?.discover(providerEnv({ OLLAMA_HOST: server.url }), never())).rejects.toMatchObject({
      fault: 'unreachable',
      message: `No answer from the list of models at ${server.url}: the connection was refused`,
    });
  });

  it('ends with its signal', async () => {
    server = await startFakeOllama();
    await expect(ollamaLocal.catalogue?.discover(providerEnv({ OLLAMA_HOST: server.url }), AbortSignal.abort())).rejects.toMatchObject({
      fault: 'cancelled',
    });
  });
});

describe('ollama_local: pulling', () => {
  const pull = async (behaviour: Behaviour | undefined, signal = never()) => {
    server = await startFakeOllama({ library: behaviour === undefined ? {} : { 'tiny:1b': behaviour } });
    const steps: PullProgress[] = [];
    const done = ollamaLocal.catalogue?.pull?.('tiny:1b', providerEnv({ OLLAMA_HOST: server.url }), signal, (at) => steps.push(at));
    return { steps, done: done?.then(() => 'pulled') };
  };
  const fetching = (completed: number) => ({ status: 'pulling aeda25e63ebd', digest: 'sha256:aeda', total: 100, completed });

  it('tells of its progress', async () => {
    const { steps, done } = await pull(lines({ status: 'pulling manifest' }, fetching(0), fetching(100), { status: 'success' }));
    expect(await done).toBe('pulled');
    expect(steps).toEqual([
      { step: 'pulling manifest', doneBytes: null, totalBytes: null },
      { step: 'pulling aeda25e63ebd', doneBytes: 0, totalBytes: 100 },
      { step: 'pulling aeda25e63ebd', doneBytes: 100, totalBytes: 100 },
      { step: 'success', doneBytes: null, totalBytes: null },
    ]);
  });

  it.each([
    { name: 'a model that does not exist', behaviour: undefined, fault: 'not-found', says: /There is no model tiny:1b to pull/ },
    {
      name: 'a full disk',
      behaviour: lines({ error: 'write /root/.ollama: no space left on device' }),
      fault: 'bad-request',
      says: /has no room/,
    },
    {
      name: 'a machine without network',
      behaviour: lines({ error: 'Get "https://registry.ollama.ai/v2/": dial tcp: lookup registry.ollama.ai: no such host' }),
      fault: 'server',
      says: /could not reach the library/,
    },
    {
      name: 'a server that is too old',
      behaviour: lines({ error: 'pull model manifest: 412: The model you are pulling requires a newer version of Ollama.' }),
      fault: 'bad-request',
      says: /newer Ollama/,
    },
    { name: 'an end without success', behaviour: lines(fetching(50)), fault: 'protocol', says: /no end of the pull/ },
    { name: 'a dropped connection', behaviour: { ...lines(fetching(50)), dropAtEnd: true }, fault: 'unreachable', says: /dropped/ },
    {
      name: 'a refusal',
      behaviour: { kind: 'json', status: 500, body: { error: 'invalid model name' } } as Behaviour,
      fault: 'server',
      says: /failed on tiny:1b/,
    },
  ])('tells of $name', async ({ behaviour, fault, says }) => {
    const { done } = await pull(behaviour);
    const error = await done?.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ fault, message: expect.stringMatching(says) });
  });

  it('is cancelled by its signal, which frees the socket', { retry: 3 }, async () => {
    const stop = new AbortController();
    const { steps, done } = await pull({ ...lines(fetching(10)), hangAtEnd: true }, stop.signal);
    const settled = done?.catch((error: unknown) => error);
    await expect.poll(() => steps.length).toBe(1);
    const stoppedAt = performance.now();
    stop.abort();
    expect(await settled).toMatchObject({ fault: 'cancelled' });
    expect(((await server.requests[0]?.abandoned) ?? 0) - stoppedAt).toBeLessThan(100);
  });
});

describe('ollama_local: weights', () => {
  it('are loaded by an empty prompt with the window that calls begin with', async () => {
    const model = await connect({}, { keep_alive: '30m' });
    await model.warmUp?.(never());
    await model.call(requestOf('x'), never());
    expect(server.requests.find(({ path }) => path === '/api/generate')?.body).toMatchObject({
      model: MODEL,
      prompt: '',
      keep_alive: '30m',
      options: { num_ctx: 4096 },
    });
    expect(windowOf(chats()[0])).toBe(4096);
  });

  it('are freed at once', async () => {
    const model = await connect();
    await model.call(requestOf('x'), never());
    await model.unload?.();
    expect(server.requests.at(-1)?.body).toMatchObject({ model: MODEL, keep_alive: 0 });
    expect(await ollamaLocal.catalogue?.discover(providerEnv({ OLLAMA_HOST: server.url }), never())).toMatchObject([{ loaded: false }]);
  });

  it('that are not there cannot be loaded', async () => {
    const model = await connect({ models: [] });
    await expect(model.warmUp?.(never())).rejects.toMatchObject({ fault: 'not-found' });
  });

  it.each([
    { name: 'is their digest', options: { models: [{ name: MODEL, digest: 'sha256:abc' }] }, identity: 'sha256:abc' },
    { name: 'is not known where the server does not list them', options: { models: [] }, identity: null },
  ])('have an identity that $name', async ({ options, identity }) => {
    expect(await (await connect(options)).identity?.(never())).toBe(identity);
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
