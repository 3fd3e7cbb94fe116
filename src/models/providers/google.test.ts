import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FakeGoogleOptions, startFakeGoogle } from '../../../test/fakes/google.ts';
import type { ModelServer } from '../../../test/fakes/model-server.ts';
import { entryFor, never, providerEnv, requestOf } from '../../../test/fakes/provider-env.ts';
import { google } from './google.ts';

const ANSWER = '{"findings":[]}';
const MODEL = 'gemini-2.5-flash';

let server: ModelServer;
afterEach(async () => {
  await server?.close();
  vi.unstubAllEnvs();
});

async function connect(options: FakeGoogleOptions = {}, settings: Record<string, unknown> = {}, model = MODEL) {
  server = await startFakeGoogle({ models: { [model]: () => ANSWER }, ...options });
  return google.connect(entryFor(google, { model, base_url: server.url, settings }), providerEnv());
}
const configs = () => server.requests.map(({ body }) => body['generationConfig'] as Record<string, unknown>);

describe('google: what is asked', () => {
  it('asks steadily and held to the schema, with the instructions apart', async () => {
    await (await connect({}, {}, 'gemma-3-27b-it')).call(requestOf('x'), never());
    expect(server.requests[0]?.path).toBe('/v1beta/models/gemma-3-27b-it:generateContent');
    expect(server.requests[0]?.body).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'x' }] }],
      systemInstruction: { parts: [{ text: 'Answer in JSON.' }] },
      generationConfig: {
        maxOutputTokens: 1024,
        temperature: 0,
        seed: 7,
        responseMimeType: 'application/json',
        responseJsonSchema: requestOf('x').schema,
      },
    });
  });

  it.each([
    { name: 'room beside the answer for a model that reasons without being asked', settings: {}, config: { maxOutputTokens: 1024 + 8192 } },
    {
      name: 'a budget for reasoning, and its room',
      settings: { thinking_budget: 2000 },
      config: { maxOutputTokens: 3024, thinkingConfig: { thinkingBudget: 2000 } },
    },
    { name: 'no reasoning', settings: { thinking_budget: 0 }, config: { maxOutputTokens: 1024, thinkingConfig: { thinkingBudget: 0 } } },
    { name: 'a level of reasoning', settings: { thinking_level: 'low' }, config: { thinkingConfig: { thinkingLevel: 'LOW' } } },
    { name: 'its sampling', settings: { top_p: 0.9, seed: 3, temperature: 0.2 }, config: { topP: 0.9, seed: 3, temperature: 0.2 } },
  ])('sends $name', async ({ settings, config }) => {
    expect(await (await connect({}, settings)).call(requestOf('x'), never())).toMatchObject({ text: ANSWER });
    expect(configs()[0]).toMatchObject(config);
  });

  it.each([
    { quirks: ['no-seed'] as const, settings: {}, calls: 2, lacks: ['seed'], has: {} },
    { quirks: ['fixed-sampling'] as const, settings: {}, calls: 2, lacks: ['temperature'], has: {} },
    {
      quirks: ['no-answer-schema'] as const,
      settings: {},
      calls: 2,
      lacks: ['responseJsonSchema'],
      has: { responseMimeType: 'application/json' },
    },
    { quirks: ['schema-too-complex'] as const, settings: {}, calls: 2, lacks: ['responseJsonSchema'], has: {} },
    { quirks: ['no-json-mode'] as const, settings: {}, calls: 2, lacks: ['responseJsonSchema', 'responseMimeType'], has: {} },
    { quirks: ['thinks-always'] as const, settings: { thinking_budget: 0 }, calls: 2, lacks: ['thinkingConfig'], has: {} },
    { quirks: ['no-thinking'] as const, settings: { thinking_level: 'high' }, calls: 2, lacks: ['thinkingConfig'], has: {} },
    { quirks: ['small-answer-limit'] as const, settings: {}, calls: 2, lacks: [], has: { maxOutputTokens: 256 } },
    {
      quirks: ['no-system-instruction', 'no-json-mode'] as const,
      settings: {},
      calls: 3,
      lacks: ['responseMimeType'],
      has: {},
    },
  ])('learns $quirks', async ({ quirks, settings, calls, lacks, has }) => {
    const model = await connect({ quirks }, settings);
    expect(await model.call(requestOf('x'), never())).toMatchObject({ text: ANSWER, finish: 'complete' });
    expect(server.requests).toHaveLength(calls);
    expect(configs().at(-1)).toMatchObject(has);
    for (const field of lacks) expect(configs().at(-1)).not.toHaveProperty(field);
    await model.call(requestOf('x'), never());
    expect(server.requests).toHaveLength(calls + 1);
  });

  it('opens the prompt with the instructions where they cannot stand apart', async () => {
    await (await connect({ quirks: ['no-system-instruction'] })).call(requestOf('x'), never());
    expect(server.requests[1]?.body).toMatchObject({ contents: [{ parts: [{ text: 'Answer in JSON.' }, { text: 'x' }] }] });
    expect(server.requests[1]?.body).not.toHaveProperty('systemInstruction');
  });

  it('takes nothing from the environment and writes nothing to the console', async () => {
    vi.stubEnv('GOOGLE_API_KEY', 'key-of-the-environment');
    vi.stubEnv('GEMINI_API_KEY', 'other-key-of-the-environment');
    vi.stubEnv('GOOGLE_GENAI_USE_VERTEXAI', 'true');
    vi.stubEnv('GOOGLE_GEMINI_BASE_URL', 'http://127.0.0.1:9');
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) => vi.spyOn(console, level));
    await (await connect()).call(requestOf('x'), never());
    expect(JSON.stringify(server.requests[0]?.headers)).not.toMatch(/environment|x-goog/);
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });

  it.each(['../../upload', 'models/../x', 'a?b', 'a b', ''])('takes %j for no name of a model', async (name) => {
    await expect(connect({}, {}, name)).rejects.toThrow();
  });
});

describe('google: what is answered', () => {
  const whole = (body: unknown) => ({ kind: 'answer' as const, body });
  it.each([
    { finishReason: 'RECITATION', finish: 'refused' },
    { finishReason: 'SPII', finish: 'refused' },
    { finishReason: 'OTHER', finish: 'refused' },
    { finishReason: 'MALFORMED_FUNCTION_CALL', finish: 'complete' },
    { finishReason: 'FINISH_REASON_UNSPECIFIED', finish: 'complete' },
  ])('ends as $finish with $finishReason', async ({ finishReason, finish }) => {
    const model = await connect({ script: [whole({ candidates: [{ content: { parts: [] }, finishReason }] })] });
    expect(await model.call(requestOf('x'), never())).toMatchObject({ text: '', finish });
  });

  it('counts reasoning as answer, because it is paid as such', async () => {
    const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 9, thoughtsTokenCount: 31 };
    const model = await connect({
      script: [whole({ candidates: [{ content: { parts: [{ text: 'x' }] }, finishReason: 'STOP' }], usageMetadata })],
    });
    expect(await model.call(requestOf('x'), never())).toMatchObject({ tokensIn: 10, tokensOut: 40 });
  });

  const stream = (...events: readonly unknown[]) => ({
    kind: 'stream' as const,
    contentType: 'text/event-stream',
    pieces: events.map((event) => `data: ${JSON.stringify(event)}\n\n`),
  });
  const text = { candidates: [{ content: { parts: [{ text: '{"fin' }] } }] };
  const overloaded = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } };

  it('throws an error that stands first in a stream', async () => {
    const model = await connect({ script: [stream(overloaded)] });
    await expect(model.call(requestOf('x'), never(), () => {})).rejects.toMatchObject({
      fault: 'server',
      message: expect.stringContaining('503'),
    });
  });

  it.each([
    { name: 'an error', events: [text, overloaded] },
    { name: 'an end without a word on how it ended', events: [text] },
  ])('is cut by $name in the middle of a stream', async ({ events }) => {
    const model = await connect({ script: [stream(...events)] });
    expect(await model.call(requestOf('x'), never(), () => {})).toMatchObject({ text: '{"fin', finish: 'length' });
  });
});

describe('google: what models there are', () => {
  it('lists those that write text, with their windows', async () => {
    server = await startFakeGoogle({ key: 'k' });
    const models = await google.catalogue?.discover(providerEnv({ MINE: 'k' }), never(), {
      baseUrl: `${server.url}/v1beta`,
      apiKey: 'env:MINE',
    });
    expect(models).toMatchObject([{ name: MODEL, contextLength: 1_048_576, family: 'gemini' }]);
  });

  it('guesses at a slip in a name', async () => {
    const model = await connect({ models: { 'gemini-2.6-flash': () => [] } });
    expect(await model.health(never())).toMatchObject({ available: false, detail: expect.stringContaining('it lists gemini-2.6-flash') });
  });
});
