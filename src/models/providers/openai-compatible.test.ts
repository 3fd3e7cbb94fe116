import { afterEach, describe, expect, it } from 'vitest';
import { type Behaviour, type ModelServer, type Recorded, startModelServer } from '../../../test/fakes/model-server.ts';
import { events, type FakeOpenAiOptions, refusal, startFakeOpenAi } from '../../../test/fakes/openai.ts';
import { entryFor, never, providerEnv, requestOf } from '../../../test/fakes/provider-env.ts';
import { openaiCompatible } from './openai-compatible.ts';

const MODEL = 'gpt-5-mini';
const ANSWER = '{"findings":[]}';
const OPERATORS_KEY = 'sk-operator-0123456789';

let server: ModelServer;
afterEach(() => server?.close());

async function connect(options: FakeOpenAiOptions = {}, settings: Record<string, unknown> = {}) {
  server = await startFakeOpenAi({ models: { [MODEL]: () => ANSWER }, ...options });
  return openaiCompatible.connect(entryFor(openaiCompatible, { model: MODEL, base_url: `${server.url}/v1`, settings }), providerEnv());
}
const chats = (): readonly Recorded[] => server.requests.filter(({ path }) => path === '/v1/chat/completions');
const scripted = (...script: Behaviour[]) => connect({ script });
const answers = (message: object, finish_reason: string | null = 'stop', more: object = {}): Behaviour => ({
  kind: 'json',
  body: { choices: [{ index: 0, message, finish_reason }], ...more },
});

describe('openai_compatible: what is asked', () => {
  it('asks steadily and held to the schema', async () => {
    const model = await connect();
    await model.call(requestOf('x'), never());
    expect(chats()[0]?.body).toEqual({
      model: MODEL,
      messages: requestOf('x').messages,
      max_tokens: 1024,
      temperature: 0,
      seed: 7,
      response_format: { type: 'json_schema', json_schema: { name: 'aegis_deep_scan', strict: true, schema: requestOf('x').schema } },
    });
  });

  it.each([
    { quirks: ['no-max-tokens'] as const, calls: 2, lacks: 'max_tokens', has: { max_completion_tokens: 1024 } },
    { quirks: ['no-answer-limit'] as const, calls: 3, lacks: 'max_completion_tokens', has: {} },
    { quirks: ['small-answer-limit'] as const, calls: 2, lacks: 'max_completion_tokens', has: { max_tokens: 256 } },
    { quirks: ['fixed-temperature'] as const, calls: 2, lacks: 'temperature', has: { seed: 7 } },
    { quirks: ['no-seed'] as const, calls: 2, lacks: 'seed', has: { temperature: 0 } },
    { quirks: ['no-seed-as-fastapi'] as const, calls: 2, lacks: 'seed', has: { temperature: 0 } },
    {
      quirks: ['no-system-role'] as const,
      calls: 2,
      lacks: 'stream',
      has: { messages: [{ role: 'user', content: 'Answer in JSON.\n\nx' }] },
    },
    {
      quirks: ['no-strict-schema'] as const,
      calls: 2,
      lacks: 'response_format.json_schema.strict',
      has: { response_format: { type: 'json_schema' } },
    },
    { quirks: ['no-json-schema'] as const, calls: 3, lacks: 'stream', has: { response_format: { type: 'json_object' } } },
    { quirks: ['no-response-format'] as const, calls: 4, lacks: 'response_format', has: {} },
    {
      quirks: ['no-max-tokens', 'fixed-temperature', 'no-seed', 'no-response-format'] as const,
      calls: 7,
      lacks: 'temperature',
      has: { max_completion_tokens: 1024 },
    },
  ])('learns $quirks within one call, once', async ({ quirks, calls, lacks, has }) => {
    const model = await connect({ quirks });
    expect((await model.call(requestOf('x'), never())).text).toBe(ANSWER);
    expect(chats()).toHaveLength(calls);
    expect((await model.call(requestOf('x'), never())).text).toBe(ANSWER);
    expect(chats()).toHaveLength(calls + 1);
    expect(chats().at(-1)?.body).not.toHaveProperty(lacks);
    expect(chats().at(-1)?.body).toMatchObject(has);
  });

  it('keeps nothing of what it tried in vain', async () => {
    const model = await scripted(
      refusal(400, 'bad temperature', 'temperature', ''),
      refusal(400, 'The moon is in the wrong house', null, ''),
    );
    await expect(model.call(requestOf('x'), never())).rejects.toMatchObject({ fault: 'bad-request' });
    await model.call(requestOf('x'), never());
    expect(chats().at(-1)?.body).toHaveProperty('temperature', 0);
  });
});

describe('openai_compatible: what is answered', () => {
  it.each([
    {
      name: 'text in parts',
      behaviour: answers({
        content: [
          { type: 'text', text: '{"find' },
          { type: 'text', text: 'ings":[]}' },
        ],
      }),
      reply: { text: ANSWER, finish: 'complete' },
    },
    {
      name: 'reasoning beside the answer',
      behaviour: answers({ content: ANSWER, reasoning_content: 'Hm.' }),
      reply: { text: ANSWER, finish: 'complete' },
    },
    { name: 'no finish reason', behaviour: answers({ content: ANSWER }, null), reply: { text: ANSWER, finish: 'complete' } },
    {
      name: 'reasoning that ate the budget',
      behaviour: answers({ content: '', reasoning_content: 'Hm.' }, 'length'),
      reply: { text: '', finish: 'length' },
    },
    { name: 'Mistral’s word for a full window', behaviour: answers({ content: '{' }, 'model_length'), reply: { finish: 'length' } },
    {
      name: 'a content filter',
      behaviour: answers({ content: '' }, 'content_filter'),
      reply: { finish: 'refused', reason: 'a content filter stopped the answer' },
    },
    { name: 'a refusal in parts', behaviour: answers({ content: [{ type: 'refusal', refusal: 'No.' }] }), reply: { finish: 'refused' } },
    {
      name: 'a prompt refused by a filter',
      behaviour: refusal(400, 'The response was filtered', 'prompt', 'content_filter'),
      reply: { finish: 'refused', reason: 'a content filter refused the prompt' },
    },
    {
      name: 'a count of 0 tokens',
      behaviour: answers({ content: ANSWER }, 'stop', { usage: { prompt_tokens: 0, completion_tokens: 0 } }),
      reply: { tokensIn: null, tokensOut: null },
    },
    {
      name: 'counted tokens',
      behaviour: answers({ content: ANSWER }, 'stop', { usage: { prompt_tokens: 11, completion_tokens: 5 } }),
      reply: { tokensIn: 11, tokensOut: 5 },
    },
  ])('reads $name', async ({ behaviour, reply }) => {
    expect(await (await scripted(behaviour)).call(requestOf('x'), never())).toMatchObject(reply);
  });

  it('does not take the answer to half a prompt for a full opinion', async () => {
    const model = await scripted(answers({ content: ANSWER }, 'stop', { usage: { prompt_tokens: 2050, completion_tokens: 5 } }));
    const reply = await model.call(requestOf('const total = price * quantity + tax;\n'.repeat(700)), never());
    expect(reply.finish).toBe('length');
    expect(reply.reason).toMatch(/^the server cut the prompt: it read 2050 tokens/);
  });

  it.each([
    {
      name: 'a fault sent with status 200',
      behaviour: { kind: 'json', body: { error: { code: 429, message: 'slow down' } } },
      fault: 'rate-limited',
    },
    {
      name: 'a fault within a choice',
      behaviour: { kind: 'json', body: { choices: [{ error: { code: 502, message: 'gone' }, message: null }] } },
      fault: 'server',
    },
    { name: 'no choices', behaviour: { kind: 'json', body: { choices: [] } }, fault: 'protocol' },
    { name: 'an empty body', behaviour: { kind: 'text', body: '' }, fault: 'protocol' },
    { name: '402', behaviour: refusal(402, 'Insufficient credits', null, ''), fault: 'unauthorized' },
    {
      name: '429 for want of money',
      behaviour: refusal(429, 'You exceeded your current quota', null, 'insufficient_quota'),
      fault: 'unauthorized',
    },
    { name: '403', behaviour: refusal(403, 'no access', null, ''), fault: 'unauthorized' },
    {
      name: 'a wrong key under 400',
      behaviour: refusal(400, 'API key not valid. Please pass a valid API key.', null, ''),
      fault: 'unauthorized',
    },
    {
      name: '404 from a wrong path',
      behaviour: { kind: 'text', status: 404, contentType: 'text/html', body: '<h1>Not Found</h1>' },
      fault: 'not-found',
    },
    { name: '408', behaviour: refusal(408, 'timeout', null, ''), fault: 'server' },
    { name: '413', behaviour: { kind: 'text', status: 413, body: 'Payload Too Large' }, fault: 'too-large' },
    { name: '418', behaviour: { kind: 'text', status: 418, body: 'teapot' }, fault: 'bad-request' },
    { name: '529', behaviour: refusal(529, 'Overloaded', null, ''), fault: 'server' },
  ] as const)('calls $name a fault: $fault', async ({ behaviour, fault }) => {
    await expect((await scripted(behaviour)).call(requestOf('x'), never())).rejects.toMatchObject({ fault });
  });

  it.each([
    { name: 'seconds', headers: { 'retry-after': '2.5' }, ms: 2500 },
    { name: 'milliseconds', headers: { 'retry-after-ms': '120' }, ms: 120 },
    { name: 'a date', headers: { date: 'Wed, 21 Oct 2015 07:28:00 GMT', 'retry-after': 'Wed, 21 Oct 2015 07:28:30 GMT' }, ms: 30_000 },
    { name: 'nothing', headers: {}, ms: null },
    { name: 'nonsense', headers: { 'retry-after': 'soon' }, ms: null },
  ])('reads a wait given as $name', async ({ headers, ms }) => {
    const model = await scripted(refusal(429, 'slow down', null, '', headers as unknown as Record<string, string>));
    await expect(model.call(requestOf('x'), never())).rejects.toMatchObject({ fault: 'rate-limited', retryAfterMs: ms });
  });

  it('quotes what helps', async () => {
    const model = await scripted(refusal(400, 'The moon is in\nthe wrong house', null, ''));
    await expect(model.call(requestOf('x'), never())).rejects.toThrow('(HTTP 400): “The moon is in the wrong house”');
  });
});

describe('openai_compatible: streams', () => {
  const delta = (content: string, finish_reason: string | null = null) => ({ choices: [{ index: 0, delta: { content }, finish_reason }] });
  const hear = async (behaviour: Behaviour) => {
    const model = await scripted(behaviour);
    const heard: string[] = [];
    const reply = await model.call(requestOf('x'), never(), (text) => heard.push(text)).catch((error: unknown) => error);
    return { heard, reply };
  };

  it('asks for one, with its count of tokens, and tells each part', async () => {
    const model = await connect();
    const heard: string[] = [];
    const reply = await model.call(requestOf('x'), never(), (text) => heard.push(text));
    expect(chats()[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(reply).toMatchObject({ text: ANSWER, finish: 'complete', tokensOut: expect.any(Number) });
    expect(heard).toEqual([ANSWER.slice(0, 8), ANSWER.slice(8)]);
  });

  it.each([
    {
      name: 'a fault before any text',
      behaviour: events({ error: { code: 503, message: 'Provider returned error' } }),
      reply: { fault: 'server' },
    },
    {
      name: 'a limit of the rate in the stream',
      behaviour: events({ error: { code: 429, message: 'Rate limit reached' } }),
      reply: { fault: 'rate-limited' },
    },
    {
      name: 'a fault after some text',
      behaviour: events(delta('{"f'), {
        error: { code: 502, message: 'gone' },
        choices: [{ delta: { content: '' }, finish_reason: 'error' }],
      }),
      reply: { finish: 'length', reason: 'the stream stopped half way', text: '{"f' },
    },
    {
      name: 'an end without a word',
      behaviour: { ...events(delta('{"f')), pieces: events(delta('{"f')).pieces.slice(0, 1) },
      reply: { finish: 'length', reason: 'the stream stopped half way' },
    },
    { name: 'nothing', behaviour: { ...events(), pieces: [] }, reply: { fault: 'protocol' } },
    { name: 'an end and nothing before it', behaviour: events(), reply: { fault: 'protocol' } },
    { name: 'data that is no JSON', behaviour: { ...events(), pieces: ['data: {oh no\n\n'] }, reply: { fault: 'protocol' } },
    {
      name: 'an end that is dropped after the finish reason',
      behaviour: { ...events(delta(ANSWER, 'stop')), pieces: events(delta(ANSWER, 'stop')).pieces.slice(0, 1), dropAtEnd: true },
      reply: { finish: 'complete', text: ANSWER },
    },
    {
      name: 'a cut',
      behaviour: events(delta('{"f', 'length')),
      reply: { finish: 'length', reason: 'the answer was cut by its token limit' },
    },
    { name: 'a filter', behaviour: events(delta('{"f', 'content_filter')), reply: { finish: 'refused', text: '{"f' } },
    {
      name: 'a fault sent whole with status 200',
      behaviour: { kind: 'json', body: { error: { code: 401, message: 'no' } } } as Behaviour,
      reply: { fault: 'unauthorized' },
    },
    {
      name: 'a second choice beside the first',
      behaviour: events(delta(ANSWER), { choices: [{ index: 1, delta: { content: 'other' } }] }, delta('', 'stop')),
      reply: { text: ANSWER },
    },
  ])('reads $name', async ({ behaviour, reply }) => expect((await hear(behaviour)).reply).toMatchObject(reply));
});

describe('openai_compatible: Azure', () => {
  const KEY = 'azure-0123456789';
  const toFake = (seen: string[]): typeof globalThis.fetch => {
    const { fetch } = providerEnv();
    return async (input, init) => {
      const url = new URL(String(input));
      seen.push(url.href);
      return await fetch(`${server.url}${url.pathname}${url.search}`, init);
    };
  };

  it.each([
    {
      base_url: 'https://x.openai.azure.com/openai/deployments/gpt',
      url: '/openai/deployments/gpt/chat/completions?api-version=2024-10-21',
    },
    {
      base_url: 'https://x.openai.azure.com/openai/deployments/gpt',
      settings: { api_version: '2025-04-01-preview' },
      url: '/openai/deployments/gpt/chat/completions?api-version=2025-04-01-preview',
    },
    {
      base_url: 'https://x.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2025-01-01-preview',
      url: '/openai/deployments/gpt/chat/completions?api-version=2025-01-01-preview',
    },
    { base_url: 'https://x.openai.azure.com/openai/v1/', url: '/openai/v1/chat/completions' },
    { base_url: 'https://x.openai.azure.com', url: '/openai/v1/chat/completions' },
    {
      base_url: 'https://x.openai.azure.us/openai/v1',
      settings: { api_version: 'preview' },
      url: '/openai/v1/chat/completions?api-version=preview',
    },
    {
      base_url: 'https://x.cognitiveservices.azure.com/openai/deployments/gpt',
      url: '/openai/deployments/gpt/chat/completions?api-version=2024-10-21',
    },
  ])('is called at $base_url with $settings', async ({ base_url, settings = {}, url }) => {
    server = await startFakeOpenAi({ script: [answers({ content: ANSWER })] });
    const seen: string[] = [];
    const env = { ...providerEnv({ AZURE: KEY }), fetch: toFake(seen) };
    const entry = entryFor(openaiCompatible, { model: 'gpt', base_url, api_key: 'env:AZURE', settings });
    await openaiCompatible
      .connect(entry, env)
      .call(requestOf('x'), never())
      .catch(() => {});
    expect(seen[0]?.slice(new URL(base_url).origin.length)).toBe(url);
    expect(server.requests[0]?.headers).toMatchObject({ 'api-key': KEY });
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  const atDeployment = (settings: Record<string, unknown>, variables: Record<string, string> = { AZURE: KEY }) =>
    openaiCompatible.connect(
      entryFor(openaiCompatible, { model: MODEL, base_url: `${server.url}/openai/deployments/gpt`, api_key: 'env:AZURE', settings }),
      providerEnv(variables),
    );

  it('answers at a deployment', async () => {
    server = await startFakeOpenAi({ key: KEY, azure: { deployment: 'gpt' }, models: { [MODEL]: () => ANSWER } });
    expect((await atDeployment({}).call(requestOf('x'), never())).text).toBe(ANSWER);
    expect((await atDeployment({}).call(requestOf('x'), never(), () => {})).text).toBe(ANSWER);
  });

  it('takes tokens of Entra ID as everybody does', async () => {
    server = await startFakeOpenAi({ script: [answers({ content: ANSWER })] });
    await atDeployment({}, { AZURE: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln' })
      .call(requestOf('x'), never())
      .catch(() => {});
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln' });
  });

  it('shows its key nowhere', async () => {
    server = await startFakeOpenAi({
      key: KEY,
      azure: { deployment: 'gpt' },
      script: [refusal(400, `bad key azure-0123456789`, null, '')],
    });
    const error = await atDeployment({})
      .call(requestOf('x'), never())
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ fault: 'bad-request' });
    expect(String(error)).not.toContain(KEY);
  });

  it('names the key that was refused', async () => {
    server = await startFakeOpenAi({ key: 'another', azure: { deployment: 'gpt' } });
    await expect(atDeployment({}).call(requestOf('x'), never())).rejects.toThrow('The key in AZURE was refused');
  });
});

describe('openai_compatible: gateways', () => {
  it('sends further headers, with the keys that they name, and shows none', async () => {
    server = await startFakeOpenAi({
      models: { [MODEL]: () => ANSWER },
      script: [refusal(400, 'no such gateway key gk-0123456789', null, '')],
    });
    const settings = { headers: { 'X-Gateway-Key': 'env:GATEWAY', 'X-Title': 'Aegis' } };
    const entry = entryFor(openaiCompatible, { model: MODEL, base_url: `${server.url}/v1`, settings });
    const error = await openaiCompatible
      .connect(entry, providerEnv({ GATEWAY: 'gk-0123456789' }))
      .call(requestOf('x'), never())
      .catch(String);
    expect(chats()[0]?.headers).toMatchObject({ 'x-gateway-key': 'gk-0123456789', 'x-title': 'Aegis' });
    expect(error).not.toContain('gk-0123456789');
  });
});

describe('openai_compatible: what the server has', () => {
  const discover = async (listed: Readonly<Record<string, unknown>>) => {
    server = await startFakeOpenAi({ models: { 'qwen2.5-7b': () => ANSWER }, listed });
    return await openaiCompatible.catalogue?.discover(providerEnv(), never(), { baseUrl: `${server.url}/v1` });
  };
  const unknown = {
    sizeBytes: null,
    parameters: null,
    quantisation: null,
    contextLength: null,
    family: 'qwen',
    digest: null,
    loaded: null,
  };

  it.each([
    { server: 'OpenAI', listed: {}, found: {} },
    { server: 'vLLM', listed: { max_model_len: 32_768 }, found: { contextLength: 32_768 } },
    { server: 'OpenRouter', listed: { context_length: 131_072 }, found: { contextLength: 131_072 } },
    { server: 'Groq', listed: { context_window: 8192 }, found: { contextLength: 8192 } },
    { server: 'Mistral', listed: { max_context_length: 262_144 }, found: { contextLength: 262_144 } },
    {
      server: 'llama.cpp',
      listed: { meta: { n_ctx_train: 40_960, n_params: 7_615_616_512, size: 4_677_120_000 } },
      found: { contextLength: 40_960, parameters: '7.6B', sizeBytes: 4_677_120_000 },
    },
    { server: 'a server that tells nonsense', listed: { context_length: 'long', meta: 7 }, found: {} },
  ])('is told by $server as far as it tells', async ({ listed, found }) => {
    expect(await discover(listed)).toEqual([{ name: 'qwen2.5-7b', ...unknown, ...found }]);
  });

  it('is told by LM Studio at an address of its own', async () => {
    const models = [{ id: 'qwen2.5-7b', type: 'llm', arch: 'qwen2', quantization: 'Q4_K_M', state: 'loaded', max_context_length: 32_768 }];
    server = await startModelServer(({ path }) => ({
      kind: 'json',
      body:
        path === '/api/v0/models' ? { data: models } : { data: [{ id: 'qwen2.5-7b', object: 'model', owned_by: 'organization_owner' }] },
    }));
    expect(await openaiCompatible.catalogue?.discover(providerEnv(), never(), { baseUrl: `${server.url}/v1` })).toEqual([
      { ...unknown, name: 'qwen2.5-7b', quantisation: 'Q4_K_M', contextLength: 32_768, family: 'qwen2', loaded: true },
    ]);
  });

  it('needs the key where the server wants one', async () => {
    server = await startFakeOpenAi({ key: 'sk-listed-0123456789', models: { m: () => ANSWER } });
    const env = providerEnv({ LISTED: 'sk-listed-0123456789' });
    const baseUrl = `${server.url}/v1`;
    await expect(openaiCompatible.catalogue?.discover(env, never(), { baseUrl })).rejects.toMatchObject({ fault: 'unauthorized' });
    expect(await openaiCompatible.catalogue?.discover(env, never(), { baseUrl, apiKey: 'env:LISTED' })).toMatchObject([{ name: 'm' }]);
    await expect(openaiCompatible.catalogue?.discover(env, never(), { baseUrl, apiKey: 'sk-listed-0123456789' })).rejects.toThrow(
      'must name where the key is',
    );
  });
});

describe('openai_compatible: keys', () => {
  const connectWith = (settings: Record<string, unknown>, variables: Record<string, string>) =>
    openaiCompatible.connect(entryFor(openaiCompatible, { model: MODEL, settings }), providerEnv(variables));

  it.each([
    { name: 'the operator’s key to the operator’s address', settings: () => ({}), sent: `Bearer ${OPERATORS_KEY}` },
    { name: 'no key to an address that the entry names', settings: (url: string) => ({ base_url: url }), sent: undefined },
    { name: 'the key that the entry names', settings: (url: string) => ({ base_url: url, api_key: 'env:OTHER' }), sent: 'Bearer sk-other' },
  ])('sends $name', async ({ settings, sent }) => {
    server = await startFakeOpenAi({ models: { [MODEL]: () => ANSWER } });
    const url = `${server.url}/v1`;
    const stray = { OPENAI_API_KEY: OPERATORS_KEY, OPENAI_ORG_ID: 'org-1', OPENAI_CUSTOM_HEADERS: `x-key: ${OPERATORS_KEY}` };
    Object.assign(process.env, stray);
    const model = connectWith(settings(url), { OPENAI_BASE_URL: url, OPENAI_API_KEY: ` ${OPERATORS_KEY}\n`, OTHER: 'sk-other' });
    await model.call(requestOf('x'), never());
    for (const name of Object.keys(stray)) delete process.env[name];
    const headers = chats()[0]?.headers ?? {};
    expect(headers['authorization']).toBe(sent);
    expect(Object.keys(headers).sort()).toEqual(
      [
        'accept',
        ...(sent === undefined ? [] : ['authorization']),
        'connection',
        'content-length',
        'content-type',
        'host',
        'user-agent',
      ].sort(),
    );
  });

  it.each([
    {
      name: 'a key that the entry names and that is not set',
      settings: { api_key: 'env:MISSING' },
      variables: {},
      says: 'needs the key MISSING, which is not set',
    },
    { name: 'OpenAI without a key', settings: {}, variables: {}, says: 'needs the key OPENAI_API_KEY, which is not set' },
    {
      name: 'a key with a line break in it',
      settings: {},
      variables: { OPENAI_API_KEY: 'sk-a\nsk-b' },
      says: 'The key OPENAI_API_KEY holds characters',
    },
  ])('refuses $name', ({ settings, variables, says }) => {
    expect(() => connectWith(settings, variables as Record<string, string>)).toThrow(says);
  });

  it('refuses a key that stands in the configuration, and does not repeat it', () => {
    const error = (() => {
      try {
        return connectWith({ api_key: OPERATORS_KEY }, {});
      } catch (thrown) {
        return thrown as Error;
      }
    })();
    expect(String(error)).toContain('must name where the key is');
    expect(String(error)).not.toContain(OPERATORS_KEY);
  });

  it('names the variable whose key was refused', async () => {
    server = await startFakeOpenAi({ key: 'another' });
    const model = connectWith({ base_url: `${server.url}/v1`, api_key: 'env:MY_KEY' }, { MY_KEY: 'sk-wrong-0123456789' });
    await expect(model.call(requestOf('x'), never())).rejects.toThrow(
      `The key in MY_KEY was refused by ${server.url}/v1 for ${MODEL} (HTTP 401)`,
    );
  });

  it('says that a key is wanted where none was named', async () => {
    server = await startFakeOpenAi({ key: 'another' });
    const model = connectWith({ base_url: `${server.url}/v1` }, {});
    await expect(model.call(requestOf('x'), never())).rejects.toThrow(`${server.url}/v1 wants a key for ${MODEL}`);
  });
});

describe('openai_compatible: health', () => {
  it('names a listed model that is near', async () => {
    const model = await connect({ models: { 'gpt-5-min': () => ANSWER } });
    expect(await model.health(never())).toEqual({
      available: false,
      detail: `${server.url}/v1 answers, but does not list ${MODEL}; it lists gpt-5-min.`,
    });
  });

  it('says what to do about a wrong key', async () => {
    const model = await connect({ key: 'another' });
    expect(await model.health(never())).toEqual({
      available: false,
      detail: `${server.url}/v1 wants a key for ${MODEL} (HTTP 401): name one with \`api_key: env:NAME\`.`,
    });
  });
});
