import { estimateTokens } from '#lib/estimate-tokens.ts';
import { type Behaviour, type ModelServer, type Recorded, startModelServer } from './model-server.ts';
import { readQuestion, type SimulatedModel, wordAnswer } from './simulated-model.ts';

interface FakeOllamaModel {
  /** With its tag: `qwen2.5-coder:7b`. A name without a tag means `:latest`. */
  readonly name: string;
  /** The window it was trained with; a larger `num_ctx` falls back to it. */
  readonly contextLength?: number;
  readonly canThink?: boolean;
  readonly digest?: string;
  /** What it thinks before it answers, where it is let. */
  readonly thinking?: string;
  readonly answer?: SimulatedModel;
}

export interface FakeOllamaOptions {
  readonly models?: readonly FakeOllamaModel[];
  /** Answers the next chat requests, one each, before the models do. */
  readonly script?: readonly Behaviour[];
  /** How a pull goes, by the model's name; one that is not here does not exist in the library. */
  readonly library?: Readonly<Record<string, Behaviour>>;
  /**
   * What the server lacks. `schema`: `format` takes no object (before 0.5). `truncate`: the field is unknown and
   * ignored. `think`: the field is refused. `show`: nothing is told of a model. `ps`: it does not tell what is loaded.
   */
  readonly lacks?: readonly ('schema' | 'truncate' | 'think' | 'show' | 'ps')[];
}

/** A fake of Ollama's native API that checks requests as the real one does: https://docs.ollama.com/api */
export async function startFakeOllama(options: FakeOllamaOptions = {}): Promise<ModelServer> {
  const models = options.models ?? [{ name: 'qwen2.5-coder:7b' }];
  const script = [...(options.script ?? [])];
  const loaded = new Set<string>();
  const find = ({ body }: Recorded) => models.find(({ name }) => withTag(name) === withTag(String(body['model'])));
  const missing = ({ body }: Recorded) => json({ error: `model '${body['model']}' not found` }, 404);
  const routes: Readonly<Record<string, (request: Recorded) => Behaviour | Promise<Behaviour>>> = {
    'GET /api/version': () => json({ version: '0.12.0' }),
    'GET /api/tags': () => json({ models: models.map(describeModel) }),
    'GET /api/ps': () =>
      options.lacks?.includes('ps')
        ? NO_PAGE
        : json({
            models: models
              .filter(({ name }) => loaded.has(withTag(name)))
              .map((model) => ({ ...describeModel(model), size_vram: 1, context_length: 4096 })),
          }),
    'POST /api/show': (request) => {
      const model = find(request);
      if (model === undefined || options.lacks?.includes('show')) return missing(request);
      return json({
        model_info: { 'general.architecture': 'fake', 'fake.context_length': model.contextLength ?? 32_768 },
        capabilities: ['completion', ...(model.canThink ? ['thinking'] : [])],
      });
    },
    'POST /api/generate': (request) => {
      const model = find(request);
      if (model === undefined) return missing(request);
      if (request.body['prompt']) return json({ error: 'the fake only loads and unloads' }, 400);
      const leaves = request.body['keep_alive'] === 0;
      if (leaves) loaded.delete(withTag(model.name));
      else loaded.add(withTag(model.name));
      return json({ model: model.name, response: '', done: true, done_reason: leaves ? 'unload' : 'load' });
    },
    'POST /api/pull': ({ body }) =>
      options.library?.[String(body['model'] ?? body['name'])] ??
      lines({ status: 'pulling manifest' }, { error: 'pull model manifest: file does not exist' }),
    'POST /api/chat': async (request) => {
      const scripted = script.shift();
      if (scripted !== undefined) return scripted;
      const model = find(request);
      if (model === undefined) return missing(request);
      const refused = refuse(request, model, options);
      if (refused !== null) return refused;
      loaded.add(withTag(model.name));
      return await chat(request, model, options);
    },
  };
  return await startModelServer((request) => routes[`${request.method} ${request.path}`]?.(request) ?? NO_PAGE);
}

const NO_PAGE: Behaviour = { kind: 'text', body: '404 page not found', status: 404 };

/** A stream of JSON lines, as Ollama sends them. */
export function lines(...parts: readonly unknown[]): Behaviour & { kind: 'stream' } {
  return { kind: 'stream', contentType: 'application/x-ndjson', pieces: parts.map((part) => `${JSON.stringify(part)}\n`) };
}

function describeModel({ name, digest = 'sha256:0123' }: FakeOllamaModel) {
  const details = { format: 'gguf', family: 'qwen2', parameter_size: '7.6B', quantization_level: 'Q4_K_M' };
  return { name: withTag(name), model: withTag(name), size: 4_683_087_332, digest, details };
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
  // A model that can think does so unless it is told not to: https://docs.ollama.com/capabilities/thinking
  const thinking = model.thinking !== undefined && body['think'] !== false ? { thinking: model.thinking } : {};
  if (body['stream'] === false) return json({ ...done, message: { role: 'assistant', content: text, ...thinking } });
  const said = [
    ...('thinking' in thinking ? [{ content: '', ...thinking }] : []),
    ...(text.match(/.{1,8}/gs) ?? []).map((content) => ({ content })),
  ];
  const parts = said.map((message) => ({ model: model.name, message: { role: 'assistant', ...message }, done: false }));
  return lines(...parts, { ...done, message: { role: 'assistant', content: '' } });
}

function json(body: unknown, status = 200): Behaviour {
  return { kind: 'json', body, status };
}

function withTag(name: string): string {
  return name.includes(':') ? name : `${name}:latest`;
}
