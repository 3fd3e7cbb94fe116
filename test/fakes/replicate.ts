import { estimateTokens } from '#lib/estimate-tokens.ts';
import { type Behaviour, type ModelServer, type Recorded, startModelServer } from './model-server.ts';
import { readQuestion, type SimulatedModel, wordAnswer } from './simulated-model.ts';
import { inParts, sendAs, type VendorBehaviour, type VendorStream } from './vendor-answers.ts';

interface FakeReplicateModel {
  /** The fields of its input, each with the least that it takes. */
  readonly fields?: Readonly<Record<string, number | null>>;
  readonly answer?: SimulatedModel;
}

export interface FakeReplicateOptions {
  readonly key?: string | null;
  /** By `owner/name`. */
  readonly models?: Readonly<Record<string, FakeReplicateModel>>;
  /** Answers the next requests for predictions, one each, before anything but the key is checked. */
  readonly script?: readonly VendorBehaviour[];
  /** False: no schema of a model's input is told. */
  readonly tellsFields?: boolean;
  /** False: predictions have no stream. */
  readonly streams?: boolean;
  /** True: the address of a stream leads nowhere. */
  readonly goneStreams?: boolean;
  /** True: predictions have ended when they are answered. */
  readonly ended?: boolean;
  /** So many looks at a prediction find it still running. */
  readonly looks?: number;
}

const LLAMA_FIELDS = { prompt: null, system_prompt: null, max_new_tokens: 1, temperature: 0, top_p: 0, seed: null };

/** A version of a model, as its page shows it. */
export const VERSION = 'f'.repeat(64);

interface Running {
  readonly body: Record<string, unknown>;
  readonly answer: Extract<VendorBehaviour, { kind: 'answer' }>;
  looks: number;
  canceled: boolean;
}

/** A fake of Replicate's API, which checks requests as it does: https://replicate.com/docs/reference/http */
export async function startFakeReplicate(options: FakeReplicateOptions = {}): Promise<ModelServer> {
  const { key = null, models = { 'meta/meta-llama-3-70b-instruct': {} }, tellsFields = true, looks = 0 } = options;
  const script = [...(options.script ?? [])];
  const predictions = new Map<string, Running>();
  const server: ModelServer = await startModelServer(async (request) => {
    const { method, path, headers } = request;
    const streamed = /^\/stream\/(\w+)$/.exec(path)?.[1];
    if (streamed !== undefined) return options.goneStreams ? NOT_FOUND : stream(predictions.get(streamed), request);
    if (key !== null && headers['authorization'] !== `Bearer ${key}`)
      return problem(401, 'Unauthenticated', `You did not pass a valid authentication token ${String(headers['authorization'])}`);
    if (method === 'GET' && path === '/v1/account') return { kind: 'json', body: { type: 'user', username: 'tester' } };
    const [, wanted] = /^\/v1\/models\/([\w.-]+\/[\w.-]+)$/.exec(path) ?? [];
    if (method === 'GET' && wanted !== undefined) return describeModel(models[wanted], tellsFields);
    const [, id, action] = /^\/v1\/predictions\/(\w+)(\/cancel)?$/.exec(path) ?? [];
    if (id !== undefined) return look(predictions.get(id), method === 'POST' && action !== undefined);
    const [, asked] = /^\/v1(?:\/models\/([\w.-]+\/[\w.-]+))?\/predictions$/.exec(path) ?? ['', null];
    if (method !== 'POST' || asked === null) return NOT_FOUND;
    const scripted = script.shift() ?? refuse(request, asked, models) ?? (await answer(request, models[asked ?? ''] ?? {}));
    if (scripted.kind !== 'answer') return scripted;
    const created = `p${predictions.size + 1}`;
    predictions.set(created, { body: { ...(scripted.body as object), id: created }, answer: scripted, looks, canceled: false });
    const base = server.url;
    const urls = {
      get: `${base}/v1/predictions/${created}`,
      cancel: `${base}/v1/predictions/${created}/cancel`,
      ...(options.streams === false ? {} : { stream: `${base}/stream/${created}` }),
    };
    const begun = { id: created, status: 'starting', output: null, error: null, input: request.body['input'], logs: '', urls };
    return { kind: 'json', status: 201, body: options.ended ? { ...(scripted.body as object), id: created, urls } : begun };
  });
  return server;
}

const NOT_FOUND: Behaviour = { kind: 'json', status: 404, body: { detail: 'The requested resource could not be found.', status: 404 } };

function describeModel(model: FakeReplicateModel | undefined, tellsFields: boolean): Behaviour {
  if (model === undefined) return NOT_FOUND;
  const properties = Object.fromEntries(
    Object.entries(model.fields ?? LLAMA_FIELDS).map(([name, minimum]) => [
      name,
      { title: name, ...(minimum === null ? {} : { minimum }) },
    ]),
  );
  const openapi_schema = { openapi: '3.0.2', components: { schemas: { Input: { type: 'object', properties } } } };
  return { kind: 'json', body: { owner: 'meta', latest_version: { id: VERSION, ...(tellsFields ? { openapi_schema } : {}) } } };
}

function look(running: Running | undefined, cancels: boolean): Behaviour {
  if (running === undefined) return NOT_FOUND;
  if (cancels) running.canceled = true;
  if (running.canceled) return { kind: 'json', body: { ...running.body, status: 'canceled', output: null } };
  running.looks -= 1;
  return { kind: 'json', body: running.looks >= 0 ? { ...running.body, status: 'processing', output: null } : running.body };
}

function stream(running: Running | undefined, request: Recorded): Behaviour {
  return running === undefined ? NOT_FOUND : sendAs(running.answer, request, REPLICATE_STREAM);
}

/** https://replicate.com/docs/topics/predictions/streaming */
const REPLICATE_STREAM: VendorStream = {
  asks: ({ headers }) => headers['accept'] === 'text/event-stream' && headers['authorization'] !== 'Bearer unset',
  contentType: 'text/event-stream',
  cut(body) {
    const { output, error } = body as { output?: unknown; error?: unknown };
    const pieces = Array.isArray(output) ? output.map(String) : output == null ? [] : inParts(String(output));
    const written = pieces.map((piece, index) => {
      const data = piece.split('\n').map((line) => `data: ${line}\n`);
      return `event: output\nid: 1690212292:${index}\n${data.join('')}\n`;
    });
    const end = error == null ? 'event: done\ndata: {}\n\n' : `event: error\ndata: ${JSON.stringify({ detail: error })}\n\n`;
    return { pieces: [...written, end], before: 0 };
  },
};

function refuse({ body }: Recorded, asked: string | undefined, models: Readonly<Record<string, FakeReplicateModel>>): Behaviour | null {
  if (asked === undefined && body['version'] !== VERSION)
    return problem(
      422,
      'Invalid version or not permitted',
      "The specified version does not exist (or perhaps you don't have permission to use it?)",
    );
  const model = models[asked ?? Object.keys(models)[0] ?? ''];
  if (model === undefined) return NOT_FOUND;
  const fields = model.fields ?? LLAMA_FIELDS;
  const input = (body['input'] ?? {}) as Record<string, unknown>;
  for (const [name, value] of Object.entries(input)) {
    const least = (fields as Readonly<Record<string, number | null | undefined>>)[name];
    if (least === undefined) return invalid(name, `Additional property ${name} is not allowed`, 'input');
    if (least !== null && Number(value) < least) return invalid(name, `Must be greater than or equal to ${least}`, `input.${name}`);
  }
  return null;
}

function invalid(name: string, description: string, where: string): Behaviour {
  const invalid_fields = [{ type: 'invalid', field: `input.${name}`, description }];
  const body = { title: 'Input validation failed', detail: `- ${where}: ${description}\n`, status: 422, invalid_fields };
  return { kind: 'json', status: 422, body };
}

async function answer({ body }: Recorded, model: FakeReplicateModel): Promise<VendorBehaviour> {
  const input = (body['input'] ?? {}) as Record<string, unknown>;
  const messages = ['system_prompt', 'prompt'].map((name) => ({
    role: name === 'prompt' ? 'user' : 'system',
    content: String(input[name] ?? ''),
  }));
  const question = readQuestion({ ...body, messages });
  const worded = wordAnswer(await (model.answer ?? (() => []))(question));
  if ('behaviour' in worded) return worded.behaviour;
  const metrics = {
    input_token_count: estimateTokens(question.prompt),
    output_token_count: estimateTokens(worded.text),
    predict_time: 0.1,
  };
  return { kind: 'answer', status: 201, body: { status: 'succeeded', output: inParts(worded.text), error: null, logs: '', metrics } };
}

/** A refusal in Replicate's form. */
function problem(status: number, title: string, detail: string): Behaviour {
  return { kind: 'json', status, body: { title, detail, status } };
}
