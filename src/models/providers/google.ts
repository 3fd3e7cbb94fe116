import { z } from 'zod';
import { quirkKey } from '#lib/quirk-key.ts';
import { InputError } from '#model/errors.ts';
import type { DiscoveredModel, Provider, Reply } from '#ports/provider.ts';
import { checkModel } from './_cloud/check-model.ts';
import { findCatalogueTarget, findServer, findTarget, type Vendor } from './_cloud/vendor.ts';
import { hasEnded, hearAnswer, NOTHING_HEARD, toReply } from './_google/read-reply.ts';
import { FIRST_SHAPE, QUIRKS } from './_google/request-shape.ts';
import { wordRequest } from './_google/word-request.ts';
import { describeStatus } from './_kit/describe-status.ts';
import { exchange } from './_kit/exchange.ts';
import { exchangeStream, settleStream } from './_kit/exchange-stream.ts';
import { familyOf } from './_kit/family.ts';
import { createLearner, describeQuirks } from './_kit/quirks.ts';
import { readSettings, serverSettings } from './_kit/settings.ts';
import { StatusFault } from './_kit/status-fault.ts';
import { strangeAnswer } from './_kit/strange-answer.ts';
import type { Target } from './_kit/target.ts';

/** https://ai.google.dev/gemini-api/docs/api-key */
const GOOGLE: Vendor = {
  url: 'https://generativelanguage.googleapis.com',
  variable: 'GOOGLE_GEMINI_BASE_URL',
  keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  appended: /\/v1(alpha|beta)?$/,
  sign: (key) => ({ authorization: null, ...(key === null ? {} : { headers: { 'x-goog-api-key': key.value } }) }),
  advice: {
    unreachable: 'Check the connection, and base_url where you set it.',
    unknownModel: 'Check the name of the model; `aegis models discover` lists those of your account.',
    tooLarge: 'Use a model with a larger window.',
  },
};

const settingsSchema = z.strictObject({
  ...serverSettings,
  thinking_budget: z
    .int()
    .min(-1)
    .optional()
    .meta({ description: 'Tokens for reasoning before the answer: 0 turns it off, -1 leaves it to the model.' }),
  thinking_level: z
    .enum(['minimal', 'low', 'medium', 'high'])
    .optional()
    .meta({ description: 'How much a model from Gemini 3 on reasons; its own default where it is not set.' }),
  context_length: z.int().min(512).optional().meta({ description: 'The model’s window, tokens: chunks are cut to fit it.' }),
});

export const google: Provider = {
  type: 'google',
  summary: 'A Gemini or Gemma model of Google, over the Gemini API.',
  models: null,
  reads: () => 'prompt',
  defaults: (modelName) => ({
    roles: ['deep_scan'],
    parserId: 'json_findings',
    parserConfig: {},
    covers: 'all',
    timeoutMs: 180_000,
    family: familyOf(modelName),
  }),
  concurrency: 4,
  quirks: describeQuirks(QUIRKS),
  settings: settingsSchema,
  cost: () => 'unknown',
  runsCode: false,
  endpoint: (entry, env) => findServer(GOOGLE, entry, env).origin,
  connect(entry, env) {
    const settings = readSettings(settingsSchema, entry);
    const target = findTarget(GOOGLE, entry, env);
    // The name becomes part of a path.
    if (!/^[\w.-]+(\/[\w.-]+)*$/.test(target.model) || /(^|\/)\.\.?(\/|$)/.test(target.model))
      throw new InputError(`${JSON.stringify(target.model)} is no name of a model of Google`, { hint: 'Write it as gemini-2.5-flash.' });
    const learn = createLearner(FIRST_SHAPE, QUIRKS, {
      key: quirkKey('google', findServer(GOOGLE, entry, env).origin, target.model),
      memory: env.quirks,
    });
    return {
      async call(request, signal, heard) {
        try {
          return await learn(async (shape) => {
            const body = wordRequest(target.model, request, settings, shape);
            if (heard !== undefined) return await streamAnswer(target, body, signal, heard);
            const answer = await exchange(target, signal, async (fetch) => await (await open(target, fetch)).generateContent(body));
            const read = hearAnswer(answer, NOTHING_HEARD);
            if (read === null) throw strangeAnswer(target, 'an answer of another form than expected');
            return toReply(read.heard);
          });
        } catch (error) {
          throw error instanceof StatusFault ? describeStatus(error, target, request.messages) : error;
        }
      },
      health: (signal) =>
        checkModel(
          target,
          () => exchange(target, signal, async (fetch) => await (await open(target, fetch)).get({ model: target.model })),
          async () => (await listModels(target, signal)).map(({ name }) => name),
        ),
    };
  },
  catalogue: {
    async discover(env, signal, options) {
      const target = findCatalogueTarget(GOOGLE, env, options);
      try {
        return await listModels(target, signal);
      } catch (error) {
        throw error instanceof StatusFault ? describeStatus(error, target, []) : error;
      }
    },
  },
};

/** Google’s client for one exchange. Nothing of it comes from the environment, and it does not retry. */
async function open(target: Target, fetch: typeof globalThis.fetch) {
  const { GoogleGenAI } = await import('@google/genai');
  // The real key is set by `exchange`.
  const options = { apiKey: 'unset', vertexai: false, httpOptions: { baseUrl: target.url, fetch } };
  return quietly(() => new GoogleGenAI(options)).models;
}

/** The client reads keys from the environment even where it is given one, and warns on the console where it finds two. */
function quietly<T>(make: () => T): T {
  // biome-ignore lint/suspicious/noConsole: it is kept from a package, for the length of one synchronous call.
  const said = console.warn;
  console.warn = () => {};
  try {
    return make();
  } finally {
    console.warn = said;
  }
}

async function streamAnswer(
  target: Target,
  body: ReturnType<typeof wordRequest>,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<Reply> {
  let soFar = NOTHING_HEARD;
  const stopped = await exchangeStream(
    target,
    signal,
    async (fetch) => tellFaults(await (await open(target, fetch)).generateContentStream(body)),
    (answer) => {
      const read = hearAnswer(answer, soFar);
      if (read === null) return;
      soFar = read.heard;
      if (read.part !== '') tell(read.part);
    },
  );
  const finished = hasEnded(soFar);
  return settleStream(toReply(soFar), stopped ?? (finished ? null : strangeAnswer(target, 'half an answer')), finished);
}

/** An error that stands in the stream: the package throws it with its status, and its body within its message. */
async function* tellFaults(answers: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* answers;
  } catch (error) {
    const status = error instanceof Error && 'status' in error ? Number(error.status) : Number.NaN;
    if (!(error instanceof Error) || !(status >= 400 && status <= 599)) throw error;
    throw new StatusFault(status, error.message.slice(Math.max(0, error.message.indexOf('{'))), new Headers());
  }
}

const modelSchema = z.object({
  name: z.string(),
  inputTokenLimit: z.number().nullish(),
  supportedActions: z.array(z.string()).nullish(),
});

/** Models that write text. One page of the most that is allowed: https://ai.google.dev/api/models#method:-models.list */
async function listModels(target: Target, signal: AbortSignal): Promise<readonly DiscoveredModel[]> {
  const page: unknown = await exchange(
    target,
    signal,
    async (fetch) => (await (await open(target, fetch)).list({ config: { pageSize: 1000 } })).page,
  );
  const read = z.array(modelSchema).safeParse(page);
  if (!read.success) throw strangeAnswer(target, 'something else than a list of models');
  return read.data
    .filter(({ supportedActions }) => supportedActions?.includes('generateContent') ?? true)
    .map(({ name, inputTokenLimit }) => ({
      name: name.replace(/^models\//, ''),
      sizeBytes: null,
      parameters: null,
      quantisation: null,
      contextLength: inputTokenLimit ?? null,
      family: familyOf(name),
      digest: null,
      loaded: null,
    }));
}
