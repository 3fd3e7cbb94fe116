import { builtin } from '#models/providers/builtin.ts';
import { ollamaLocal } from '#models/providers/ollama-local.ts';
import { openaiCompatible } from '#models/providers/openai-compatible.ts';
import type { ModelRequest } from '#ports/provider.ts';
import type { Behaviour } from '../fakes/model-server.ts';
import { lines, startFakeOllama } from '../fakes/ollama.ts';
import { events, refusal, startFakeOpenAi } from '../fakes/openai.ts';
import { ANSWER, ECHO, examineProvider, KEY, SITUATIONS, type Situation } from './provider.ts';

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Behaviour => ({ kind: 'json', body, status, headers });

const CUT = ANSWER.slice(0, 8);

/** What any server of models can do. */
const COMMON: Partial<Record<Situation, Behaviour>> = {
  redirects: { kind: 'text', status: 307, body: '', headers: { location: 'http://127.0.0.1:9/elsewhere' } },
  'drops the connection': { kind: 'drop' },
  'drops the connection in the middle': { kind: 'half', body: JSON.stringify({ message: { content: 'x'.repeat(500) } }) },
  hangs: { kind: 'hang' },
  'sends no JSON': { kind: 'text', body: 'hello' },
  'sends a web page': { kind: 'text', contentType: 'text/html', body: '<!doctype html><title>Sign in</title>' },
  'sends another form': json({ message: 'hello', choices: 'none' }),
};

const said = (message: object, more: object = {}) => ({
  message: { role: 'assistant', ...message },
  done: true,
  done_reason: 'stop',
  ...more,
});
const part = (content: string) => ({ message: { role: 'assistant', content }, done: false });
const OLLAMA: Partial<Record<Situation, Behaviour>> = {
  ...COMMON,
  'answers nothing': json(said({ content: '' })),
  'answers with a tool call': json(said({ content: '', tool_calls: [{ function: { name: 'report', arguments: JSON.parse(ANSWER) } }] })),
  'reasons beside its answer': json(said({ content: ANSWER, thinking: 'Let me see.' })),
  'is cut by its token limit': json(said({ content: CUT }, { done_reason: 'length' })),
  'counts no tokens': json(said({ content: ANSWER })),
  'refuses a parameter': json({ error: 'invalid field: think' }, 400),
  'refuses the key': { kind: 'text', status: 401, body: `unauthorized ${ECHO}` },
  'wants to be paid': json({ error: `you have reached your usage limit, upgrade for more ${ECHO}` }, 402),
  'forbids the model': json({ error: `this model requires a subscription ${ECHO}` }, 403),
  'gives up waiting': { kind: 'text', status: 408, body: `Request Timeout ${ECHO}` },
  'takes no request of this size': { kind: 'text', status: 413, body: `Request Entity Too Large ${ECHO}` },
  'limits the rate': json({ error: `too many requests ${ECHO}` }, 429, { 'retry-after': '7' }),
  'limits the rate and says no time': json({ error: `too many concurrent requests ${ECHO}` }, 429),
  'finds the prompt too long': json({ error: `the input length exceeds the context length ${ECHO}` }, 400),
  fails: json({ error: `llama runner process has terminated ${ECHO}` }, 500),
  'is overloaded': json({ error: `server busy, please try again. maximum pending requests exceeded ${ECHO}` }, 503),
  'streams and stops half way': { ...lines(part(CUT)), dropAtEnd: true },
  'streams and stops before any text': { ...lines(part('')), dropAtEnd: true },
  'streams and hangs half way': { ...lines(part(CUT)), hangAtEnd: true },
};

const choice = (message: object, finish_reason = 'stop') =>
  json({ choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }] });
const delta = (content: string) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
const unfinished = (content: string) => ({ ...events(delta(content)), pieces: events(delta(content)).pieces.slice(0, 1) });
const OPENAI: Partial<Record<Situation, Behaviour>> = {
  ...COMMON,
  'answers nothing': choice({ content: null, reasoning_content: 'I thought about it.' }),
  'answers with a tool call': choice(
    { content: null, tool_calls: [{ id: '1', type: 'function', function: { name: 'report', arguments: ANSWER } }] },
    'tool_calls',
  ),
  'reasons beside its answer': choice({ content: `<think>Let me see.</think>\n\n${ANSWER}`, reasoning: 'Let me see.' }),
  'is cut by its token limit': choice({ content: CUT }, 'length'),
  declines: choice({ content: null, refusal: 'I cannot help with that.' }),
  'is stopped by a content filter': choice({ content: '' }, 'content_filter'),
  'counts no tokens': choice({ content: ANSWER }),
  'refuses a parameter': refusal(
    400,
    "Unsupported value: 'temperature' does not support 0 with this model.",
    'temperature',
    'unsupported_value',
  ),
  'refuses the key': refusal(401, `Incorrect API key provided: ${ECHO}`, null, 'invalid_api_key'),
  'wants to be paid': refusal(402, `Insufficient credits ${ECHO}`, null, ''),
  'forbids the model': refusal(403, `Project does not have access to this model ${ECHO}`, null, 'model_not_found'),
  'gives up waiting': refusal(408, `Request timed out ${ECHO}`, null, ''),
  'takes no request of this size': refusal(413, `Request too large ${ECHO}`, null, ''),
  'limits the rate': refusal(429, `Rate limit reached ${ECHO}`, null, 'rate_limit_exceeded', { 'retry-after': '7' }),
  'limits the rate and says no time': refusal(429, `Rate limit reached ${ECHO}`, null, 'rate_limit_exceeded'),
  'finds the prompt too long': refusal(
    400,
    `This model's maximum context length is 10 tokens ${ECHO}`,
    'messages',
    'context_length_exceeded',
  ),
  fails: refusal(500, `The server had an error ${ECHO}`, null, 'server_error'),
  'is overloaded': refusal(503, `overloaded ${ECHO}`, null, 'server_error'),
  'streams and stops half way': { ...unfinished(CUT), dropAtEnd: true },
  'streams and stops before any text': { ...unfinished(''), dropAtEnd: true },
  'streams and hangs half way': { ...unfinished(CUT), hangAtEnd: true },
};

const script = (behaviour: Behaviour | undefined) => (behaviour === undefined ? [] : [behaviour]);

examineProvider('ollama_local', {
  provider: ollamaLocal,
  model: 'qwen2.5-coder:7b',
  stage: async (situation) =>
    await startFakeOllama({
      models: situation === 'does not know the model' ? [] : [{ name: 'qwen2.5-coder:7b', answer: () => ANSWER }],
      script: script(OLLAMA[situation]),
    }),
  skips: {
    declines: 'Ollama has no way to say so: a refusal is the text of an answer',
    'is stopped by a content filter': 'Ollama has none',
  },
});

examineProvider('openai_compatible', {
  provider: openaiCompatible,
  model: 'gpt-5-mini',
  stage: async (situation) =>
    await startFakeOpenAi({
      key: KEY,
      models: situation === 'does not know the model' ? {} : { 'gpt-5-mini': () => ANSWER },
      script: script(OPENAI[situation]),
    }),
  define: ({ url }) => ({ base_url: `${url}/v1`, api_key: 'env:EXAMINED_KEY' }),
  skips: {},
});

const NO_SERVER = 'it runs in this process and calls no server';
const CHANGED: ModelRequest['chunk']['files'][number] = {
  path: 'a.py',
  language: 'python',
  hunks: [{ hunkId: 'h1', whole: true, lines: [{ mark: 'added', text: 'eval(request.args["q"])', oldLine: null, newLine: 1 }] }],
  surroundings: [],
  text: null,
};

examineProvider('builtin', {
  provider: builtin,
  model: 'patterns',
  chunk: { id: 'c1', files: [CHANGED], tokens: 10, risk: 0 },
  stage: async () => null,
  skips: {
    ...Object.fromEntries(SITUATIONS.filter((situation) => situation !== 'answers').map((situation) => [situation, NO_SERVER])),
    'answers nothing': 'its answer is always JSON',
    'is cut by its token limit': 'it has no token limit',
    declines: 'rules do not decline',
    'is stopped by a content filter': 'it has none',
    'counts no tokens': 'it has no tokens to count',
    'finds the prompt too long': 'it reads no prompt',
  },
});
