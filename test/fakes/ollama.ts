import { estimateTokens } from '#lib/estimate-tokens.ts';
import { type Behaviour, type ModelServer, type Recorded, startModelServer } from './model-server.ts';
import { readQuestion, type SimulatedModel, wordAnswer } from './simulated-model.ts';

interface FakeOllamaModel {
  /** With its tag: `qwen2.5-coder:7b`. A name without a tag means `:latest`. */
  readonly name: string;
  /** The window it was trained with; a larger `num_ctx` falls back to it. */
  readonly contextLength?: number;
  readonly canThink?: boolean;
  readonly answer?: SimulatedModel;
}

export interface FakeOllamaOptions {
  readonly models?: readonly FakeOllamaModel[];
  /** Answers the next chat requests, one each, before the models do. */
  readonly script?: readonly Behaviour[];
  /**
   * What the server lacks. `schema`: `format` takes no object (before 0.5). `truncate`: the field is unknown and
   * ignored. `think`: the field is refused. `show`: nothing is told of a model.
   */
  readonly lacks?: readonly ('schema' | 'truncate' | 'think' | 'show')[];
}

/** A fake of Ollama's native API that checks requests as the real one does: https://docs.ollama.com/api */
export async function startFakeOllama(options: FakeOllamaOptions = {}): Promise<ModelServer> {
  const models = options.models ?? [{ name: 'qwen2.5-coder:7b' }];
  const script = [...(options.script ?? [])];
  return await startModelServer(async (request) => {
    if (request.path === '/api/version') return json({ version: '0.12.0' });
    if (request.path === '/api/tags') return json({ models: models.map(({ name }) => ({ name: withTag(name), model: withTag(name) })) });
    const model = models.find(({ name }) => withTag(name) === withTag(String(request.body['model'])));
    if (request.path === '/api/show') {
      if (model === undefined || options.lacks?.includes('show')) return json({ error: `model '${request.body['model']}' not found` }, 404);
      return json({
        model_info: { 'general.architecture': 'fake', 'fake.context_length': model.contextLength ?? 32_768 },
        capabilities: ['completion'],
      });
    }
    if (request.path !== '/api/chat') return { kind: 'text', body: '404 page not found', status: 404 };
    const scripted = script.shift();
    if (scripted !== undefined) return scripted;
    if (model === undefined) return json({ error: `model '${request.body['model']}' not found` }, 404);
    return refuse(request, model, options) ?? (await chat(request, model, options));
  });
}

function refuse({ body }: Recorded, model: FakeOllamaModel, { lacks = [] }: FakeOllamaOptions): Behaviour | null {
  if (lacks.includes('schema') && typeof body['format'] === 'object') {
    return json({ error: 'json: cannot unmarshal object into Go struct field ChatRequest.format of type string' }, 400);
  }
  if (lacks.includes('think') && 'think' in body) return json({ error: 'invalid field: think' }, 400);
  if (body['think'] === true && !model.canThink) return json({ error: `"${model.name}" does not support thinking` }, 400);
  return null;
}

async function chat(request: Recorded, model: FakeOllamaModel, { lacks = [] }: FakeOllamaOptions): Promise<Behaviour> {
  const { body } = request;
  const question = readQuestion(body);
  const asked = (body['options'] as { num_ctx?: number; num_predict?: number } | undefined) ?? {};
  const window = Math.min(asked.num_ctx ?? 4096, model.contextLength ?? 32_768);
  const whole = estimateTokens(question.prompt);
  const overflows = whole >= window;
  if (overflows && body['truncate'] === false && !lacks.includes('truncate')) {
    const message = `request (${whole} tokens) exceeds the available context size (${window} tokens), try increasing it`;
    const inner = { error: { code: 400, message, type: 'exceed_context_size_error', n_prompt_tokens: whole, n_ctx: window } };
    return json({ error: JSON.stringify(inner) }, 400);
  }
  const worded = wordAnswer(await (model.answer ?? (() => []))(question));
  if ('behaviour' in worded) return worded.behaviour;
  const most = asked.num_predict ?? -1;
  const cut = most > 0 && estimateTokens(worded.text) > most;
  const text = cut ? worded.text.slice(0, most * 3) : worded.text;
  // A prompt that is too long loses its front half: https://github.com/ollama/ollama/issues/17889
  const counts = {
    prompt_eval_count: overflows ? window / 2 + 2 : whole,
    eval_count: Math.min(estimateTokens(text), cut ? most : Number.MAX_SAFE_INTEGER),
  };
  const done = { model: model.name, created_at: '2025-01-01T00:00:00Z', done: true, done_reason: cut ? 'length' : 'stop', ...counts };
  if (body['stream'] === false) return json({ ...done, message: { role: 'assistant', content: text } });
  const pieces = [
    ...(text.match(/.{1,20}/gs) ?? []).map((content) => ({ model: model.name, message: { role: 'assistant', content }, done: false })),
  ];
  return {
    kind: 'stream',
    contentType: 'application/x-ndjson',
    pieces: [...pieces, { ...done, message: { role: 'assistant', content: '' } }].map((piece) => `${JSON.stringify(piece)}\n`),
  };
}

function json(body: unknown, status = 200): Behaviour {
  return { kind: 'json', body, status };
}

function withTag(name: string): string {
  return name.includes(':') ? name : `${name}:latest`;
}
