import { builtin } from '#models/providers/builtin.ts';
import { ollamaLocal } from '#models/providers/ollama-local.ts';
import { openaiCompatible } from '#models/providers/openai-compatible.ts';
import type { ModelRequest } from '#ports/provider.ts';
import type { Behaviour } from '../fakes/model-server.ts';
import { startFakeOllama } from '../fakes/ollama.ts';
import { refusal, startFakeOpenAi } from '../fakes/openai.ts';
import { ANSWER, examineProvider, type Situation } from './provider.ts';

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Behaviour => ({ kind: 'json', body, status, headers });

/** What any server of models can do. `echo` repeats what it was sent, as strict ones do when they refuse. */
const ECHO = 'const secretOfTheRepository = readFileSync(request.query.path); Bearer sk-examined-0123456789';
const COMMON: Partial<Record<Situation, Behaviour>> = {
  redirects: { kind: 'text', status: 307, body: '', headers: { location: 'http://127.0.0.1:9/elsewhere' } },
  'drops the connection': { kind: 'drop' },
  'drops the connection in the middle': { kind: 'half', body: JSON.stringify({ message: { content: 'x'.repeat(500) } }) },
  hangs: { kind: 'hang' },
  'sends a web page': { kind: 'text', contentType: 'text/html', body: '<!doctype html><title>Sign in</title>' },
  'sends another form': json({ message: 'hello', choices: 'none' }),
};

const OLLAMA: Partial<Record<Situation, Behaviour>> = {
  ...COMMON,
  'answers nothing': json({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' }),
  'is cut by its token limit': json({ message: { role: 'assistant', content: ANSWER.slice(0, 8) }, done: true, done_reason: 'length' }),
  'counts no tokens': json({ message: { role: 'assistant', content: ANSWER }, done: true, done_reason: 'stop' }),
  'refuses the key': { kind: 'text', status: 401, body: `unauthorized ${ECHO}` },
  'limits the rate': json({ error: `too many requests ${ECHO}` }, 429, { 'retry-after': '7' }),
  'finds the prompt too long': json({ error: `the input length exceeds the context length ${ECHO}` }, 400),
  fails: json({ error: `llama runner process has terminated ${ECHO}` }, 500),
};

const choice = (message: object, finish_reason = 'stop') =>
  json({ choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason }] });
const OPENAI: Partial<Record<Situation, Behaviour>> = {
  ...COMMON,
  'answers nothing': choice({ content: null, reasoning_content: 'I thought about it.' }),
  'is cut by its token limit': choice({ content: ANSWER.slice(0, 8) }, 'length'),
  declines: choice({ content: null, refusal: 'I cannot help with that.' }),
  'counts no tokens': choice({ content: ANSWER }),
  'refuses the key': refusal(401, `Incorrect API key provided: ${ECHO}`, null, 'invalid_api_key'),
  'limits the rate': refusal(429, `Rate limit reached ${ECHO}`, null, 'rate_limit_exceeded', { 'retry-after': '7' }),
  'finds the prompt too long': refusal(
    400,
    `This model's maximum context length is 10 tokens ${ECHO}`,
    'messages',
    'context_length_exceeded',
  ),
  fails: refusal(503, `overloaded ${ECHO}`, null, 'server_error'),
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
  skips: { declines: 'Ollama has no way to say so: a refusal is the text of an answer' },
});

examineProvider('openai_compatible', {
  provider: openaiCompatible,
  model: 'gpt-5-mini',
  stage: async (situation) =>
    await startFakeOpenAi({
      key: 'sk-examined-0123456789',
      models: situation === 'does not know the model' ? {} : { 'gpt-5-mini': () => ANSWER },
      script: script(OPENAI[situation]),
    }),
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
    'answers nothing': 'its answer is always JSON',
    'is cut by its token limit': 'it has no token limit',
    declines: 'rules do not decline',
    'counts no tokens': 'it has no tokens to count',
    'finds the prompt too long': 'it reads no prompt',
    'sends a web page': NO_SERVER,
    'sends another form': NO_SERVER,
    'refuses the key': NO_SERVER,
    'does not know the model': NO_SERVER,
    'limits the rate': NO_SERVER,
    fails: NO_SERVER,
    redirects: NO_SERVER,
    'drops the connection': NO_SERVER,
    'drops the connection in the middle': NO_SERVER,
    hangs: NO_SERVER,
    'is not there': NO_SERVER,
  },
});
