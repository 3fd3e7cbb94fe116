import { afterEach, describe, expect, it } from 'vitest';
import type { Behaviour, ModelServer } from '../../../../test/fakes/model-server.ts';
import { startFakeOpenAi } from '../../../../test/fakes/openai.ts';
import { entryFor, never, providerEnv, remembering, requestOf } from '../../../../test/fakes/provider-env.ts';
import { formatRefusals } from '../../../../test/fixtures/openai/format-refusals.ts';
import { messageRefusals } from '../../../../test/fixtures/openai/message-refusals.ts';
import { parameterRefusals } from '../../../../test/fixtures/openai/parameter-refusals.ts';
import { isSchema, openai } from '../../../../test/fixtures/openai/refusal.ts';
import { strangeAnswers } from '../../../../test/fixtures/openai/strange-answers.ts';
import { streamRefusals } from '../../../../test/fixtures/openai/stream-refusals.ts';
import { openaiCompatible } from '../openai-compatible.ts';

const MODEL = 'a-model';
const ANSWER = '{"findings":[]}';
const REFUSALS = [...parameterRefusals, ...messageRefusals, ...formatRefusals, ...streamRefusals];

let server: ModelServer;
afterEach(() => server?.close());

describe('quirks that are learned from a refusal', () => {
  it.each(REFUSALS)('by $of', async (row) => {
    const { learns, when, status = 400, body, settings = {}, streamed = false, schema, after } = row;
    const answer: Behaviour = typeof body === 'string' ? { kind: 'text', status, body } : { kind: 'json', status, body };
    server = await startFakeOpenAi({ models: { [MODEL]: () => ANSWER }, refuses: [{ when, answer }] });
    const quirks = remembering();
    const connect = () =>
      openaiCompatible.connect(entryFor(openaiCompatible, { model: MODEL, base_url: `${server.url}/v1`, settings }), {
        ...providerEnv(),
        quirks,
      });
    const ask = async (model: ReturnType<typeof connect>) =>
      await model.call(requestOf('x', schema === undefined ? {} : { schema }), never(), ...(streamed ? [() => {}] : []));

    const model = connect();
    expect(await ask(model)).toMatchObject({ text: ANSWER, finish: 'complete' });
    const learned = [...quirks.learned.values()][0]?.map(({ id }) => id) ?? [];
    expect([...learned].sort()).toEqual([learns].flat().sort());
    expect(quirks.learned.keys().next().value).toBe(`openai_compatible ${server.url} ${MODEL}`);
    const changed = server.requests.at(-1)?.body ?? {};
    after(changed);

    const tried = server.requests.length;
    await ask(model);
    expect(await ask(connect())).toMatchObject({ text: ANSWER });
    expect(server.requests.slice(tried).map((request) => request.body)).toEqual([changed, changed]);
  });

  it('of two messages of one role, which become one', async () => {
    const inARow = (body: Record<string, unknown>) =>
      (body['messages'] as { role: string }[]).filter(({ role }) => role === 'user').length > 1;
    const answer: Behaviour = {
      kind: 'json',
      status: 400,
      body: openai('After the optional system message, conversation roles must alternate user/assistant'),
    };
    server = await startFakeOpenAi({ models: { [MODEL]: () => ANSWER }, refuses: [{ when: inARow, answer }] });
    const model = openaiCompatible.connect(entryFor(openaiCompatible, { model: MODEL, base_url: `${server.url}/v1` }), providerEnv());
    const messages = [...requestOf('x').messages, { role: 'user', content: 'y' }] as const;
    expect((await model.call(requestOf('x', { messages }), never())).text).toBe(ANSWER);
    expect(server.requests.at(-1)?.body['messages']).toEqual([
      { role: 'system', content: 'Answer in JSON.' },
      { role: 'user', content: 'x\n\ny' },
    ]);
  });

  it('of JSON mode without the word, after a schema was refused', async () => {
    server = await startFakeOpenAi({
      models: { [MODEL]: () => ANSWER },
      refuses: [{ when: isSchema, answer: { kind: 'json', status: 400, body: openai('json_schema is not supported', 'response_format') } }],
    });
    const model = openaiCompatible.connect(entryFor(openaiCompatible, { model: MODEL, base_url: `${server.url}/v1` }), providerEnv());
    const messages = [{ role: 'user', content: 'Report weaknesses.' }] as const;
    expect((await model.call(requestOf('x', { messages }), never())).text).toBe(ANSWER);
    expect(server.requests.at(-1)?.body).toMatchObject({
      response_format: { type: 'json_object' },
      messages: [{ role: 'user', content: 'Report weaknesses.\n\nAnswer in JSON.' }],
    });
  });
});

describe('quirks that are noted of an answer', () => {
  it.each(strangeAnswers)('of $of', async ({ notes, streamed = false, behaviour }) => {
    server = await startFakeOpenAi({ models: {}, script: [behaviour] });
    const quirks = remembering();
    const entry = entryFor(openaiCompatible, { model: MODEL, base_url: `${server.url}/v1` });
    const heard: string[] = [];
    const model = openaiCompatible.connect(entry, { ...providerEnv(), quirks });
    const reply = await model.call(requestOf('x'), never(), ...(streamed ? [(text: string) => void heard.push(text)] : []));
    expect(reply).toMatchObject({ text: ANSWER, finish: 'complete', reason: null });
    if (!notes.includes('no-usage')) expect(reply).toMatchObject({ tokensIn: 9, tokensOut: 3 });
    if (streamed) expect(heard.join('')).toBe(ANSWER);
    expect([...quirks.learned.values()].flat().map(({ id }) => id)).toEqual(notes);
  });

  it('are known by their id and a sentence, 25 at least', () => {
    const tested = new Set([...REFUSALS.flatMap(({ learns }) => learns), ...strangeAnswers.flatMap(({ notes }) => notes), 'json-word']);
    expect([...tested].sort()).toEqual(openaiCompatible.quirks?.map(({ id }) => id).sort());
    expect(tested.size).toBeGreaterThanOrEqual(25);
  });
});

describe('nothing is learned', () => {
  const answering = async (...script: Behaviour[]) => {
    server = await startFakeOpenAi({ models: { [MODEL]: () => ANSWER }, script });
    const quirks = remembering();
    const entry = entryFor(openaiCompatible, { model: MODEL, base_url: `${server.url}/v1` });
    return { quirks, model: openaiCompatible.connect(entry, { ...providerEnv(), quirks }) };
  };
  const json = (status: number, body: unknown): Behaviour => ({ kind: 'json', status, body });

  it.each([
    {
      name: 'a prompt that is too long',
      answer: json(
        400,
        openai("This model's maximum context length is 8192 tokens, and max_tokens is 512", 'max_tokens', 'context_length_exceeded'),
      ),
    },
    {
      name: 'a prompt that fills the window, at vLLM',
      answer: json(
        400,
        openai(
          "'max_tokens' is too large: 1024. This model's maximum context length is 8192 tokens and your request has 8190 input tokens",
        ),
      ),
    },
    { name: 'something else', answer: json(400, openai('The moon is in the wrong house')) },
    { name: 'a fault that is not about the request', answer: json(429, openai('Rate limit for temperature readings', 'temperature')) },
  ])('from $name', async ({ answer }) => {
    const { quirks, model } = await answering(answer);
    await expect(model.call(requestOf('x'), never())).rejects.toThrow();
    expect(server.requests).toHaveLength(1);
    expect(quirks.learned.size).toBe(0);
  });

  it('from a server that refuses whatever is tried, and it ends', async () => {
    const refused = json(400, openai('max_tokens temperature seed top_p system role response_format stream content'));
    const { quirks, model } = await answering(...Array.from({ length: 40 }, () => refused));
    await expect(model.call(requestOf('x'), never())).rejects.toMatchObject({ fault: 'bad-request' });
    expect(server.requests.length).toBeLessThanOrEqual(11);
    expect(quirks.learned.size).toBe(0);
  });

  it('of an answer that thinking left no room for', async () => {
    const { quirks, model } = await answering(
      json(
        400,
        openai(
          'Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.',
        ),
      ),
    );
    expect(await model.call(requestOf('x'), never())).toMatchObject({ finish: 'length', text: '' });
    expect(quirks.learned.size).toBe(0);
  });

  it.each([
    { name: 'names that are no quirks', stored: [{ id: 'gone', value: null }] },
    {
      name: 'values that make no sense',
      stored: [
        { id: 'largest-answer-limit', value: 'many' },
        { id: 'schema-keywords', value: 7 },
        { id: 'other-reasoning-efforts', value: null },
      ],
    },
  ])('and nothing breaks, from a memory with $name', async ({ stored }) => {
    server = await startFakeOpenAi({ models: { [MODEL]: () => ANSWER } });
    const entry = entryFor(openaiCompatible, { model: MODEL, base_url: `${server.url}/v1` });
    const quirks = { recall: async () => stored, learn: async () => {} };
    await openaiCompatible.connect(entry, { ...providerEnv(), quirks }).call(requestOf('x'), never());
    expect(server.requests[0]?.body).toMatchObject({
      max_tokens: 1024,
      response_format: { json_schema: { schema: requestOf('x').schema } },
    });
  });

  it('and nothing breaks, from a memory that fails', async () => {
    server = await startFakeOpenAi({ models: { [MODEL]: () => ANSWER }, quirks: ['no-seed'] });
    const entry = entryFor(openaiCompatible, { model: MODEL, base_url: `${server.url}/v1` });
    const fails = async () => Promise.reject(new Error('no disk'));
    const model = openaiCompatible.connect(entry, { ...providerEnv(), quirks: { recall: fails, learn: fails } });
    expect((await model.call(requestOf('x'), never())).text).toBe(ANSWER);
  });
});
