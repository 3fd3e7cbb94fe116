import { estimateTokens } from '#lib/estimate-tokens.ts';
import { type Behaviour, type ModelServer, type Recorded, startModelServer } from './model-server.ts';
import { type Question, readQuestion, type SimulatedModel, wordAnswer } from './simulated-model.ts';

/** What a server of this form may refuse, each in the words of one that does. */
type OpenAiQuirk =
  | 'no-max-tokens'
  | 'no-max-completion-tokens'
  | 'no-answer-limit'
  | 'small-answer-limit'
  | 'fixed-temperature'
  | 'no-seed'
  | 'no-seed-as-fastapi'
  | 'no-system-role'
  | 'no-strict-schema'
  | 'no-json-schema'
  | 'no-response-format'
  | 'no-usage';

/** A refusal of one's own: what it is about, and what the server then says. */
export interface Refused {
  readonly when: (body: Record<string, unknown>) => boolean;
  readonly answer: Behaviour;
}

export interface FakeOpenAiOptions {
  /** Null: the server wants no key, as local ones do. */
  readonly key?: string | null;
  /** Models by name, and how they answer. */
  readonly models?: Readonly<Record<string, SimulatedModel>>;
  /** Answers the next chat requests, one each, before anything is checked. */
  readonly script?: readonly Behaviour[];
  readonly quirks?: readonly OpenAiQuirk[];
  /** Looked at before what this server refuses of itself; the first that fits answers. */
  readonly refuses?: readonly Refused[];
  /** What the server tells of each model beside its name. */
  readonly listed?: Readonly<Record<string, unknown>>;
  /** Behaves as Azure does: a path for each deployment, an `api-version`, and the key in `api-key`. */
  readonly azure?: { readonly deployment: string };
  /** Tokens of prompt and answer. */
  readonly contextLength?: number;
}

/** A fake of OpenAI's chat API under `/v1`, which checks requests and words its refusals as servers of this form do. */
export async function startFakeOpenAi(options: FakeOpenAiOptions = {}): Promise<ModelServer> {
  const models = options.models ?? { 'gpt-5-mini': () => [] };
  const script = [...(options.script ?? [])];
  return await startModelServer(async (request) => {
    const { pathname, searchParams } = new URL(request.path, 'http://fake');
    const unauthorized = checkKey(request, options);
    if (unauthorized !== null) return unauthorized;
    const root = options.azure === undefined ? '/v1' : `/openai/deployments/${options.azure.deployment}`;
    if (options.azure !== undefined && !searchParams.has('api-version'))
      return json({ error: { code: '404', message: 'Resource not found' } }, 404);
    if (pathname === `${root}/models`) {
      return json({
        object: 'list',
        data: Object.keys(models).map((id) => ({ id, object: 'model', owned_by: 'fake', ...options.listed })),
      });
    }
    if (pathname !== `${root}/chat/completions`)
      return { kind: 'text', body: '<html><body>Not Found</body></html>', contentType: 'text/html', status: 404 };
    const scripted = script.shift();
    if (scripted !== undefined) return scripted;
    const question = readQuestion(request.body);
    const model = models[question.model];
    if (model === undefined)
      return refusal(404, `The model \`${question.model}\` does not exist or you do not have access to it.`, null, 'model_not_found');
    const refused = options.refuses?.find(({ when }) => when(request.body))?.answer ?? checkForm(request, question);
    return refused ?? refuse(request, question, options) ?? (await complete(request, question, model, options));
  });
}

function checkKey({ headers }: Recorded, { key = null, azure }: FakeOpenAiOptions): Behaviour | null {
  if (key === null) return null;
  const sent = String((azure === undefined ? headers['authorization'] : headers['api-key']) ?? '');
  if (sent === (azure === undefined ? `Bearer ${key}` : key)) return null;
  const shown = sent.replace(/^Bearer /, '');
  return azure === undefined
    ? refusal(
        401,
        `Incorrect API key provided: ${shown}. You can find your API key at https://platform.openai.com/account/api-keys.`,
        null,
        'invalid_api_key',
      )
    : json({ error: { code: '401', message: 'Access denied due to invalid subscription key or wrong API endpoint.' } }, 401);
}

const KNOWN_FIELDS = new Set([
  ...['model', 'messages', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'seed', 'stream', 'stream_options'],
  ...['response_format', 'reasoning_effort'],
]);

/** What OpenAI refuses of everybody: https://platform.openai.com/docs/api-reference/chat/create */
function checkForm({ body }: Recorded, { prompt }: Question): Behaviour | null {
  const stray = Object.keys(body).find((field) => !KNOWN_FIELDS.has(field));
  if (stray !== undefined) return refusal(400, `Unrecognized request argument supplied: ${stray}`, null, '');
  if (!Array.isArray(body['messages']) || body['messages'].length === 0)
    return refusal(
      400,
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'messages',
      'empty_array',
    );
  if ('stream_options' in body && body['stream'] !== true)
    return refusal(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options', '');
  if ('max_tokens' in body && 'max_completion_tokens' in body)
    return refusal(
      400,
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
      'max_tokens',
      'invalid_parameter_combination',
    );
  const format = body['response_format'] as { type?: string } | undefined;
  if (format?.type === 'json_object' && !/json/i.test(prompt)) {
    return refusal(
      400,
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      'messages',
      '',
    );
  }
  return null;
}

const JSON_SCHEMA_REFUSED = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.";

function refuse({ body }: Recorded, { prompt }: Question, { quirks = [], contextLength = 128_000 }: FakeOpenAiOptions): Behaviour | null {
  const has = (quirk: OpenAiQuirk) => quirks.includes(quirk);
  const format = body['response_format'] as { type: string; json_schema?: { strict?: boolean } } | undefined;
  const limit = Number(body['max_tokens'] ?? body['max_completion_tokens'] ?? 0);
  const roles = ((body['messages'] as { role: string }[] | undefined) ?? []).map(({ role }) => role);
  if ('max_tokens' in body && (has('no-max-tokens') || has('no-answer-limit'))) {
    return unsupported(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      'max_tokens',
    );
  }
  if ('max_completion_tokens' in body && (has('no-max-completion-tokens') || has('no-answer-limit'))) {
    return refusal(422, 'Unrecognized request argument supplied: max_completion_tokens', null, '');
  }
  if (has('small-answer-limit') && limit > 256) {
    return refusal(
      400,
      `max_tokens is too large: ${limit}. This model supports at most 256 completion tokens, whereas you provided ${limit}.`,
      'max_tokens',
      'invalid_value',
    );
  }
  if (has('fixed-temperature') && 'temperature' in body && body['temperature'] !== 1) {
    return refusal(
      400,
      "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
      'temperature',
      'unsupported_value',
    );
  }
  if (has('no-seed') && 'seed' in body) return unsupported("Unknown parameter: 'seed'.", 'seed');
  if (has('no-seed-as-fastapi') && 'seed' in body) {
    return json({ detail: [{ type: 'extra_forbidden', loc: ['body', 'seed'], msg: 'Extra inputs are not permitted', input: body }] }, 422);
  }
  if (has('no-system-role') && roles.includes('system')) {
    return refusal(
      400,
      "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
      'messages[0].role',
      'unsupported_value',
    );
  }
  if (has('no-strict-schema') && format?.json_schema?.strict)
    return refusal(400, "Invalid schema for response_format 'aegis'", 'response_format', 'invalid_json_schema');
  if (has('no-json-schema') && format?.type === 'json_schema')
    return refusal(400, JSON_SCHEMA_REFUSED, 'response_format', 'invalid_request_error');
  if (has('no-response-format') && format !== undefined)
    return refusal(400, 'This response_format type is unavailable now', null, 'invalid_request_error');
  const needed = estimateTokens(prompt) + limit;
  if (needed > contextLength) {
    return refusal(
      400,
      `This model's maximum context length is ${contextLength} tokens. However, you requested ${needed} tokens.`,
      'messages',
      'context_length_exceeded',
    );
  }
  return null;
}

async function complete(
  { body }: Recorded,
  question: Question,
  model: SimulatedModel,
  { quirks = [] }: FakeOpenAiOptions,
): Promise<Behaviour> {
  const worded = wordAnswer(await model(question));
  if ('behaviour' in worded) return worded.behaviour;
  const most = Number(body['max_completion_tokens'] ?? body['max_tokens'] ?? 0);
  const cut = most > 0 && estimateTokens(worded.text) > most;
  const text = cut ? worded.text.slice(0, most * 3) : worded.text;
  const prompt_tokens = estimateTokens(question.prompt);
  const completion_tokens = estimateTokens(text);
  const usage = quirks.includes('no-usage')
    ? {}
    : { usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens } };
  const counts = (body['stream_options'] as { include_usage?: boolean } | undefined)?.include_usage === true;
  const head = { id: 'chatcmpl-1', created: 1, model: question.model };
  const finish_reason = cut ? 'length' : 'stop';
  if (body['stream'] !== true) {
    return json({
      ...head,
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: text, refusal: null }, finish_reason }],
      ...usage,
    });
  }
  const deltas = (text.match(/.{1,8}/gs) ?? []).map((content) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }));
  const parts = [...deltas, { choices: [{ index: 0, delta: {}, finish_reason }] }, ...(counts ? [{ choices: [], ...usage }] : [])];
  return events(...parts.map((part) => ({ ...head, object: 'chat.completion.chunk', ...part })));
}

/** A stream of events, as OpenAI sends them. */
export function events(...parts: readonly unknown[]): Behaviour & { kind: 'stream' } {
  const pieces = parts.map((part) => `data: ${JSON.stringify(part)}\n\n`);
  return { kind: 'stream', contentType: 'text/event-stream', pieces: [...pieces, 'data: [DONE]\n\n'] };
}

/** A refusal in OpenAI's form. */
export function refusal(
  status: number,
  message: string,
  param: string | null,
  code: string,
  headers: Record<string, string> = {},
): Behaviour {
  return { kind: 'json', status, headers, body: { error: { message, type: 'invalid_request_error', param, code } } };
}

function unsupported(message: string, param: string): Behaviour {
  return refusal(400, message, param, 'unsupported_parameter');
}

function json(body: unknown, status = 200): Behaviour {
  return { kind: 'json', body, status };
}
