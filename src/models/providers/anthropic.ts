import { z } from 'zod';
import { quirkKey } from '#lib/quirk-key.ts';
import type { DiscoveredModel, Provider, Reply } from '#ports/provider.ts';
import { faultOf, hearEvent, NOTHING_HEARD, readMessage, toReply } from './_anthropic/read-reply.ts';
import { FIRST_SHAPE, QUIRKS } from './_anthropic/request-shape.ts';
import { wordRequest } from './_anthropic/word-request.ts';
import { checkModel } from './_cloud/check-model.ts';
import { findCatalogueTarget, findServer, findTarget, type Vendor } from './_cloud/vendor.ts';
import { describeStatus } from './_kit/describe-status.ts';
import { exchange } from './_kit/exchange.ts';
import { exchangeStream, settleStream } from './_kit/exchange-stream.ts';
import { familyOf } from './_kit/family.ts';
import { createLearner, describeQuirks } from './_kit/quirks.ts';
import { readSettings, serverSettings } from './_kit/settings.ts';
import { StatusFault } from './_kit/status-fault.ts';
import { strangeAnswer } from './_kit/strange-answer.ts';
import type { Target } from './_kit/target.ts';

/** https://platform.claude.com/docs/en/api/overview#authentication */
const ANTHROPIC: Vendor = {
  url: 'https://api.anthropic.com',
  variable: 'ANTHROPIC_BASE_URL',
  keys: ['ANTHROPIC_API_KEY'],
  appended: /\/v1$/,
  sign: (key) => ({
    authorization: null,
    headers: { 'anthropic-version': '2023-06-01', ...(key === null ? {} : { 'x-api-key': key.value }) },
  }),
  advice: {
    unreachable: 'Check the connection, and base_url where you set it.',
    unknownModel: 'Check the name of the model; `aegis models discover` lists those of your account.',
    tooLarge: 'Use a model with a larger window.',
  },
};

const { seed: _noSeed, ...offered } = serverSettings;
const settingsSchema = z.strictObject({
  ...offered,
  temperature: z.number().min(0).max(1).optional().meta({ description: 'Randomness; 0 by default.' }),
  thinking_budget: z
    .int()
    .min(1024)
    .optional()
    .meta({ description: 'Room for reasoning in tokens, beside that of the answer; older models reason only where it is set.' }),
  effort: z
    .enum(['low', 'medium', 'high', 'xhigh', 'max'])
    .optional()
    .meta({ description: 'How much work the model puts into an answer; its own default where it is not set.' }),
  context_length: z.int().min(512).optional().meta({ description: 'The model’s window, tokens: chunks are cut to fit it.' }),
});

export const anthropic: Provider = {
  type: 'anthropic',
  summary: 'A Claude model of Anthropic, over its Messages API.',
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
  endpoint: (entry, env) => findServer(ANTHROPIC, entry, env).origin,
  connect(entry, env) {
    const settings = readSettings(settingsSchema, entry);
    const target = findTarget(ANTHROPIC, entry, env);
    const learn = createLearner(FIRST_SHAPE, QUIRKS, {
      key: quirkKey('anthropic', findServer(ANTHROPIC, entry, env).origin, target.model),
      memory: env.quirks,
    });
    return {
      async call(request, signal, heard) {
        try {
          return await learn(async (shape) => {
            const body = wordRequest(target.model, request, settings, shape);
            if (heard !== undefined) return await streamMessage(target, body, signal, heard);
            return readMessage(
              await exchange(target, signal, async (fetch) => await (await open(target, fetch)).post<unknown>(MESSAGES, { body })),
              target,
            );
          });
        } catch (error) {
          if (!(error instanceof StatusFault)) throw error;
          if (isFiltered(error)) return FILTERED;
          throw describeStatus(error, target, request.messages);
        }
      },
      health: (signal) =>
        checkModel(
          target,
          () => exchange(target, signal, async (fetch) => await (await open(target, fetch)).models.retrieve(target.model)),
          async () => (await listModels(target, signal)).map(({ name }) => name),
        ),
    };
  },
  catalogue: {
    async discover(env, signal, options) {
      const target = findCatalogueTarget(ANTHROPIC, env, options);
      try {
        return await listModels(target, signal);
      } catch (error) {
        throw error instanceof StatusFault ? describeStatus(error, target, []) : error;
      }
    },
  },
};

/** Anthropic’s client for one exchange. Nothing of it comes from the environment, and it neither retries nor logs. */
async function open(target: Target, fetch: typeof globalThis.fetch) {
  const { Anthropic } = await import('@anthropic-ai/sdk');
  return new Anthropic({
    baseURL: target.url,
    // The real key is set by `exchange`; without one, the client searches the machine for a login.
    apiKey: 'unset',
    webhookKey: null,
    maxRetries: 0,
    timeout: LONGEST_TIMER,
    logLevel: 'off',
    openTelemetry: false,
    fetch,
  });
}

/** Called by its path: the package’s own function writes warnings about old models to the console. */
const MESSAGES = '/v1/messages';

/** The time limit stands around the call; this one must not come first. Timers take 31 bits. */
const LONGEST_TIMER = 2 ** 31 - 1;

async function streamMessage(
  target: Target,
  body: ReturnType<typeof wordRequest>,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<Reply> {
  let soFar = NOTHING_HEARD;
  const stopped = await exchangeStream(
    target,
    signal,
    async (fetch) =>
      tellFaults(
        await (await open(target, fetch)).post<AsyncIterable<unknown>>(MESSAGES, { body: { ...body, stream: true }, stream: true }),
      ),
    (event) => {
      const { heard, part } = hearEvent(event, soFar);
      soFar = heard;
      if (part !== '') tell(part);
    },
  );
  const finished = soFar.stopped !== null;
  return settleStream(toReply(soFar), stopped ?? (finished ? null : strangeAnswer(target, 'half an answer')), finished);
}

/** An error that stands in the stream: the package throws it with its body. */
async function* tellFaults(events: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* events;
  } catch (error) {
    const body = error instanceof Error && 'error' in error ? error.error : undefined;
    throw body == null ? error : faultOf(body);
  }
}

async function listModels(target: Target, signal: AbortSignal): Promise<readonly DiscoveredModel[]> {
  // One page of the most that is allowed: https://platform.claude.com/docs/en/api/models-list
  const page: unknown = await exchange(target, signal, async (fetch) => await (await open(target, fetch)).models.list({ limit: 1000 }));
  const read = z.object({ data: z.array(z.object({ id: z.string(), max_input_tokens: z.number().nullish() })) }).safeParse(page);
  if (!read.success) throw strangeAnswer(target, 'something else than a list of models');
  return read.data.data.map(({ id, max_input_tokens }) => ({
    name: id,
    sizeBytes: null,
    parameters: null,
    quantisation: null,
    contextLength: max_input_tokens ?? null,
    family: familyOf(id),
    digest: null,
    loaded: null,
  }));
}

/** "Output blocked by content filtering policy" comes with status 400. */
function isFiltered({ status, said }: StatusFault): boolean {
  return status === 400 && /blocked by content filtering/i.test(said);
}
const FILTERED: Reply = { text: '', finish: 'refused', reason: 'a content filter refused the answer', tokensIn: null, tokensOut: null };
