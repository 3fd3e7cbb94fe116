import { afterEach, describe, expect, it, vi } from 'vitest';
import { classificationAnswerSchema, tokenAnswerSchema } from '#lib/classification-answer.ts';
import type { ModelRequest } from '#ports/provider.ts';
import { type FakeHuggingFaceOptions, startFakeHuggingFace } from '../../../test/fakes/hugging-face.ts';
import type { ModelServer } from '../../../test/fakes/model-server.ts';
import { entryFor, never, providerEnv, requestOf } from '../../../test/fakes/provider-env.ts';
import { hfInference } from './hf-inference.ts';

const ANSWER = '{"findings":[]}';
const MODEL = 'Qwen/Qwen3-Coder-30B-A3B-Instruct';
const CLASSIFIER = 'mrm8488/codebert-base-finetuned-detect-insecure-code';

let server: ModelServer;
afterEach(async () => {
  await server?.close();
  vi.unstubAllEnvs();
});

async function connect(options: FakeHuggingFaceOptions = {}, settings: Record<string, unknown> = {}, model = MODEL) {
  server = await startFakeHuggingFace({ models: { [MODEL]: () => ANSWER }, ...options });
  return hfInference.connect(entryFor(hfInference, { model, base_url: server.url, settings }), providerEnv());
}
const posted = () => server.requests.filter(({ method }) => method === 'POST');

/** A chunk with one hunk of new lines from `first` on, one removed line among them. */
function chunkOf(lines: readonly string[], first = 10): ModelRequest['chunk'] {
  const added = lines.map((text, index) => ({ mark: 'added' as const, text, oldLine: null, newLine: first + index }));
  const removed = { mark: 'removed' as const, text: 'was = "here"', oldLine: 3, newLine: null };
  const files = [
    {
      path: 'a.py',
      language: 'python' as const,
      hunks: [{ hunkId: 'h', whole: true, lines: [removed, ...added] }],
      surroundings: [],
      text: null,
    },
  ];
  return { id: 'c', files, tokens: 1, risk: 0 };
}
const question = (lines: readonly string[]) => requestOf('', { chunk: chunkOf(lines), messages: [] });

describe('hf_inference: what an entry has when it does not say', () => {
  it.each([
    { task: undefined, reads: 'prompt', roles: ['deep_scan'], parserId: 'json_findings' },
    { task: 'text-classification', reads: 'chunk', roles: ['triage'], parserId: 'hf_classification' },
    { task: 'token-classification', reads: 'chunk', roles: ['triage'], parserId: 'hf_token_classification' },
  ])('for $task', ({ task, reads, roles, parserId }) => {
    const settings = task === undefined ? {} : { task };
    expect(hfInference.reads({ model_name: 'm', settings })).toBe(reads);
    expect(hfInference.defaults('m', settings)).toMatchObject({ roles, parserId });
  });
});

describe('hf_inference: chat', () => {
  it('asks the server of the provider that was chosen', async () => {
    const model = await connect({}, { provider: 'together' });
    expect(await model.call(requestOf('x'), never())).toMatchObject({ text: ANSWER, finish: 'complete' });
    expect(posted()).toMatchObject([
      { path: '/v1/chat/completions', body: { model: `${MODEL}:together`, max_tokens: 1024, temperature: 0 } },
    ]);
  });

  it.each(['', '/v1', '/v1/chat/completions'])('takes an address that ends in %j', async (end) => {
    server = await startFakeHuggingFace({ models: { [MODEL]: () => ANSWER } });
    const entry = entryFor(hfInference, { model: MODEL, base_url: `${server.url}${end}` });
    const model = hfInference.connect(entry, providerEnv());
    expect(await model.call(requestOf('x'), never())).toMatchObject({ text: ANSWER });
    expect(await model.health(never())).toMatchObject({ available: true });
  });

  it('waits for a model that is loading as long as it says', async () => {
    const loading = { kind: 'json', status: 503, body: { error: 'Model x is currently loading', estimated_time: 20 } } as const;
    await expect((await connect({ script: [loading] })).call(requestOf('x'), never())).rejects.toMatchObject({
      fault: 'server',
      retryAfterMs: 20_000,
    });
    expect(posted()).toHaveLength(1);
  });

  it('hears an error that stands in a stream', async () => {
    const pieces = ['data: {"error":{"message":"Service overloaded","code":503}}\n\n'];
    const model = await connect({ script: [{ kind: 'stream', contentType: 'text/event-stream', pieces }] });
    await expect(model.call(requestOf('x'), never(), () => {})).rejects.toMatchObject({ fault: 'server' });
  });

  it('takes nothing from the environment', async () => {
    vi.stubEnv('HF_TOKEN', 'hf_of_the_environment');
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
    await (await connect()).call(requestOf('x'), never());
    expect(server.requests[0]?.headers['authorization']).toBeUndefined();
  });

  it('lists what the router serves, and guesses at a slip', async () => {
    const model = await connect({ models: { [MODEL]: () => ANSWER, 'openai/gpt-oss-120b': () => ANSWER } }, {}, 'openai/gpt-oss-12b');
    expect(await model.health(never())).toMatchObject({ available: false, detail: expect.stringContaining('openai/gpt-oss-120b') });
    const models = await hfInference.catalogue?.discover(providerEnv(), never(), { baseUrl: server.url });
    expect(models).toMatchObject([{ name: MODEL, contextLength: 262_144, family: 'qwen' }, { name: 'openai/gpt-oss-120b' }]);
  });
});

describe('hf_inference: classifiers of code', () => {
  const labels = [
    { label: 'LABEL_1', score: 0.93 },
    { label: 'LABEL_0', score: 0.07 },
  ];
  const classify = (options: FakeHuggingFaceOptions, settings: Record<string, unknown> = {}) =>
    connect({ classify: () => [labels], ...options }, { task: 'text-classification', ...settings }, CLASSIFIER);

  it.each([
    { name: 'pipelines answer', answer: [labels] },
    { name: 'text-embeddings-inference answers', answer: labels },
  ])('reads labels as $name', async ({ answer }) => {
    const model = await classify({ classify: () => answer });
    const reply = await model.call(question(['x = input()', '', 'eval(x)']), never());
    expect(reply).toMatchObject({ finish: 'complete', tokensIn: null });
    expect(JSON.parse(reply.text)).toEqual({ classifications: [{ path: 'a.py', startLine: 10, endLine: 12, labels }] });
    expect(posted()).toMatchObject([{ path: '/', body: { inputs: 'x = input()\n\neval(x)' } }]);
  });

  it('reads one label alone, as a handler of one’s own gives it', async () => {
    const model = await classify({ classify: () => ({ label: 'SAFE', score: 1 }) });
    const { text } = await model.call(question(['pass']), never());
    expect(JSON.parse(text)).toMatchObject({ classifications: [{ labels: [{ label: 'SAFE', score: 1 }] }] });
  });

  const LONG = Array.from({ length: 400 }, (_, index) => `        result_${index} = compute(argument_${index}, options["key_${index}"])`);

  it.each([
    { name: 'for the model’s own limit', settings: {}, mostTokens: 512 },
    { name: 'for a limit of the settings', settings: { max_input_tokens: 128 }, mostTokens: 128 },
    { name: 'once the server has found them too long', settings: { max_input_tokens: 2048 }, mostTokens: 200 },
    { name: 'once PyTorch has found them too long', settings: { max_input_tokens: 2048 }, mostTokens: 200, tooLong: 'torch' as const },
  ])('shows every line, in windows $name', async ({ settings, ...options }) => {
    const seen: string[] = [];
    const model = await classify({ ...options, classify: (text) => [seen.push(text) > 0 ? labels : []] }, settings);
    const { text } = await model.call(question(LONG), never());
    const { classifications } = classificationAnswerSchema.parse(JSON.parse(text));
    expect(classifications.length).toBeGreaterThan(1);
    const shown = new Set(seen.flatMap((window) => window.split('\n')));
    for (const line of LONG) expect(shown).toContain(line);
    const covered = new Set(
      classifications.flatMap(({ startLine, endLine }) => Array.from({ length: endLine - startLine + 1 }, (_, at) => startLine + at)),
    );
    expect(covered.size).toBe(LONG.length);
  });

  it('shows a line that is longer than a window in several', async () => {
    const model = await classify({ mostTokens: 128 }, { max_input_tokens: 128 });
    const { text } = await model.call(question([`key = "${'abc_DEF+123/'.repeat(200)}"`]), never());
    const { classifications } = classificationAnswerSchema.parse(JSON.parse(text));
    expect(classifications.length).toBeGreaterThan(5);
    expect(new Set(classifications.map(({ startLine, endLine }) => `${startLine}-${endLine}`))).toEqual(new Set(['10-10']));
  });

  it('calls nobody for a change that only removes', async () => {
    const model = await classify({});
    expect(await model.call(question([]), never())).toMatchObject({
      text: '{"classifications":[]}',
      finish: 'length',
      reason: 'a classifier is shown no removed lines, and a.py has hunks of nothing else',
    });
    expect(posted()).toHaveLength(0);
  });

  it('gives up on a server that finds everything too long', async () => {
    const model = await classify({ mostTokens: 1 });
    await expect(model.call(question(['pass']), never())).rejects.toMatchObject({ fault: 'too-large' });
    expect(posted().length).toBeLessThan(10);
  });

  it.each([
    { name: 'vectors', answer: [[0.1, 0.2]] },
    { name: 'a score beyond 1', answer: [{ label: 'LABEL_1', score: 7 }] },
    { name: 'no labels', answer: [] },
    { name: 'words', answer: { generated_text: 'SAFE' } },
  ])('takes $name for no answer', async ({ answer }) => {
    const model = await classify({ classify: () => answer });
    await expect(model.call(question(['pass']), never())).rejects.toMatchObject({ fault: 'protocol' });
  });

  it('quotes no code that a server repeats', async () => {
    const echo = { kind: 'json', status: 400, body: { error: 'cannot classify: eval(secret_of_the_repository)' } } as const;
    const model = await classify({ script: [echo] });
    await expect(model.call(question(['eval(secret_of_the_repository)']), never())).rejects.toMatchObject({
      message: expect.not.stringContaining('secret_of_the_repository'),
    });
  });

  it('places marked tokens on their lines, each once', async () => {
    const code = ['x = input()', 'eval(x)', 'y = 1'];
    const text = code.join('\n');
    const start = text.indexOf('eval');
    const marked = [
      { entity_group: 'VULNERABLE', score: 0.9, word: 'eval', start, end: start + 4 },
      { entity_group: 'O', score: 0.9, word: 'y', start: text.indexOf('y'), end: text.indexOf('y') + 1 },
    ];
    const model = await connect({ classify: () => marked }, { task: 'token-classification' }, CLASSIFIER);
    const reply = await model.call(question(code), never());
    expect(tokenAnswerSchema.parse(JSON.parse(reply.text))).toEqual({
      tokens: [{ path: 'a.py', startLine: 11, endLine: 11, entity: 'VULNERABLE', score: 0.9, word: 'eval' }],
    });
  });

  it('tells a token once, though two windows show its line', async () => {
    const find = (text: string) =>
      [...text.matchAll(/result_\d+/g)].map((found) => ({
        entity: 'B-RISK',
        score: 0.8,
        word: found[0],
        start: found.index,
        end: found.index + 1,
      }));
    const model = await connect({ classify: find, mostTokens: 200 }, { task: 'token-classification', max_input_tokens: 200 }, CLASSIFIER);
    const { tokens } = tokenAnswerSchema.parse(JSON.parse((await model.call(question(LONG), never())).text));
    expect(tokens.map(({ word }) => word)).toEqual(LONG.map((_, index) => `result_${index}`));
    expect(tokens.map(({ startLine }) => startLine)).toEqual(LONG.map((_, index) => 10 + index));
  });

  it.each([
    { name: 'text-embeddings-inference', options: { classify: () => [labels] }, says: 'first call' },
    { name: 'a server that tells nothing', options: {}, says: 'does not tell' },
  ])('tells the health of $name', async ({ options, says }) => {
    const model = await connect(options, { task: 'text-classification' }, CLASSIFIER);
    expect(await model.health(never())).toMatchObject({ available: true, detail: expect.stringContaining(says) });
  });

  it.each(['../x', 'a/b/c', 'a?b'])('takes %j for no name behind the router', (model) => {
    const entry = entryFor(hfInference, { model, settings: { task: 'text-classification', api_key: 'env:K' } });
    expect(() => hfInference.connect(entry, providerEnv({ K: 'k' }))).toThrow('no name of a model');
  });
});
