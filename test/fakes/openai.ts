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

export interface FakeOpenAiOptions {
  /** Null: the server wants no key, as local ones do. */
  readonly key?: string | null;
  /** Models by name, and how they answer. */
  readonly models?: Readonly<Record<string, SimulatedModel>>;
  /** Answers the next chat requests, one each, before anything is checked. */
  readonly script?: readonly Behaviour[];
  readonly quirks?: readonly OpenAiQuirk[];
  /** Tokens of prompt and answer. */
  readonly contextLength?: number;
}

/** A fake of OpenAI's chat API under `/v1`, which checks requests and words its refusals as servers of this form do. */
export async function startFakeOpenAi(options: FakeOpenAiOptions = {}): Promise<ModelServer> {
  const models = options.models ?? { 'gpt-5-mini': () => [] };
  const script = [...(options.script ?? [])];
  return await startModelServer(async (request) => {
    const key = options.key ?? null;
    if (key !== null && request.headers['authorization'] !== `Bearer ${key}`) {
      const sent = String(request.headers['authorization'] ?? '').replace(/^Bearer /, '');
      return refusal(
        401,
        `Incorrect API key provided: ${sent}. You can find your API key at https://platform.openai.com/account/api-keys.`,
        null,
        'invalid_api_key',
      );
    }
    if (request.path === '/v1/models') return json({ object: 'list', data: Object.keys(models).map((id) => ({ id, object: 'model' })) });
    if (request.path !== '/v1/chat/completions')
      return { kind: 'text', body: '<html><body>Not Found</body></html>', contentType: 'text/html', status: 404 };
    const scripted = script.shift();
    if (scripted !== undefined) return scripted;
    const question = readQuestion(request.body);
    const model = models[question.model];
    if (model === undefined)
      return refusal(404, `The model \`${question.model}\` does not exist or you do not have access to it.`, null, 'model_not_found');
    return refuse(request, question, options) ?? (await complete(request, question, model, options));
  });
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
  const deltas = (text.match(/.{1,20}/gs) ?? []).map((content) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }));
  const events = [...deltas, { choices: [{ index: 0, delta: {}, finish_reason }] }, { choices: [], ...usage }];
  const pieces = events.map((event) => `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...event })}\n\n`);
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
