import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FakeAnthropicOptions, startFakeAnthropic } from '../../../test/fakes/anthropic.ts';
import type { ModelServer } from '../../../test/fakes/model-server.ts';
import { entryFor, never, providerEnv, requestOf } from '../../../test/fakes/provider-env.ts';
import { behaviourOf, readVendorAnswers } from '../../../test/fakes/vendor-answers.ts';
import { anthropic } from './anthropic.ts';

const ANSWER = '{"findings":[]}';
const SCHEMA = { type: 'object', properties: { findings: { type: 'array' } }, required: ['findings'], additionalProperties: false };
const request = requestOf('x', { schema: SCHEMA });

let server: ModelServer;
afterEach(async () => {
  await server?.close();
  vi.unstubAllEnvs();
});

async function connect(options: FakeAnthropicOptions = {}, settings: Record<string, unknown> = {}, model = 'claude-haiku-4-5') {
  server = await startFakeAnthropic({ models: { [model]: () => ANSWER }, ...options });
  return anthropic.connect(entryFor(anthropic, { model, base_url: server.url, settings }), providerEnv());
}
const bodies = () => server.requests.map(({ body }) => body);

describe('anthropic: what is asked', () => {
  it('asks steadily and held to the schema, with the instructions apart', async () => {
    await (await connect()).call(request, never());
    expect(bodies()).toEqual([
      {
        model: 'claude-haiku-4-5',
        max_tokens: 1024,
        system: 'Answer in JSON.',
        messages: [{ role: 'user', content: 'x' }],
        temperature: 0,
        output_config: { format: { type: 'json_schema', schema: SCHEMA } },
      },
    ]);
  });

  it.each([
    { name: 'top_p alone, where only it was set', settings: { top_p: 0.5 }, has: { top_p: 0.5 }, lacks: ['temperature'] },
    { name: 'its effort', settings: { effort: 'low' }, has: { output_config: { effort: 'low' } }, lacks: [] },
    {
      name: 'reasoning with room of its own, and no sampling',
      settings: { thinking_budget: 2000 },
      has: { max_tokens: 3024, thinking: { type: 'enabled', budget_tokens: 2000 } },
      lacks: ['temperature', 'top_p'],
    },
    { name: 'its own limit', settings: { max_tokens: 99 }, has: { max_tokens: 99 }, lacks: [] },
  ])('sends $name', async ({ settings, has, lacks }) => {
    expect(await (await connect({}, settings)).call(request, never())).toMatchObject({ text: ANSWER });
    expect(bodies()[0]).toMatchObject(has);
    for (const field of lacks) expect(bodies()[0]).not.toHaveProperty(field);
  });

  it('leaves room beside the answer for models that reason without being asked', async () => {
    await (await connect({}, {}, 'claude-sonnet-5-5')).call(request, never());
    expect(bodies()[0]).toMatchObject({ max_tokens: 1024 + 8192 });
  });

  it.each([
    { quirks: ['no-temperature'] as const, settings: {}, calls: 2, lacks: ['temperature'], has: { max_tokens: 1024 } },
    {
      quirks: ['one-of-temperature-and-top-p'] as const,
      settings: { temperature: 0.1, top_p: 0.9 },
      calls: 2,
      lacks: ['top_p'],
      has: { temperature: 0.1 },
    },
    { quirks: ['small-answer-limit'] as const, settings: {}, calls: 2, lacks: [], has: { max_tokens: 256 } },
    { quirks: ['no-effort'] as const, settings: { effort: 'high' }, calls: 2, lacks: [], has: { output_config: { format: {} } } },
    {
      quirks: ['no-output-format'] as const,
      settings: {},
      calls: 2,
      lacks: ['output_config'],
      has: { tool_choice: { type: 'tool', name: 'answer' }, tools: [{ input_schema: SCHEMA }] },
    },
    { quirks: ['no-output-format', 'no-forced-tool'] as const, settings: {}, calls: 3, lacks: ['output_config', 'tools'], has: {} },
    {
      quirks: ['no-thinking-budget'] as const,
      settings: { thinking_budget: 2000 },
      calls: 2,
      lacks: ['temperature'],
      has: { thinking: { type: 'adaptive' } },
    },
    {
      quirks: ['no-thinking-budget', 'no-thinking'] as const,
      settings: { thinking_budget: 2000 },
      calls: 3,
      lacks: ['thinking'],
      has: { max_tokens: 1024, temperature: 0 },
    },
  ])('learns $quirks', async ({ quirks, settings, calls, lacks, has }) => {
    const model = await connect({ quirks }, settings);
    expect(await model.call(request, never())).toMatchObject({ text: ANSWER, finish: 'complete' });
    expect(bodies()).toHaveLength(calls);
    expect(bodies().at(-1)).toMatchObject(has);
    for (const field of lacks) expect(bodies().at(-1)).not.toHaveProperty(field);
    await model.call(request, never());
    expect(bodies()).toHaveLength(calls + 1);
  });

  it('takes nothing from the environment and writes nothing to the console', async () => {
    vi.stubEnv('ANTHROPIC_API_KEY', 'sk-of-the-environment');
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'token-of-the-environment');
    vi.stubEnv('ANTHROPIC_BASE_URL', 'http://127.0.0.1:9');
    vi.stubEnv('ANTHROPIC_CUSTOM_HEADERS', 'x-leak: secret-of-the-environment');
    vi.stubEnv('ANTHROPIC_LOG', 'debug');
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) => vi.spyOn(console, level));
    await (await connect({}, {}, 'claude-sonnet-4-5')).call(request, never());
    expect(JSON.stringify(server.requests[0]?.headers)).not.toMatch(/environment|x-stainless/);
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });
});

describe('anthropic: what is answered', () => {
  const fixture = (situation: string) => {
    const found = readVendorAnswers('anthropic').get(situation);
    if (found === undefined) throw new Error(`no answer for ${situation}`);
    return behaviourOf(found, '');
  };

  it.each([
    { situation: 'reasons beside its answer', reply: { text: ANSWER, tokensIn: 95, tokensOut: 40 } },
    { situation: 'declines', reply: { finish: 'refused', reason: 'the model declined (cyber)' } },
    { situation: 'is stopped by a content filter', reply: { finish: 'refused' } },
  ])('$situation', async ({ situation, reply }) => {
    expect(await (await connect({ script: [fixture(situation)] })).call(request, never())).toMatchObject(reply);
  });

  it.each([
    { situation: 'has no credit, under 400', fault: 'unauthorized' },
    { situation: 'is overloaded', fault: 'server' },
    { situation: 'names a wrong value', fault: 'bad-request' },
  ])('$situation', async ({ situation, fault }) => {
    await expect((await connect({ script: [fixture(situation)] })).call(request, never())).rejects.toMatchObject({ fault });
  });

  const stream = (events: readonly object[]) => ({
    kind: 'stream' as const,
    contentType: 'text/event-stream',
    pieces: events.map((event) => `event: ${'type' in event ? event.type : ''}\ndata: ${JSON.stringify(event)}\n\n`),
  });
  const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
  const text = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '{"fin' } };

  it('throws an error that stands first in a stream', async () => {
    const model = await connect({ script: [stream([overloaded])] });
    await expect(model.call(request, never(), () => {})).rejects.toMatchObject({
      fault: 'server',
      message: expect.stringContaining('529'),
    });
  });

  it.each([
    { name: 'an error', events: [text, overloaded] },
    { name: 'an end without a word on how it ended', events: [text] },
  ])('is cut by $name in the middle of a stream', async ({ events }) => {
    const model = await connect({ script: [stream(events)] });
    expect(await model.call(request, never(), () => {})).toMatchObject({ text: '{"fin', finish: 'length' });
  });
});

describe('anthropic: what models there are', () => {
  it('lists them with their windows', async () => {
    server = await startFakeAnthropic({ key: 'k', models: { 'claude-haiku-4-5': () => [], 'claude-opus-5': () => [] } });
    const models = await anthropic.catalogue?.discover(providerEnv({ MINE: 'k' }), never(), { baseUrl: server.url, apiKey: 'env:MINE' });
    expect(models).toMatchObject([{ name: 'claude-haiku-4-5', contextLength: 200_000, family: 'claude' }, { name: 'claude-opus-5' }]);
  });

  it('says of a list what is wrong with the key', async () => {
    server = await startFakeAnthropic({ key: 'k' });
    const listing = anthropic.catalogue?.discover(providerEnv({ MINE: 'wrong-key-0123' }), never(), {
      baseUrl: server.url,
      apiKey: 'env:MINE',
    });
    await expect(listing).rejects.toMatchObject({ fault: 'unauthorized', message: expect.not.stringContaining('wrong-key') });
  });

  it.each([
    { name: 'a model that is there', options: {}, health: { available: true } },
    {
      name: 'a slip in its name',
      options: { models: { 'claude-haiku-4-6': () => [] } },
      health: { available: false, detail: expect.stringContaining('it lists claude-haiku-4-6') },
    },
    {
      name: 'a gateway that lists nothing',
      options: { lists: false },
      health: { available: true, detail: expect.stringContaining('lists no models') },
    },
  ])('tells the health of $name', async ({ options, health }) => {
    expect(await (await connect(options)).health(never())).toMatchObject(health);
  });
});
