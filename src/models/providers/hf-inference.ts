import { z } from 'zod';
import { explainFault } from '#lib/explain-fault.ts';
import { nearest } from '#lib/nearest.ts';
import { quirkKey } from '#lib/quirk-key.ts';
import { InputError } from '#model/errors.ts';
import type { EntryDefaults, Health, Provider } from '#ports/provider.ts';
import { findServer, findTarget, type Vendor } from './_cloud/vendor.ts';
import { vendorCatalogue } from './_cloud/vendor-catalogue.ts';
import { chat } from './_hugging-face/chat.ts';
import { createClassifier, type Task } from './_hugging-face/classify.ts';
import { describeStatus } from './_kit/describe-status.ts';
import { exchange } from './_kit/exchange.ts';
import { familyOf } from './_kit/family.ts';
import { createLearner, describeQuirks } from './_kit/quirks.ts';
import { readSettings, serverSettings } from './_kit/settings.ts';
import { StatusFault } from './_kit/status-fault.ts';
import type { Target } from './_kit/target.ts';
import { discoverModels, listNames } from './_openai/list-models.ts';
import { QUIRKS } from './_openai/quirks.ts';
import { firstShape } from './_openai/request-shape.ts';

/** https://huggingface.co/docs/inference-providers/index */
const ROUTER = 'https://router.huggingface.co';
const HUGGING_FACE: Vendor = {
  url: ROUTER,
  variable: null,
  keys: ['HF_TOKEN'],
  appended: /(\/v1)?(\/chat\/completions)?$/,
  sign: (key) => ({ authorization: key?.authorization ?? null }),
  advice: {
    unreachable: 'Check the connection, and base_url where you set it.',
    unknownModel: 'Check its name, and that a provider serves it (its page says so), or name an endpoint of your own with base_url.',
    tooLarge: 'Lower max_input_tokens for a classifier, or use a model with a larger window.',
  },
};

const settingsSchema = z.strictObject({
  ...serverSettings,
  task: z
    .enum(['chat', 'text-classification', 'token-classification'])
    .default('chat')
    .meta({ description: 'What the model does: chat (default), text-classification, token-classification.' }),
  provider: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,60}$/)
    .optional()
    .meta({
      description: 'Who serves a chat model behind the router: together, groq, fastest, cheapest…; by default the order of your account.',
    }),
  max_input_tokens: z
    .int()
    .min(32)
    .default(512)
    .meta({ description: 'The most that a classifier reads at once, tokens; longer code is shown in several windows.' }),
  context_length: z.int().min(512).optional().meta({ description: 'A chat model’s window, tokens: chunks are cut to fit it.' }),
  reasoning_effort: z
    .enum(['none', 'minimal', 'low', 'medium', 'high'])
    .optional()
    .meta({ description: 'How much a reasoning model thinks first.' }),
});

const DEFAULTS: Readonly<Record<'chat' | Task, Pick<EntryDefaults, 'roles' | 'parserId'>>> = {
  chat: { roles: ['deep_scan'], parserId: 'json_findings' },
  'text-classification': { roles: ['triage'], parserId: 'hf_classification' },
  'token-classification': { roles: ['triage'], parserId: 'hf_token_classification' },
};

export const hfInference: Provider = {
  type: 'hf_inference',
  summary: 'A model that Hugging Face or a dedicated endpoint serves: chat, text or token classification.',
  models: null,
  reads: ({ settings }) => (taskOf(settings) === 'chat' ? 'prompt' : 'chunk'),
  defaults: (modelName, settings) => ({
    ...DEFAULTS[taskOf(settings)],
    parserConfig: {},
    covers: 'all',
    // An endpoint that was scaled to nothing is started first.
    timeoutMs: 180_000,
    family: familyOf(modelName),
  }),
  concurrency: 4,
  quirks: describeQuirks(QUIRKS),
  settings: settingsSchema,
  cost: () => 'unknown',
  runsCode: false,
  endpoint: (entry, env) => findServer(HUGGING_FACE, entry, env).origin,
  connect(entry, env) {
    const settings = readSettings(settingsSchema, entry);
    const { task } = settings;
    const target = findTarget(HUGGING_FACE, entry, env);
    if (task !== 'chat') {
      const classify = createClassifier(task, findClassifier(target), target, settings.max_input_tokens);
      return {
        async call({ chunk }, signal, heard) {
          try {
            const reply = await classify(chunk, signal);
            heard?.(reply.text);
            return reply;
          } catch (error) {
            throw error instanceof StatusFault ? describeStatus(error, target, quotable(chunk)) : error;
          }
        },
        health: (signal) => checkClassifier(target, signal),
      };
    }
    const name = settings.provider === undefined ? target.model : `${target.model}:${settings.provider}`;
    const learn = createLearner(firstShape(target.url), QUIRKS, {
      key: quirkKey('hf_inference', findServer(HUGGING_FACE, entry, env).origin, name),
      memory: env.quirks,
    });
    return {
      async call(request, signal, heard) {
        try {
          return await learn((shape, notice) => chat({ name, request, sampling: settings, shape, notice }, target, signal, heard));
        } catch (error) {
          throw error instanceof StatusFault ? describeStatus(error, target, request.messages) : error;
        }
      },
      health: (signal) => checkChat(target, signal),
    };
  },
  catalogue: vendorCatalogue(HUGGING_FACE, (target, signal) => discoverModels(chatServer(target), signal)),
};

function taskOf(settings: Readonly<Record<string, unknown>>): 'chat' | Task {
  const { task } = settings;
  return task === 'text-classification' || task === 'token-classification' ? task : 'chat';
}

/** Where a classifier is called: behind the router by its name, at an endpoint of one's own by its address. */
function findClassifier({ url, model }: Target): string {
  if (url !== ROUTER) return url;
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(model) || /(^|\/)\.+(\/|$)/.test(model))
    throw new InputError(`${JSON.stringify(model)} is no name of a model of Hugging Face`, { hint: 'Write it as owner/name.' });
  return `${ROUTER}/hf-inference/models/${model}`;
}

/** OpenAI’s part of the API stands under /v1, which the package appends to an address that lacks it. */
function chatServer(target: Target) {
  return { target: { ...target, url: /\/v1$/.test(target.url) ? target.url : `${target.url}/v1` }, query: {} };
}

async function checkChat(target: Target, signal: AbortSignal): Promise<Health> {
  try {
    const names = await listNames(chatServer(target), signal);
    // A dedicated endpoint serves one model, under whatever name.
    if (names.length <= 1 || names.includes(target.model)) return { available: true, detail: `${target.url} answers for ${target.model}.` };
    const near = nearest(target.model, names);
    return {
      available: false,
      detail: `${target.url} answers, but does not list ${target.model}${near === null ? '' : `; it lists ${near}`}.`,
    };
  } catch (error) {
    return settleHealth(error, target);
  }
}

/** text-embeddings-inference tells about its model; other servers of classifiers answer that there is no such page. */
async function checkClassifier(target: Target, signal: AbortSignal): Promise<Health> {
  const page = target.url === ROUTER ? `${ROUTER}/v1/models` : new URL('/info', target.url).href;
  try {
    await exchange(target, signal, async (fetch) => await fetch(page));
    return { available: true, detail: `${target.url} answers; the first call shows whether it serves ${target.model}.` };
  } catch (error) {
    return settleHealth(error, target);
  }
}

function settleHealth(error: unknown, target: Target): Health {
  if (error instanceof StatusFault && error.status === 404)
    return { available: true, detail: `${target.url} answers, and does not tell of its models.` };
  return { available: false, detail: explainFault(error instanceof StatusFault ? describeStatus(error, target, []) : error) };
}

/** The code, as what must not be quoted back. */
function quotable(chunk: Parameters<ReturnType<typeof createClassifier>>[0]) {
  const content = chunk.files.flatMap(({ hunks }) => hunks.flatMap(({ lines }) => lines.map(({ text }) => text))).join('\n');
  return [{ role: 'user' as const, content }];
}
