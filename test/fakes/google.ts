import { estimateTokens } from '#lib/estimate-tokens.ts';
import { type Behaviour, type ModelServer, type Recorded, startModelServer } from './model-server.ts';
import { readQuestion, type SimulatedModel, wordAnswer } from './simulated-model.ts';
import { inParts, sendAs, type VendorBehaviour, type VendorStream } from './vendor-answers.ts';

/** What a model of this vendor may refuse, each in the words of one that does. */
type GoogleQuirk =
  | 'no-system-instruction'
  | 'no-json-mode'
  | 'no-answer-schema'
  | 'schema-too-complex'
  | 'no-seed'
  | 'thinks-always'
  | 'no-thinking'
  | 'fixed-sampling'
  | 'small-answer-limit';

export interface FakeGoogleOptions {
  /** Null: a gateway that wants no key. */
  readonly key?: string | null;
  readonly models?: Readonly<Record<string, SimulatedModel>>;
  /** Answers the next requests for content, one each, before anything but the key is checked. */
  readonly script?: readonly VendorBehaviour[];
  readonly quirks?: readonly GoogleQuirk[];
}

const CONFIG_FIELDS = new Set(
  'temperature topP topK seed maxOutputTokens stopSequences candidateCount responseMimeType responseSchema responseJsonSchema thinkingConfig'.split(
    ' ',
  ),
);

/** A fake of the Gemini API, which checks requests as it does: https://ai.google.dev/api/generate-content */
export async function startFakeGoogle(options: FakeGoogleOptions = {}): Promise<ModelServer> {
  const { key = null, models = { 'gemini-2.5-flash': () => [] } } = options;
  const script = [...(options.script ?? [])];
  return await startModelServer(async (request) => {
    const { pathname } = new URL(request.path, 'http://fake');
    const sent = request.headers['x-goog-api-key'];
    if (request.headers['authorization'] !== undefined)
      return refusal(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    if (key !== null && sent === undefined)
      return refusal(403, 'PERMISSION_DENIED', "Method doesn't allow unregistered callers (callers without established identity).");
    if (key !== null && sent !== key)
      return refusal(400, 'INVALID_ARGUMENT', `API key not valid. Please pass a valid API key. ${String(sent)}`);
    if (request.method === 'GET') return list(pathname, Object.keys(models));
    const [, name, action] = /^\/v1beta\/models\/([^:]+):(generateContent|streamGenerateContent)$/.exec(pathname) ?? [];
    if (name === undefined || action === undefined)
      return { kind: 'text', status: 404, contentType: 'text/html', body: '<html>404</html>' };
    const scripted = script.shift();
    if (scripted !== undefined) return sendAs(scripted, request, GOOGLE_STREAM);
    return refuse(request, name, models, options.quirks ?? []) ?? (await answer(request, name, models));
  });
}

function list(pathname: string, names: readonly string[]): Behaviour {
  const entries = names.map((name) => ({
    name: `models/${name}`,
    inputTokenLimit: 1_048_576,
    supportedGenerationMethods: ['generateContent'],
  }));
  const embedder = { name: 'models/gemini-embedding-001', inputTokenLimit: 2048, supportedGenerationMethods: ['embedContent'] };
  if (pathname === '/v1beta/models') return { kind: 'json', body: { models: [...entries, embedder] } };
  const found = entries.find(({ name }) => `/v1beta/${name}` === pathname);
  return found === undefined ? unknownModel(pathname.split('/').at(-1) ?? '') : { kind: 'json', body: found };
}

interface Content {
  readonly role?: string;
  readonly parts: readonly { readonly text: string }[];
}

function refuse({ body }: Recorded, name: string, models: object, quirks: readonly GoogleQuirk[]): Behaviour | null {
  const bad = (message: string) => refusal(400, 'INVALID_ARGUMENT', message);
  const has = (quirk: GoogleQuirk) => quirks.includes(quirk);
  if (!Object.hasOwn(models, name)) return unknownModel(name);
  const config = (body['generationConfig'] ?? {}) as Record<string, unknown>;
  const refused = has('no-seed') ? 'seed' : has('no-answer-schema') ? 'responseJsonSchema' : '';
  const unknown = Object.keys(config).find((field) => !CONFIG_FIELDS.has(field) || field === refused);
  if (unknown !== undefined)
    return bad(`Invalid JSON payload received. Unknown name "${unknown}" at 'generation_config': Cannot find field.`);
  const contents = (body['contents'] ?? []) as readonly Content[];
  if (contents.length === 0) return bad('* GenerateContentRequest.contents: contents is not specified\n');
  if (contents.some(({ role = 'user' }) => role !== 'user' && role !== 'model')) return bad('Please use a valid role: user, model.');
  if ('responseJsonSchema' in config && config['responseMimeType'] !== 'application/json')
    return bad('Response schema requires a response mime type of application/json');
  if ('systemInstruction' in body && has('no-system-instruction')) return bad(`Developer instruction is not enabled for models/${name}`);
  if ('responseMimeType' in config && has('no-json-mode')) return bad(`JSON mode is not enabled for models/${name}`);
  if ('responseJsonSchema' in config && has('schema-too-complex'))
    return bad('The specified schema produces a constraint that has too many states for serving.');
  const thinking = config['thinkingConfig'] as { thinkingBudget?: number } | undefined;
  if (thinking !== undefined && has('no-thinking')) return bad('Thinking is not supported for this model.');
  if (thinking?.thinkingBudget === 0 && has('thinks-always')) return bad('Budget 0 is invalid. This model only works in thinking mode.');
  if ('temperature' in config && has('fixed-sampling'))
    return bad('Unable to submit request because temperature is not supported by this model.');
  const limit = Number(config['maxOutputTokens'] ?? 0);
  if (limit > 256 && has('small-answer-limit')) {
    return bad(
      `Unable to submit request because it has a maxOutputTokens value of ${limit} but the supported range is from 1 (inclusive) to 257 (exclusive). Update the value and try again.`,
    );
  }
  return null;
}

async function answer(request: Recorded, name: string, models: Readonly<Record<string, SimulatedModel>>): Promise<Behaviour> {
  const { body } = request;
  const texts = (content: unknown) => ((content as Content | undefined)?.parts ?? []).map(({ text }) => text).join('\n');
  const messages = [
    { role: 'system', content: texts(body['systemInstruction']) },
    ...(body['contents'] as readonly Content[]).map((content) => ({ role: 'user', content: texts(content) })),
  ];
  const question = readQuestion({ ...body, model: name, messages });
  const worded = wordAnswer(await (models[name] ?? (() => []))(question));
  if ('behaviour' in worded) return worded.behaviour;
  const [promptTokenCount, candidatesTokenCount] = [estimateTokens(question.prompt), estimateTokens(worded.text)];
  const whole: WholeAnswerBody = {
    candidates: [{ content: { parts: [{ text: worded.text }], role: 'model' }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount, candidatesTokenCount, totalTokenCount: promptTokenCount + candidatesTokenCount },
    modelVersion: name,
  };
  return sendAs({ kind: 'answer', body: whole }, request, GOOGLE_STREAM);
}

interface Part {
  readonly text?: string;
  readonly [field: string]: unknown;
}

interface WholeAnswerBody {
  readonly candidates?: readonly {
    readonly content?: { readonly parts?: readonly Part[]; readonly role: string };
    readonly finishReason?: string;
    readonly [field: string]: unknown;
  }[];
  readonly [field: string]: unknown;
}

/** Each event of a stream has the form of a whole answer: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent */
const GOOGLE_STREAM: VendorStream = {
  asks: ({ path }) => path.includes(':streamGenerateContent?') && path.includes('alt=sse'),
  contentType: 'text/event-stream',
  cut(body) {
    const { candidates, ...rest } = body as WholeAnswerBody;
    const [candidate] = candidates ?? [];
    if (candidate === undefined) return { pieces: [event(body)], before: 0 };
    const { content, finishReason, ...about } = candidate;
    const parts = (content?.parts ?? []).flatMap((part): readonly Part[] =>
      part.text === undefined ? [part] : inParts(part.text).map((text) => ({ ...part, text })),
    );
    const begun = parts.map((part) => event({ candidates: [{ content: { parts: [part], role: 'model' }, ...about }] }));
    return { pieces: [...begun, event({ ...rest, candidates: [{ ...about, finishReason }] })], before: 0 };
  },
};

function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\r\n\r\n`;
}

function unknownModel(name: string): Behaviour {
  return refusal(
    404,
    'NOT_FOUND',
    `models/${name} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
  );
}

/** A refusal in Google's form: https://cloud.google.com/apis/design/errors#http_mapping */
function refusal(code: number, status: string, message: string): Behaviour {
  return { kind: 'json', status: code, body: { error: { code, message, status } } };
}
