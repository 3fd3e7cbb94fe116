import { estimateTokens } from '#lib/estimate-tokens.ts';
import { type Behaviour, type ModelServer, type Recorded, startModelServer } from './model-server.ts';
import { readQuestion, type SimulatedModel, wordAnswer } from './simulated-model.ts';
import { inParts, sendAs, type VendorBehaviour, type VendorStream } from './vendor-answers.ts';

export interface FakeHuggingFaceOptions {
  readonly key?: string | null;
  readonly models?: Readonly<Record<string, SimulatedModel>>;
  /** Answers the next requests of models, one each, before anything but the key is checked. */
  readonly script?: readonly VendorBehaviour[];
  readonly quirks?: readonly 'no-seed'[];
  /** What a classifier at the root answers for a text, in whichever form its server has. */
  readonly classify?: (text: string) => unknown;
  /** Tokens that the classifier takes; one token for each four characters. */
  readonly mostTokens?: number;
  /** How a text that is too long is refused: as text-embeddings-inference does, or as PyTorch. */
  readonly tooLong?: 'tei' | 'torch';
}

/** A fake of Hugging Face's router and of a dedicated endpoint: https://huggingface.co/docs/inference-providers/index */
export async function startFakeHuggingFace(options: FakeHuggingFaceOptions = {}): Promise<ModelServer> {
  const { key = null, models = { 'Qwen/Qwen3-Coder-30B-A3B-Instruct': () => [] } } = options;
  const script = [...(options.script ?? [])];
  return await startModelServer(async (request) => {
    const { method, path, headers } = request;
    if (key !== null && headers['authorization'] !== `Bearer ${key}`)
      return refusal(401, `Invalid username or password. ${String(headers['authorization'])}`);
    if (method === 'GET' && path === '/v1/models') {
      const data = Object.keys(models).map((id) => ({ id, object: 'model', owned_by: id.split('/')[0], context_length: 262_144 }));
      return { kind: 'json', body: { object: 'list', data } };
    }
    if (method === 'GET' && path === '/info' && options.classify !== undefined)
      return { kind: 'json', body: { model_id: 'classifier', max_input_length: options.mostTokens ?? 512 } };
    const classifies = path === '/' && options.classify !== undefined;
    if (method !== 'POST' || !(classifies || path === '/v1/chat/completions')) return { kind: 'text', status: 404, body: 'Not Found' };
    const scripted = script.shift();
    if (scripted !== undefined) return sendAs(scripted, request, CHAT_STREAM);
    return classifies ? classify(request, options) : await answer(request, models, options.quirks ?? []);
  });
}

function classify(
  { body }: Recorded,
  { classify: label = () => [], mostTokens = 512, tooLong = 'tei' }: FakeHuggingFaceOptions,
): Behaviour {
  const { inputs } = body;
  if (typeof inputs !== 'string') return refusal(422, 'Failed to deserialize the JSON body into the target type');
  const tokens = Math.ceil(inputs.length / 4) + 2;
  if (tokens > mostTokens && tooLong === 'tei')
    return refusal(413, `Input validation error: \`inputs\` must have less than ${mostTokens} tokens. Given: ${tokens}`, 'Validation');
  if (tokens > mostTokens)
    return refusal(400, `The size of tensor a (${tokens}) must match the size of tensor b (${mostTokens}) at non-singleton dimension 1`);
  return { kind: 'json', body: label(inputs) };
}

async function answer(
  request: Recorded,
  models: Readonly<Record<string, SimulatedModel>>,
  quirks: readonly 'no-seed'[],
): Promise<Behaviour> {
  const { body } = request;
  const name = String(body['model']);
  const [served = ''] = name.split(':');
  const model = models[served];
  if (model === undefined) {
    const message = `The requested model '${name}' does not exist`;
    return {
      kind: 'json',
      status: 400,
      body: { error: { message, type: 'invalid_request_error', param: 'model', code: 'model_not_found' } },
    };
  }
  if (typeof body['max_tokens'] !== 'number') return refusal(422, 'Input validation error: `max_tokens` must be strictly positive');
  if ('seed' in body && quirks.includes('no-seed')) return refusal(422, "Unrecognized request argument supplied: 'seed'");
  const question = readQuestion(body);
  const worded = wordAnswer(await model(question));
  if ('behaviour' in worded) return worded.behaviour;
  const [prompt_tokens, completion_tokens] = [estimateTokens(question.prompt), estimateTokens(worded.text)];
  const whole = {
    ...{ object: 'chat.completion', id: 'chatcmpl-1', created: 1_732_000_000, model: name },
    choices: [{ index: 0, message: { role: 'assistant', content: worded.text }, finish_reason: 'stop' }],
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  };
  return sendAs({ kind: 'answer', body: whole }, request, CHAT_STREAM);
}

interface WholeCompletion {
  readonly choices: readonly [
    {
      readonly message: {
        readonly content?: string | null;
        readonly tool_calls?: readonly { function: { arguments: string } }[];
        readonly [field: string]: unknown;
      };
      readonly finish_reason: string;
    },
  ];
  readonly usage?: unknown;
}

/** https://huggingface.co/docs/inference-providers/tasks/chat-completion#streaming */
const CHAT_STREAM: VendorStream = {
  asks: ({ body }) => body['stream'] === true,
  contentType: 'text/event-stream; charset=utf-8',
  cut(body) {
    const { choices, usage, ...head } = body as WholeCompletion;
    const [{ message, finish_reason }] = choices;
    const { content, tool_calls, role: _role, ...beside } = message;
    const delta = (part: object, finish: string | null = null) =>
      event({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta: part, finish_reason: finish }] });
    const begun = [delta({ role: 'assistant', content: '' }), ...(Object.keys(beside).length === 0 ? [] : [delta(beside)])];
    const texts = inParts(content ?? '').map((part) => delta({ content: part }));
    const calls = (tool_calls ?? []).flatMap((call) =>
      inParts(call.function.arguments).map((part) =>
        delta({ tool_calls: [{ index: 0, ...call, function: { ...call.function, arguments: part } }] }),
      ),
    );
    const counted = usage === undefined ? [] : [event({ ...head, choices: [], usage })];
    return { pieces: [...begun, ...texts, ...calls, delta({}, finish_reason), ...counted, 'data: [DONE]\n\n'], before: begun.length };
  },
};

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** A refusal in the form of Hugging Face's own servers. */
function refusal(status: number, error: string, error_type?: string): Behaviour {
  return { kind: 'json', status, body: { error, ...(error_type === undefined ? {} : { error_type }) } };
}
