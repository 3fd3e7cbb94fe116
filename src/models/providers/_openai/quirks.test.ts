import { afterEach, describe, expect, it } from 'vitest';
import type { Behaviour, ModelServer } from '../../../../test/fakes/model-server.ts';
import { events, startFakeOpenAi } from '../../../../test/fakes/openai.ts';
import { entryFor, never, providerEnv, remembering, requestOf } from '../../../../test/fakes/provider-env.ts';
import { openaiCompatible } from '../openai-compatible.ts';

const MODEL = 'a-model';
const ANSWER = '{"findings":[]}';
type Body = Record<string, unknown>;

let server: ModelServer;
afterEach(() => server?.close());

/** Refusals as servers word them: when one comes, what is learned of it, and what the request says from then on. */
interface Row {
  readonly of: string;
  readonly learns: string | readonly string[];
  readonly when: (body: Body) => boolean;
  readonly status?: number;
  readonly body: unknown;
  readonly settings?: Body;
  readonly streamed?: boolean;
  readonly schema?: Readonly<Record<string, unknown>>;
  readonly after: (body: Body) => void;
}

const openai = (message: string, param: string | null = null, code: string | null = null) => ({
  error: { message, type: 'invalid_request_error', param, code },
});
const detail = (field: string, msg = 'Extra inputs are not permitted', type = 'extra_forbidden') => ({
  detail: [{ type, loc: ['body', ...field.split('.')], msg, input: null }],
});
const has = (field: string) => (body: Body) => field in body;
const hasNot = (field: string) => (body: Body) => expect(body).not.toHaveProperty(field);
const format = (body: Body) =>
  body['response_format'] as { type?: string; json_schema?: { strict?: boolean; schema?: unknown } } | undefined;
const roles = (body: Body) => (body['messages'] as { role: string }[]).map(({ role }) => role);

const PARAMETERS: readonly Row[] = [
  {
    of: 'OpenAI of max_tokens',
    learns: 'no-max-tokens',
    when: has('max_tokens'),
    body: openai(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'max_tokens',
      'unsupported_parameter',
    ),
    after: (body) => expect(body).toMatchObject({ max_completion_tokens: 1024 }),
  },
  {
    of: 'Azure of max_tokens',
    learns: 'no-max-tokens',
    when: has('max_tokens'),
    body: openai(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'max_tokens',
      'unsupported_parameter',
    ),
    after: hasNot('max_tokens'),
  },
  {
    of: 'a server that knows neither name',
    learns: ['no-max-tokens', 'no-max-completion-tokens'],
    when: (body) => 'max_tokens' in body || 'max_completion_tokens' in body,
    status: 422,
    body: detail('max_completion_tokens'),
    after: hasNot('max_completion_tokens'),
  },
  ...[
    { of: 'OpenAI', said: 'max_tokens is too large: 1024. This model supports at most 512 completion tokens, whereas you provided 1024.' },
    {
      of: 'Groq',
      said: '`max_tokens` must be less than or equal to `512`, the maximum value for `max_tokens` is less than the `context_window` for this model',
    },
    { of: 'DeepSeek', said: 'Invalid max_tokens value, the valid range of max_tokens is [1, 512]' },
    { of: 'Together', said: 'Input validation error: `max_tokens` must be <= 512. Given: 1024' },
    { of: 'Cohere', said: 'too many tokens: max_tokens must be less than or equal to 512, the maximum output for this model is 512' },
    { of: 'Anthropic', said: 'max_tokens: 1024 > 512, which is the maximum allowed number of output tokens for claude-3-haiku-20240307' },
    { of: 'DashScope', said: 'Range of max_tokens should be [1, 512]' },
    { of: 'Cerebras', said: 'max_tokens cannot exceed 512 for this model' },
  ].map(
    ({ of, said }): Row => ({
      of: `${of} of a limit that is too large`,
      learns: 'largest-answer-limit',
      when: (body) => Number(body['max_tokens']) > 512,
      body: openai(said, 'max_tokens'),
      after: (body) => expect(body).toMatchObject({ max_tokens: 512 }),
    }),
  ),
  {
    of: 'vLLM of a window that holds prompt and answer',
    learns: 'window-holds-prompt-and-answer',
    when: (body) => Number(body['max_tokens']) > 1000,
    body: {
      object: 'error',
      message:
        "'max_tokens' or 'max_completion_tokens' is too large: 1024. This model's maximum context length is 1024 tokens and your request has 60 input tokens (1024 > 1024 - 60). None",
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
    after: (body) => expect(Number(body['max_tokens'])).toBeLessThan(1000),
  },
  ...[
    { of: 'OpenAI', said: "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported." },
    { of: 'Moonshot', said: 'invalid temperature: only 1 is allowed for this model' },
    { of: 'a gateway', said: '`temperature` is deprecated for this model.' },
    {
      of: 'LiteLLM',
      said: "litellm.UnsupportedParamsError: gpt-5 models don't support temperature=0. Only temperature=1 is supported. To drop unsupported params set `litellm.drop_params = True`",
    },
  ].map(
    ({ of, said }): Row => ({
      of: `${of} of a temperature that is fixed`,
      learns: 'fixed-temperature',
      when: has('temperature'),
      body: openai(said, 'temperature', 'unsupported_value'),
      after: hasNot('temperature'),
    }),
  ),
  ...[
    {
      of: 'text-generation-inference',
      body: { error: 'Input validation error: `temperature` must be strictly positive', error_type: 'validation' },
    },
    { of: 'Replicate behind a gateway', body: openai('temperature must be greater than 0', 'temperature') },
    { of: 'Fireworks', body: openai('temperature should be in the open interval (0, 2]', 'temperature') },
  ].map(
    ({ of, body }): Row => ({
      of: `${of} of a temperature of 0`,
      learns: 'temperature-above-zero',
      when: (sent) => sent['temperature'] === 0,
      status: 422,
      body,
      after: (sent) => expect(sent).toMatchObject({ temperature: 0.01 }),
    }),
  ),
  {
    of: 'Anthropic of temperature and top_p together',
    learns: 'temperature-or-top-p',
    settings: { top_p: 0.9 },
    when: (body) => 'temperature' in body && 'top_p' in body,
    body: openai('`temperature` and `top_p` cannot both be specified for this model. Please use only one.'),
    after: (body) => {
      expect(body).not.toHaveProperty('top_p');
      expect(body).toHaveProperty('temperature', 0);
    },
  },
  {
    of: 'OpenAI of top_p',
    learns: 'no-top-p',
    settings: { top_p: 0.9 },
    when: has('top_p'),
    body: openai("Unsupported parameter: 'top_p' is not supported with this model.", 'top_p', 'unsupported_parameter'),
    after: hasNot('top_p'),
  },
  ...[
    { of: 'Mistral', status: 422, body: detail('seed') },
    {
      of: 'Google',
      body: [
        {
          error: {
            code: 400,
            message: 'Invalid JSON payload received. Unknown name "seed": Cannot find field.',
            status: 'INVALID_ARGUMENT',
          },
        },
      ],
    },
    { of: 'OpenAI', body: openai("Unknown parameter: 'seed'.", 'seed', 'unknown_parameter') },
    { of: 'SambaNova', body: openai('seed is not supported', null) },
    { of: 'Cohere', status: 422, body: { message: "unknown field: parameter 'seed' is not a valid field" } },
  ].map(({ of, ...rest }): Row => ({ of: `${of} of a seed`, learns: 'no-seed', when: has('seed'), after: hasNot('seed'), ...rest })),
  ...[
    {
      said: "Unsupported value: 'reasoning_effort' does not support 'minimal' with this model. Supported values are: 'low', 'medium', and 'high'.",
      of: 'OpenAI',
    },
    { said: '`reasoning_effort` must be one of `low`, `medium`, or `high`', of: 'Groq' },
    { said: "Input should be 'low', 'medium' or 'high': reasoning_effort", of: 'vLLM' },
  ].map(
    ({ of, said }): Row => ({
      of: `${of} of an effort that it has no word for`,
      learns: 'other-reasoning-efforts',
      settings: { reasoning_effort: 'minimal' },
      when: (body) => body['reasoning_effort'] === 'minimal',
      body: openai(said, 'reasoning_effort'),
      after: (body) => expect(body).toMatchObject({ reasoning_effort: 'low' }),
    }),
  ),
  ...[
    { of: 'xAI', body: { code: 'Client specified an invalid argument', error: 'Argument not supported on this model: reasoning_effort' } },
    { of: 'OpenAI', body: openai('Unrecognized request argument supplied: reasoning_effort') },
    { of: 'Groq', body: openai('reasoning_effort is not supported with this model', 'reasoning_effort') },
  ].map(
    ({ of, body }): Row => ({
      of: `${of} of an effort where there is none`,
      learns: 'no-reasoning-effort',
      settings: { reasoning_effort: 'low' },
      when: has('reasoning_effort'),
      body,
      after: hasNot('reasoning_effort'),
    }),
  ),
];

const hasSystem = (body: Body) => roles(body).includes('system');
const MESSAGES: readonly Row[] = [
  ...[
    {
      of: 'o1-preview',
      body: openai("Unsupported value: 'messages[0].role' does not support 'system' with this model.", 'messages[0].role'),
    },
    { of: 'the template of Gemma', status: 500, body: openai('System role not supported') },
    { of: 'Google', body: openai('Developer instruction is not enabled for models/gemma-3-27b-it') },
    {
      of: 'the template of Mixtral',
      body: { object: 'error', message: 'Only user and assistant roles are supported!', type: 'BadRequestError', code: 400 },
    },
    { of: 'Perplexity', body: openai('The first message must be from the user role for this model') },
  ].map(
    ({ of, ...rest }): Row => ({
      of: `${of} of a system message`,
      learns: 'no-system-role',
      when: hasSystem,
      after: (body) => expect(body['messages']).toEqual([{ role: 'user', content: 'Answer in JSON.\n\nx' }]),
      ...rest,
    }),
  ),
  {
    of: 'OpenAI of a system message where it wants a developer’s',
    learns: 'developer-role',
    when: hasSystem,
    body: openai(
      "Invalid value: 'system'. Supported values are: 'assistant', 'user', 'developer', and 'tool' for messages[0].role.",
      'messages[0].role',
      'invalid_value',
    ),
    after: (body) => expect(roles(body)).toEqual(['developer', 'user']),
  },
  {
    of: 'a template of roles that do not alternate',
    learns: ['no-system-role', 'alternating-roles'],
    when: (body) => hasSystem(body),
    body: openai('Conversation roles must alternate user/assistant/user/assistant/...; system role is not supported'),
    after: (body) => expect(roles(body)).toEqual(['user']),
  },
  {
    of: 'a server that takes parts only',
    learns: 'content-in-parts',
    when: (body) => (body['messages'] as { content: unknown }[]).some(({ content }) => typeof content === 'string'),
    status: 422,
    body: detail('messages.0.content', 'Input should be a valid list', 'list_type'),
    after: (body) => expect(body['messages']).toMatchObject([{ content: [{ type: 'text', text: 'Answer in JSON.' }] }, {}]),
  },
];

const isStrict = (body: Body) => format(body)?.json_schema?.strict === true;
const isSchema = (body: Body) => format(body)?.type === 'json_schema';
const STRICT_SCHEMA = { type: 'object', properties: { findings: { type: 'array', maxItems: 50 } }, additionalProperties: false };
const FORMATS: readonly Row[] = [
  ...[
    {
      of: 'OpenAI',
      body: openai("Invalid schema for response_format 'x': In context=(), 'required' is required to be supplied", 'response_format'),
    },
    { of: 'Mistral', status: 422, body: detail('response_format.json_schema.strict') },
    { of: 'Groq', body: openai('Failed to generate JSON. Please adjust your prompt.', null, 'json_validate_failed') },
  ].map(
    ({ of, ...rest }): Row => ({
      of: `${of} of a strict schema`,
      learns: 'no-strict-schema',
      when: isStrict,
      after: (body) => expect(body).not.toHaveProperty('response_format.json_schema.strict'),
      ...rest,
    }),
  ),
  ...[
    {
      of: 'OpenAI',
      body: openai("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.", 'response_format'),
    },
    { of: 'DeepSeek', body: openai('This response_format type is unavailable now') },
    { of: 'SambaNova', body: openai('json_schema is not supported for this model', null) },
    { of: 'Azure', body: openai('response_format value as json_schema is enabled only for api versions 2024-08-01-preview and later') },
  ].map(
    ({ of, body }): Row => ({
      of: `${of} of any schema`,
      learns: ['no-strict-schema', 'no-json-schema'],
      when: isSchema,
      body,
      after: (sent) => expect(sent).toMatchObject({ response_format: { type: 'json_object' } }),
    }),
  ),
  ...[
    { of: 'LM Studio', body: { error: "'response_format.type' must be 'json_schema' or 'text'" } },
    { of: 'Perplexity', body: detail('response_format'), status: 422 },
    { of: 'a server without grammars', body: openai('guided decoding is not enabled', null) },
  ].map(
    ({ of, ...rest }): Row => ({
      of: `${of} of every form`,
      learns: ['no-strict-schema', 'no-json-schema', 'no-response-format'],
      when: has('response_format'),
      after: hasNot('response_format'),
      ...rest,
    }),
  ),
  {
    of: 'text-generation-inference of the type json_schema',
    learns: 'schema-by-value',
    when: isSchema,
    status: 422,
    body: 'Failed to deserialize the JSON body into the target type: response_format.type: unknown variant `json_schema`, expected one of `json_object`, `json`, `regex` at line 1 column 300',
    after: (body) => expect(body['response_format']).toEqual({ type: 'json', value: STRICT_SCHEMA }),
    schema: STRICT_SCHEMA,
  },
  ...[
    {
      of: 'Google',
      body: [
        {
          error: {
            code: 400,
            message:
              'Invalid JSON payload received. Unknown name "additionalProperties" at \'generation_config.response_schema\': Cannot find field.',
            status: 'INVALID_ARGUMENT',
          },
        },
      ],
      left: { type: 'object', properties: { findings: { type: 'array', maxItems: 50 } } },
      keyword: 'additionalProperties',
    },
    {
      of: 'Anthropic',
      body: openai("response_format.json_schema.schema: For 'array' type, property 'maxItems' is not supported"),
      left: { type: 'object', properties: { findings: { type: 'array' } }, additionalProperties: false },
      keyword: 'maxItems',
    },
    {
      of: 'OpenAI',
      body: openai(
        "Invalid schema for response_format 'x': In context=('properties', 'findings'), 'maxItems' is not permitted.",
        'response_format',
      ),
      left: { type: 'object', properties: { findings: { type: 'array' } }, additionalProperties: false },
      keyword: 'maxItems',
    },
  ].map(
    ({ of, body, left, keyword }): Row => ({
      of: `${of} of a keyword`,
      learns: 'schema-keywords',
      schema: STRICT_SCHEMA,
      when: (sent) => JSON.stringify(sent['response_format'] ?? '').includes(keyword),
      body,
      after: (sent) => expect(sent).toMatchObject({ response_format: { json_schema: { strict: true, schema: left } } }),
    }),
  ),
];

const streams = (body: Body) => body['stream'] === true;
const STREAMS: readonly Row[] = [
  ...[
    { of: 'Mistral', status: 422, body: detail('stream_options') },
    { of: 'Azure', body: openai('Unrecognized request argument supplied: stream_options') },
    { of: 'Cohere', status: 422, body: { message: "unknown field: parameter 'stream_options' is not a valid field" } },
  ].map(
    ({ of, ...rest }): Row => ({
      of: `${of} of stream_options`,
      learns: ['no-stream-options', 'no-usage'],
      streamed: true,
      when: has('stream_options'),
      after: (body) => expect(body).toMatchObject({ stream: true }),
      ...rest,
    }),
  ),
  ...[
    {
      of: 'o1',
      body: openai(
        "Unsupported value: 'stream' does not support true with this model. Only the default (false) value is supported.",
        'stream',
        'unsupported_value',
      ),
    },
    {
      of: 'OpenAI of an organisation that is not verified',
      body: openai('Your organization must be verified to stream this model.', 'stream', 'unsupported_value'),
    },
    {
      of: 'llama.cpp',
      status: 501,
      body: { error: { code: 501, message: 'Streaming is not supported by this server', type: 'not_supported_error' } },
    },
  ].map(
    ({ of, ...rest }): Row => ({
      of: `${of} of streams`,
      learns: 'no-stream',
      streamed: true,
      when: streams,
      after: hasNot('stream'),
      ...rest,
    }),
  ),
  {
    of: 'Groq of a stream in a fixed form',
    learns: 'no-stream-with-format',
    streamed: true,
    when: (body) => streams(body) && 'response_format' in body,
    body: openai('response_format `json_schema` does not support streaming', 'response_format'),
    after: (body) => {
      expect(body).not.toHaveProperty('stream');
      expect(body).toHaveProperty('response_format');
    },
  },
  ...[
    { of: 'DashScope', said: 'This model only support stream mode, please enable the stream parameter to access the model.' },
    { of: 'DashScope of thinking', said: 'parameter.enable_thinking must be set to false for non-streaming calls' },
    { of: 'a gateway', said: 'stream must be set to true for this model' },
  ].map(
    ({ of, said }): Row => ({
      of: `${of} of an answer that is not streamed`,
      learns: 'streams-only',
      when: (body) => !streams(body),
      body: openai(said, null, 'invalid_parameter_error'),
      after: (body) => expect(body).toMatchObject({ stream: true }),
    }),
  ),
];

describe('quirks that are learned from a refusal', () => {
  it.each([...PARAMETERS, ...MESSAGES, ...FORMATS, ...STREAMS])('by $of', async (row) => {
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

const whole = (choice: object, more: object = {}): Behaviour => ({
  kind: 'json',
  body: { choices: [{ index: 0, finish_reason: 'stop', ...choice }], usage: { prompt_tokens: 9, completion_tokens: 3 }, ...more },
});
const usage = { choices: [], usage: { prompt_tokens: 9, completion_tokens: 3 } };
const delta = (said: object, finish_reason: string | null = null) => ({ choices: [{ index: 0, delta: said, finish_reason }] });
const raw = (...pieces: string[]): Behaviour => ({ kind: 'stream', contentType: 'text/event-stream', pieces });
const data = (part: object) => `data: ${JSON.stringify(part)}\n\n`;

/** Answers as servers form them, and what is noted of it. */
const ANSWERS: readonly { of: string; notes: readonly string[]; streamed?: boolean; behaviour: Behaviour }[] = [
  {
    of: 'DeepSeek, with reasoning_content',
    notes: ['reasoning-field'],
    behaviour: whole({ message: { content: ANSWER, reasoning_content: 'Hm.' } }),
  },
  { of: 'OpenRouter, with reasoning', notes: ['reasoning-field'], behaviour: whole({ message: { content: ANSWER, reasoning: 'Hm.' } }) },
  {
    of: 'a DeepSeek behind llama.cpp',
    notes: ['reasoning-in-content'],
    behaviour: whole({ message: { content: `<think>\nHm. {"findings":[1]}\n</think>\n\n${ANSWER}` } }),
  },
  {
    of: 'Mistral, in parts',
    notes: ['answer-in-parts'],
    behaviour: whole({
      message: {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
          { type: 'text', text: ANSWER },
        ],
      },
    }),
  },
  { of: 'a gateway, already parsed', notes: ['answer-as-object'], behaviour: whole({ message: { content: { findings: [] } } }) },
  {
    of: 'a model that calls a tool',
    notes: ['answer-as-tool-call'],
    behaviour: whole({
      message: { content: null, tool_calls: [{ type: 'function', function: { name: 'report', arguments: ANSWER } }] },
      finish_reason: 'tool_calls',
    }),
  },
  {
    of: 'Ollama, with arguments already parsed',
    notes: ['answer-as-tool-call'],
    behaviour: whole({ message: { content: '', tool_calls: [{ function: { name: 'report', arguments: { findings: [] } } }] } }),
  },
  {
    of: 'an older server that calls a function',
    notes: ['answer-as-function-call'],
    behaviour: whole({ message: { content: null, function_call: { name: 'report', arguments: ANSWER } }, finish_reason: 'function_call' }),
  },
  { of: 'a server that completes text', notes: ['text-without-message'], behaviour: whole({ text: ANSWER }) },
  {
    of: 'TGI, which ends with eos',
    notes: ['other-finish-reason'],
    behaviour: whole({ message: { content: ANSWER }, finish_reason: 'eos_token' }),
  },
  {
    of: 'Anthropic, which ends a turn',
    notes: ['other-finish-reason'],
    behaviour: whole({ message: { content: ANSWER }, finish_reason: 'end_turn' }),
  },
  {
    of: 'Cohere, in capitals',
    notes: ['other-finish-reason'],
    behaviour: whole({ message: { content: ANSWER }, finish_reason: 'COMPLETE' }),
  },
  {
    of: 'a server that gives no reason',
    notes: ['no-finish-reason'],
    behaviour: whole({ message: { content: ANSWER }, finish_reason: null }),
  },
  { of: 'a server that does not count', notes: ['no-usage'], behaviour: whole({ message: { content: ANSWER } }, { usage: null }) },
  {
    of: 'a server that counts 0',
    notes: ['no-usage'],
    behaviour: whole({ message: { content: ANSWER } }, { usage: { prompt_tokens: 0, completion_tokens: 0 } }),
  },
  {
    of: 'OpenAI, which counts in the last part',
    notes: [],
    streamed: true,
    behaviour: events(
      delta({ role: 'assistant', content: '' }),
      delta({ content: '{"find' }),
      delta({ content: 'ings":[]}' }, 'stop'),
      usage,
    ),
  },
  {
    of: 'Azure, which begins with its filter',
    notes: [],
    streamed: true,
    behaviour: events({ choices: [], prompt_filter_results: [] }, delta({ content: ANSWER }), delta({}, 'stop'), usage),
  },
  {
    of: 'Groq, which counts in a field of its own',
    notes: [],
    streamed: true,
    behaviour: events(delta({ content: ANSWER }), { ...delta({}, 'stop'), x_groq: { usage: usage.usage } }),
  },
  {
    of: 'OpenRouter, which keeps alive by comments',
    notes: [],
    streamed: true,
    behaviour: raw(
      ': OPENROUTER PROCESSING\n\n',
      data(delta({ content: ANSWER }, 'stop')),
      ': OPENROUTER PROCESSING\n\n',
      data(usage),
      'data: [DONE]\n\n',
    ),
  },
  {
    of: 'a server with CRLF',
    notes: [],
    streamed: true,
    behaviour: raw(
      ...[delta({ content: ANSWER }, 'stop'), usage].map((part) => `data: ${JSON.stringify(part)}\r\n\r\n`),
      'data: [DONE]\r\n\r\n',
    ),
  },
  {
    of: 'a server that forgets [DONE]',
    notes: ['stream-without-done'],
    streamed: true,
    behaviour: raw(data(delta({ content: ANSWER }, 'stop')), data(usage)),
  },
  {
    of: 'a server that forgets the last empty line',
    notes: [],
    streamed: true,
    behaviour: raw(data(delta({ content: ANSWER }, 'stop')), data(usage), 'data: [DONE]'),
  },
  {
    of: 'a server that forgets the finish reason',
    notes: ['no-finish-reason'],
    streamed: true,
    behaviour: raw(data(delta({ content: ANSWER })), data(usage), 'data: [DONE]\n\n'),
  },
  { of: 'a server that answers whole', notes: ['stream-ignored'], streamed: true, behaviour: whole({ message: { content: ANSWER } }) },
  {
    of: 'a stream of reasoning',
    notes: ['reasoning-field'],
    streamed: true,
    behaviour: events(
      delta({ content: '', reasoning_content: 'Hm.' }),
      delta({ content: null, reasoning_content: ' So.' }),
      delta({ content: ANSWER }, 'stop'),
      usage,
    ),
  },
  {
    of: 'a stream of thoughts in marks',
    notes: ['reasoning-in-content'],
    streamed: true,
    behaviour: events(
      ...['<thi', 'nk>Hm', '.</th', 'ink>\n', '\n', ANSWER.slice(0, 5), ANSWER.slice(5)].map((content) => delta({ content })),
      delta({}, 'stop'),
      usage,
    ),
  },
  {
    of: 'a stream of a tool call',
    notes: ['answer-as-tool-call'],
    streamed: true,
    behaviour: events(
      ...['{"find', 'ings":[]}'].map((args) => delta({ tool_calls: [{ index: 0, function: { arguments: args } }] })),
      delta({}, 'tool_calls'),
      usage,
    ),
  },
];

describe('quirks that are noted of an answer', () => {
  it.each(ANSWERS)('of $of', async ({ notes, streamed = false, behaviour }) => {
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
    const tested = new Set([
      ...[...PARAMETERS, ...MESSAGES, ...FORMATS, ...STREAMS].flatMap(({ learns }) => learns),
      ...ANSWERS.flatMap(({ notes }) => notes),
      'json-word',
    ]);
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
