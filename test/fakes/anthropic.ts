import { estimateTokens } from '#lib/estimate-tokens.ts';
import { type Behaviour, type ModelServer, type Recorded, startModelServer } from './model-server.ts';
import { readQuestion, type SimulatedModel, wordAnswer } from './simulated-model.ts';
import { inParts, sendAs, type VendorBehaviour, type VendorStream } from './vendor-answers.ts';

/** What a model of this vendor may refuse, each in the words of one that does. */
type AnthropicQuirk =
  | 'one-of-temperature-and-top-p'
  | 'no-temperature'
  | 'no-output-format'
  | 'no-forced-tool'
  | 'no-effort'
  | 'no-thinking-budget'
  | 'no-thinking'
  | 'small-answer-limit';

export interface FakeAnthropicOptions {
  /** Null: a gateway that wants no key. */
  readonly key?: string | null;
  readonly models?: Readonly<Record<string, SimulatedModel>>;
  /** Answers the next requests for messages, one each, before anything but the key is checked. */
  readonly script?: readonly VendorBehaviour[];
  readonly quirks?: readonly AnthropicQuirk[];
  /** False: a gateway that passes messages on and lists nothing. */
  readonly lists?: boolean;
}

const KNOWN_FIELDS = new Set(
  'model max_tokens system messages temperature top_p top_k stream stop_sequences metadata tools tool_choice thinking output_config service_tier'.split(
    ' ',
  ),
);

/** A fake of the Messages API, which checks requests as it does: https://platform.claude.com/docs/en/api/messages */
export async function startFakeAnthropic(options: FakeAnthropicOptions = {}): Promise<ModelServer> {
  const { key = null, models = { 'claude-haiku-4-5': () => [] }, lists = true } = options;
  const script = [...(options.script ?? [])];
  return await startModelServer(async (request) => {
    if (key !== null && request.headers['x-api-key'] !== key)
      return refusal(401, 'authentication_error', `invalid x-api-key: ${String(request.headers['x-api-key'])}`);
    if (request.headers['authorization'] !== undefined) return refusal(401, 'authentication_error', 'Invalid bearer token');
    if (request.headers['anthropic-version'] !== '2023-06-01')
      return refusal(400, 'invalid_request_error', 'anthropic-version: header is required');
    const { pathname } = new URL(request.path, 'http://fake');
    if (request.method === 'GET' && pathname.startsWith('/v1/models')) return lists ? list(pathname, Object.keys(models)) : NOT_FOUND;
    if (request.method !== 'POST' || pathname !== '/v1/messages') return NOT_FOUND;
    const scripted = script.shift();
    if (scripted !== undefined) return sendAs(scripted, request, ANTHROPIC_STREAM);
    return refuse(request, models, options.quirks ?? []) ?? (await answer(request, models));
  });
}

const NOT_FOUND = refusal(404, 'not_found_error', 'Not Found');

function list(pathname: string, names: readonly string[]): Behaviour {
  const entries = names.map((id) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: '2025-01-01T00:00:00Z',
    max_input_tokens: 200_000,
  }));
  if (pathname === '/v1/models')
    return { kind: 'json', body: { data: entries, has_more: false, first_id: names[0] ?? null, last_id: names.at(-1) ?? null } };
  const wanted = decodeURIComponent(pathname.slice('/v1/models/'.length));
  const found = entries.find(({ id }) => id === wanted);
  return found === undefined ? refusal(404, 'not_found_error', `model: ${wanted}`) : { kind: 'json', body: found };
}

type Message = { readonly role: string; readonly content: unknown };

function refuse({ body }: Recorded, models: object, quirks: readonly AnthropicQuirk[]): Behaviour | null {
  const bad = (message: string) => refusal(400, 'invalid_request_error', message);
  const has = (quirk: AnthropicQuirk) => quirks.includes(quirk);
  const unknown = Object.keys(body).find((field) => !KNOWN_FIELDS.has(field));
  if (unknown !== undefined) return bad(`${unknown}: Extra inputs are not permitted`);
  if (typeof body['max_tokens'] !== 'number') return bad('max_tokens: Field required');
  const messages = (body['messages'] ?? []) as readonly Message[];
  if (messages.length === 0) return bad('messages: at least one message is required');
  if (messages.some(({ role }) => role === 'system'))
    return bad(
      'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
    );
  if (Number(body['temperature'] ?? 0) > 1) return bad('temperature: range: 0..1');
  if (!Object.hasOwn(models, String(body['model']))) return refusal(404, 'not_found_error', `model: ${String(body['model'])}`);
  const thinking = body['thinking'] as { type: string; budget_tokens?: number } | undefined;
  const config = body['output_config'] as { format?: { schema: object }; effort?: string } | undefined;
  const forced = (body['tool_choice'] as { type: string } | undefined)?.type === 'tool';
  if (thinking !== undefined && ('temperature' in body || forced))
    return bad(
      forced
        ? 'Thinking may not be enabled when tool_choice forces tool use.'
        : '`temperature` may only be set to 1 when thinking is enabled.',
    );
  if (thinking?.type === 'enabled' && (thinking.budget_tokens ?? 0) >= body['max_tokens'])
    return bad('`max_tokens` must be greater than `thinking.budget_tokens`.');
  if (thinking !== undefined && has('no-thinking')) return bad('thinking: this model does not support thinking');
  if (thinking?.type === 'enabled' && has('no-thinking-budget'))
    return bad(
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
    );
  if (config?.effort !== undefined && has('no-effort')) return bad('This model does not support the effort parameter.');
  if (config?.format !== undefined && has('no-output-format')) return bad(`'${String(body['model'])}' does not support output format.`);
  if (config?.format !== undefined && !('additionalProperties' in config.format.schema))
    return bad("output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false");
  if (forced && has('no-forced-tool')) return bad('tool_choice: this model does not support forced tool use');
  if ('temperature' in body && 'top_p' in body && has('one-of-temperature-and-top-p'))
    return bad('`temperature` and `top_p` cannot both be specified for this model. Please use only one.');
  if ('temperature' in body && has('no-temperature')) return bad('`temperature` is deprecated for this model.');
  if (has('small-answer-limit') && body['max_tokens'] > 256)
    return bad(
      `max_tokens: ${body['max_tokens']} > 256, which is the maximum allowed number of output tokens for ${String(body['model'])}`,
    );
  return null;
}

async function answer(request: Recorded, models: Readonly<Record<string, SimulatedModel>>): Promise<Behaviour> {
  const { body } = request;
  const question = readQuestion({
    ...body,
    messages: [{ role: 'system', content: body['system'] ?? '' }, ...(body['messages'] as Message[])],
  });
  const worded = wordAnswer(await (models[question.model] ?? (() => []))(question));
  if ('behaviour' in worded) return worded.behaviour;
  const forced = (body['tool_choice'] as { name?: string } | undefined)?.name;
  const content =
    forced === undefined
      ? [{ type: 'text', text: worded.text }]
      : [{ type: 'tool_use', id: 'toolu_1', name: forced, input: JSON.parse(worded.text) as unknown }];
  const usage = { input_tokens: estimateTokens(question.prompt), output_tokens: estimateTokens(worded.text) };
  const stop_reason = forced === undefined ? 'end_turn' : 'tool_use';
  const whole = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: question.model,
    content,
    stop_reason,
    stop_sequence: null,
    usage,
  };
  return sendAs({ kind: 'answer', body: whole }, request, ANTHROPIC_STREAM);
}

interface WholeMessage {
  readonly content: readonly { readonly type: string; readonly text?: string; readonly thinking?: string; readonly input?: unknown }[];
  readonly stop_reason: string;
  readonly stop_details?: unknown;
  readonly usage?: { readonly input_tokens: number; readonly output_tokens: number };
}

interface Event {
  readonly type: string;
  readonly delta?: object;
  readonly [field: string]: unknown;
}

/** https://platform.claude.com/docs/en/build-with-claude/streaming */
const ANTHROPIC_STREAM: VendorStream = {
  asks: ({ body }) => body['stream'] === true,
  contentType: 'text/event-stream; charset=utf-8',
  cut(body) {
    const { content, stop_reason, stop_details = null, usage, ...head } = body as WholeMessage;
    const started = usage === undefined ? {} : { usage: { ...usage, output_tokens: 1 } };
    const ended = usage === undefined ? {} : { usage: { output_tokens: usage.output_tokens } };
    const events: Event[] = [{ type: 'message_start', message: { ...head, content: [], stop_reason: null, ...started } }, { type: 'ping' }];
    const blocks = content.map((block, index): Event[] => [
      { type: 'content_block_start', index, content_block: { ...block, ...emptied(block) } },
      ...deltas(block).map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]);
    const end: Event[] = [
      { type: 'message_delta', delta: { stop_reason, stop_sequence: null, stop_details }, ...ended },
      { type: 'message_stop' },
    ];
    const all = [...events, ...blocks.flat(), ...end];
    const first = all.findIndex(({ delta }) => delta !== undefined && 'text' in delta);
    return {
      pieces: all.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
      before: first === -1 ? all.length - end.length : first,
    };
  },
};

function emptied({ type }: WholeMessage['content'][number]): object {
  return type === 'text' ? { text: '' } : type === 'thinking' ? { thinking: '' } : type === 'tool_use' ? { input: {} } : {};
}

function deltas(block: WholeMessage['content'][number]): readonly object[] {
  if (block.type === 'text') return inParts(block.text ?? '').map((text) => ({ type: 'text_delta', text }));
  if (block.type === 'thinking')
    return [
      ...inParts(block.thinking ?? '').map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature: 'EqQB' },
    ];
  if (block.type !== 'tool_use') return [];
  return inParts(JSON.stringify(block.input)).map((partial_json) => ({ type: 'input_json_delta', partial_json }));
}

/** A refusal in Anthropic's form: https://platform.claude.com/docs/en/api/errors#error-shapes */
function refusal(status: number, type: string, message: string): Behaviour {
  return { kind: 'json', status, body: { type: 'error', error: { type, message }, request_id: 'req_1' } };
}
