import { z } from 'zod';
import { explainFault } from '#lib/explain-fault.ts';
import { nearest } from '#lib/nearest.ts';
import { quirkKey } from '#lib/quirk-key.ts';
import type { Health, ModelRequest, Provider, ProviderEnv } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { chooseWindow, refineMargin, WIDE_MARGIN } from './_kit/context-window.ts';
import { describeStatus } from './_kit/describe-status.ts';
import { familyOf } from './_kit/family.ts';
import { measurePrompt } from './_kit/prompt-cut.ts';
import { createLearner, describeQuirks } from './_kit/quirks.ts';
import { readSettings, serverSettings } from './_kit/settings.ts';
import { StatusFault } from './_kit/status-fault.ts';
import type { Target } from './_kit/target.ts';
import { callModel } from './_ollama/call-model.ts';
import { ask } from './_ollama/client.ts';
import { findServer, findTarget } from './_ollama/find-target.ts';
import { askLimit, discoverPulled, isNamed, listPulled } from './_ollama/list-models.ts';
import { pullModel } from './_ollama/pull-model.ts';
import { FIRST_SHAPE, QUIRKS } from './_ollama/request-shape.ts';
import { wordRequest } from './_ollama/word-request.ts';

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

/** Nobody waits for a model to be freed for longer than this, milliseconds. */
const UNLOAD_LIMIT = 10_000;

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
  quirks: describeQuirks(QUIRKS),
  endpoint: (entry, env) => findServer(entry, env).origin,
  connect(entry, env) {
    const settings = readSettings(settingsSchema, entry);
    const target = findTarget(entry, settings, env);
    const key = quirkKey('ollama_local', findServer(entry, env).origin, entry.model_name);
    const learn = createLearner(FIRST_SHAPE, QUIRKS, { key, memory: env.quirks });
    const findLimit = rememberLimit(target);
    let window = 0;
    let margin = WIDE_MARGIN;
    let widest = 0;
    return {
      async call(request, signal, heard) {
        const limit = settings.num_ctx ?? (await findLimit(signal));
        const size = measurePrompt(request.messages);
        const maxTokens = settings.max_tokens ?? request.maxTokens;
        const fitting = chooseWindow(size.likely, maxTokens, window, limit, margin);
        window = fitting;
        const reply = await presentably(target, request.messages, () =>
          learn(async (shape, notice) => {
            const worded = wordRequest(request, settings, shape, { model: target.model, window: fitting, maxTokens });
            return await callModel(target, signal, { request: worded, size, window: fitting, notice }, heard);
          }),
        );
        if (reply.finish === 'complete') ({ margin, widest } = refineMargin(reply.tokensIn, size.likely, widest));
        return reply;
      },
      health: (signal) => checkHealth(target, signal),
      async warmUp(signal) {
        const limit = settings.num_ctx ?? (await findLimit(signal));
        window = chooseWindow(0, 0, window, limit);
        const { keep_alive } = settings;
        await presentably(target, [], () =>
          ask(target, signal, (client) =>
            client.generate({
              model: target.model,
              prompt: '',
              stream: false,
              ...(keep_alive === undefined ? {} : { keep_alive }),
              options: { num_ctx: window },
            }),
          ),
        );
      },
      async identity(signal) {
        const pulled = await listPulled(target, signal).catch(() => []);
        return pulled.find(({ name }) => isNamed(name, target.model))?.digest ?? null;
      },
      async unload() {
        const signal = AbortSignal.timeout(UNLOAD_LIMIT);
        await presentably(target, [], () =>
          ask(target, signal, (client) => client.generate({ model: target.model, prompt: '', stream: false, keep_alive: 0 })),
        );
      },
    };
  },
  catalogue: {
    async discover(env, signal, { baseUrl, apiKey } = {}) {
      const settings = { ...(baseUrl === undefined ? {} : { base_url: baseUrl }), ...(apiKey === undefined ? {} : { api_key: apiKey }) };
      const target = findCatalogue('the list of models', settings, env);
      return await presentably(target, [], () => discoverPulled(target, signal));
    },
    async pull(name, env, signal, progress) {
      const target = findCatalogue(name, {}, env);
      await presentably(target, [], () => pullModel(target, signal, progress));
    },
  },
};

/** Does it, and words what the server refused. */
async function presentably<T>(target: Target, messages: ModelRequest['messages'], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StatusFault ? describeStatus(error, target, messages) : error;
  }
}

function findCatalogue(modelName: string, settings: Record<string, unknown>, env: ProviderEnv): Target {
  const asked = { model_id: 'ollama_local', model_name: modelName, settings };
  return findTarget(asked, readSettings(settingsSchema, asked), env);
}

/**
 * The model's own window, asked for until it was told: a larger one makes Ollama fall back to it without a word. Calls
 * that come together each ask, so that none waits beyond its own signal.
 */
function rememberLimit(target: Target): (signal: AbortSignal) => Promise<number | null> {
  let told: { readonly limit: number | null } | null = null;
  return async (signal) => {
    // A server that does not tell, or is not there: the call itself will say what is wrong.
    told ??= await askLimit(target, signal).then(
      (limit) => ({ limit }),
      () => null,
    );
    return told?.limit ?? null;
  };
}

async function checkHealth(target: Target, signal: AbortSignal): Promise<Health> {
  try {
    const pulled = (await listPulled(target, signal)).map(({ name }) => name);
    if (pulled.some((name) => isNamed(name, target.model)))
      return { available: true, detail: `Ollama answers at ${target.url} and has ${target.model}.` };
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
