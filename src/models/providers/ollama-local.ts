import type { ChatRequest } from 'ollama';
import { z } from 'zod';
import { explainFault } from '#lib/explain-fault.ts';
import { nearest } from '#lib/nearest.ts';
import { readServerAddress } from '#lib/server-address.ts';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { Health, ModelRequest, Provider, ProviderEnv, Reply } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { chooseWindow, filledWindow } from './_kit/context-window.ts';
import { describeStatus } from './_kit/describe-status.ts';
import { exchange } from './_kit/exchange.ts';
import { familyOf } from './_kit/family.ts';
import { resolveKey } from './_kit/key.ts';
import { cutReason, measurePrompt, type PromptSize, wasCut } from './_kit/prompt-cut.ts';
import { createLearner, type Quirk } from './_kit/quirks.ts';
import { readSettings, STEADY, serverSettings } from './_kit/settings.ts';
import { StatusFault } from './_kit/status-fault.ts';
import { strangeAnswer } from './_kit/strange-answer.ts';
import type { Target } from './_kit/target.ts';

/** The port of a server that was set up as it comes: https://docs.ollama.com/faq */
const PORT = '11434';

const settingsSchema = z.strictObject({
  ...serverSettings,
  num_ctx: z
    .number()
    .int()
    .min(512)
    .optional()
    .meta({ description: 'Largest context window to ask for, tokens; by default the model’s own.' }),
  keep_alive: z.union([z.string(), z.number()]).optional().meta({ description: 'How long the model stays loaded: 10m, -1 for ever.' }),
  think: z
    .union([z.boolean(), z.enum(['low', 'medium', 'high'])])
    .optional()
    .meta({ description: 'Let the model reason first; off by default.' }),
});
type Settings = z.infer<typeof settingsSchema>;

/** How a request is built for this server; see `QUIRKS`. */
interface Shape {
  readonly format: 'schema' | 'json' | 'none';
  readonly think: boolean;
  readonly truncate: boolean;
}

const QUIRKS: readonly Quirk<Shape>[] = [
  {
    name: 'a model or server without thinking',
    recognises: ({ said }) => /think/i.test(said),
    adapt: (shape) => (shape.think ? { ...shape, think: false } : null),
  },
  {
    name: 'a server before 0.5, which takes no schema as format',
    recognises: ({ said }) => /format|grammar|schema/i.test(said),
    adapt: (shape) =>
      shape.format === 'schema' ? { ...shape, format: 'json' } : shape.format === 'json' ? { ...shape, format: 'none' } : null,
  },
  {
    name: 'a server that does not know truncate',
    recognises: ({ said }) => /truncate/i.test(said),
    adapt: (shape) => (shape.truncate ? { ...shape, truncate: false } : null),
  },
];

const answerSchema = z.object({
  message: z.object({ content: z.string().nullish() }).nullish(),
  done_reason: z.string().nullish(),
  prompt_eval_count: z.number().nullish(),
  eval_count: z.number().nullish(),
  error: z.string().nullish(),
});

export const ollamaLocal: Provider = {
  type: 'ollama_local',
  summary: 'A model of an Ollama server, over its native API.',
  models: null,
  reads: () => 'prompt',
  defaults: (modelName) => ({
    roles: ['deep_scan'],
    parserId: 'json_findings',
    parserConfig: {},
    covers: 'all',
    timeoutMs: 300_000,
    family: familyOf(modelName),
  }),
  concurrency: 1,
  settings: settingsSchema,
  // Ollama runs models with this ending in its cloud: https://docs.ollama.com/cloud
  cost: ({ model_name }) => (/[:-]cloud$/.test(model_name) ? 'unknown' : 'nothing'),
  runsCode: false,
  endpoint: (entry, env) => findServer(entry, env).origin,
  connect(entry, env) {
    const settings = readSettings(settingsSchema, entry);
    const target = findTarget(entry, settings, env);
    const learn = createLearner<Shape>({ format: 'schema', think: true, truncate: true }, QUIRKS);
    const findLimit = rememberLimit(target);
    let window = 0;
    return {
      async call(request, signal) {
        const limit = settings.num_ctx ?? (await findLimit(signal));
        const size = measurePrompt(request.messages);
        const maxTokens = settings.max_tokens ?? request.maxTokens;
        const fitting = chooseWindow(size.likely, maxTokens, window, limit);
        window = fitting;
        try {
          const answer = await learn((shape) =>
            chat(target, signal, wordRequest(request, settings, shape, target.model, fitting, maxTokens)),
          );
          return readReply(answer, target, size, fitting);
        } catch (error) {
          throw error instanceof StatusFault ? describeStatus(error, target, request.messages) : error;
        }
      },
      health: (signal) => checkHealth(target, signal),
    };
  },
};

function findServer(entry: ModelEntry, env: ProviderEnv) {
  const written = entry.settings['base_url'];
  const [text, source] = typeof written === 'string' ? [written, 'base_url'] : [env.addresses['OLLAMA_HOST'] || '127.0.0.1', 'OLLAMA_HOST'];
  const address = readServerAddress(text, { port: PORT });
  if (address === null) {
    throw new InputError(`${source} of the model ${entry.model_id} is no address of a server`, {
      hint: `Write it as http://127.0.0.1:${PORT}.`,
    });
  }
  // The address of the other API is a common slip; the native one lives beside it.
  return { ...address, url: address.url.replace(/\/(v1|api)$/, '') };
}

function findTarget(entry: ModelEntry, settings: Settings, env: ProviderEnv): Target {
  const server = findServer(entry, env);
  const key = settings.api_key === undefined ? null : resolveKey(settings.api_key, entry.model_id, env);
  const model = entry.model_name;
  return {
    model,
    url: server.url,
    authorization: key?.authorization ?? server.authorization,
    keyName: key?.name ?? (server.authorization === null ? null : 'OLLAMA_HOST'),
    fetch: env.fetch,
    advice: {
      unreachable: 'Start it with `ollama serve`, or set OLLAMA_HOST to where it runs.',
      unknownModel: `Pull it with \`ollama pull ${model}\`.`,
      tooLarge: 'Raise num_ctx in its settings, or use a model with a larger window.',
    },
  };
}

/** The model's own window, asked for once: a larger one makes Ollama fall back to it without a word. */
function rememberLimit(target: Target): (signal: AbortSignal) => Promise<number | null> {
  let limit: Promise<number | null> | null = null;
  return (signal) => {
    limit ??= askLimit(target, signal).catch(() => {
      // A server that does not tell, or is not there: the call itself will say what is wrong.
      limit = null;
      return null;
    });
    return limit;
  };
}

async function askLimit(target: Target, signal: AbortSignal): Promise<number | null> {
  const { Ollama } = await import('ollama');
  const shown: unknown = await exchange(target, signal, (fetch) => new Ollama({ host: target.url, fetch }).show({ model: target.model }));
  const info = z.object({ model_info: z.record(z.string(), z.unknown()).nullish() }).safeParse(shown).data?.model_info ?? {};
  const length = Object.entries(info).find(([name]) => name.endsWith('.context_length'))?.[1];
  return typeof length === 'number' && length >= 512 ? length : null;
}

/** `truncate` is younger than the package's types: https://docs.ollama.com/api/chat */
type Request = ChatRequest & { stream: false; truncate?: boolean };

async function chat(target: Target, signal: AbortSignal, request: Request): Promise<unknown> {
  const { Ollama } = await import('ollama');
  return await exchange(target, signal, (fetch) => new Ollama({ host: target.url, fetch }).chat(request));
}

function wordRequest(request: ModelRequest, settings: Settings, shape: Shape, model: string, window: number, maxTokens: number): Request {
  const { temperature = STEADY.temperature, seed = STEADY.seed, top_p, keep_alive, think = false } = settings;
  return {
    model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    stream: false,
    ...(request.schema === null || shape.format === 'none' ? {} : { format: shape.format === 'json' ? 'json' : request.schema }),
    ...(shape.think ? { think } : {}),
    ...(shape.truncate ? { truncate: false } : {}),
    ...(keep_alive === undefined ? {} : { keep_alive }),
    options: { num_ctx: window, num_predict: maxTokens, temperature, seed, ...(top_p === undefined ? {} : { top_p }) },
  };
}

function readReply(answer: unknown, target: Target, size: PromptSize, window: number): Reply {
  const read = answerSchema.safeParse(answer);
  if (!read.success) throw strangeAnswer(target, 'an answer of another form than expected');
  const { message, done_reason, prompt_eval_count, eval_count, error } = read.data;
  if (error != null) throw new ProviderError('server', `${target.url} failed on ${target.model}`, { hint: 'Look into the log of Ollama.' });
  if (message == null) throw strangeAnswer(target, 'an answer without a message');
  const tokensIn = prompt_eval_count ?? null;
  const cut = filledWindow(tokensIn, size.likely, window) || wasCut(tokensIn, size);
  const reason = cut ? cutReason(tokensIn ?? 0, size) : done_reason === 'length' ? 'the answer was cut by its token limit' : null;
  return { text: message.content ?? '', finish: reason === null ? 'complete' : 'length', reason, tokensIn, tokensOut: eval_count ?? null };
}

async function checkHealth(target: Target, signal: AbortSignal): Promise<Health> {
  const { Ollama } = await import('ollama');
  try {
    const listed: unknown = await exchange(target, signal, (fetch) => new Ollama({ host: target.url, fetch }).list());
    const pulled = z
      .object({ models: z.array(z.object({ name: z.string() })) })
      .safeParse(listed)
      .data?.models.map(({ name }) => name);
    if (pulled === undefined) throw strangeAnswer(target, 'something else than a list of models');
    if (pulled.includes(target.model) || pulled.includes(`${target.model}:latest`)) {
      return { available: true, detail: `Ollama answers at ${target.url} and has ${target.model}.` };
    }
    const near = nearest(target.model, pulled);
    return {
      available: false,
      detail: `The model ${target.model} is not pulled at ${target.url}: \`ollama pull ${target.model}\`${near === null ? '' : `, or use ${near}`}.`,
    };
  } catch (error) {
    const fault = error instanceof StatusFault ? describeStatus(error, target, []) : error;
    if (fault instanceof ProviderError && fault.fault === 'unreachable') {
      return { available: false, detail: `Ollama does not answer at ${target.url}: start it with \`ollama serve\`, or set OLLAMA_HOST.` };
    }
    return { available: false, detail: explainFault(fault) };
  }
}
