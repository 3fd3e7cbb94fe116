import { z } from 'zod';
import { explainFault } from '#lib/explain-fault.ts';
import { nearest } from '#lib/nearest.ts';
import { readServerAddress } from '#lib/server-address.ts';
import { InputError } from '#model/errors.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { Health, Provider, ProviderEnv, Reply } from '#ports/provider.ts';
import { describeStatus } from './_kit/describe-status.ts';
import { exchange } from './_kit/exchange.ts';
import { familyOf } from './_kit/family.ts';
import { findKey, type Key, resolveKey } from './_kit/key.ts';
import { measurePrompt } from './_kit/prompt-cut.ts';
import { createLearner } from './_kit/quirks.ts';
import { readSettings, serverSettings } from './_kit/settings.ts';
import { StatusFault } from './_kit/status-fault.ts';
import { strangeAnswer } from './_kit/strange-answer.ts';
import type { Target } from './_kit/target.ts';
import { readReply } from './_openai/read-reply.ts';
import { firstShape, QUIRKS } from './_openai/request-shape.ts';
import { wordRequest } from './_openai/word-request.ts';

const OPENAI = 'https://api.openai.com/v1';

const settingsSchema = z.strictObject({
  ...serverSettings,
  context_length: z.number().int().min(512).optional().meta({ description: 'The model’s window, tokens: chunks are cut to fit it.' }),
  reasoning_effort: z
    .enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh'])
    .optional()
    .meta({ description: 'How much a reasoning model thinks before it answers; the server’s default where it is not set.' }),
});

export const openaiCompatible: Provider = {
  type: 'openai_compatible',
  summary: 'A model behind an API in OpenAI’s form: OpenAI, Azure, vLLM, llama.cpp, LM Studio, OpenRouter and others.',
  models: null,
  reads: () => 'prompt',
  defaults: (modelName) => ({
    roles: ['deep_scan'],
    parserId: 'json_findings',
    parserConfig: {},
    covers: 'all',
    timeoutMs: 120_000,
    family: familyOf(modelName),
  }),
  concurrency: 4,
  settings: settingsSchema,
  // Also on this machine: a proxy of a cloud listens there as well as a server of one's own.
  cost: () => 'unknown',
  runsCode: false,
  endpoint: (entry, env) => findServer(entry, env).origin,
  connect(entry, env) {
    const settings = readSettings(settingsSchema, entry);
    const target = findTarget(entry, env);
    const learn = createLearner(firstShape(target.url), QUIRKS);
    return {
      async call(request, signal) {
        try {
          const body = await learn((shape) =>
            connected(target, signal, (client) => client.chat.completions.create(wordRequest(target.model, request, settings, shape))),
          );
          return readReply(body, target, measurePrompt(request.messages));
        } catch (error) {
          if (!(error instanceof StatusFault)) throw error;
          if (isFiltered(error)) return FILTERED;
          throw describeStatus(error, target, request.messages);
        }
      },
      health: (signal) => checkHealth(target, signal),
    };
  },
};

/** OpenAI’s client for one exchange. Nothing of it comes from the environment, and it neither retries nor logs. */
async function connected(target: Target, signal: AbortSignal, send: (client: Client) => Promise<unknown>): Promise<unknown> {
  const { OpenAI } = await import('openai');
  return await exchange(target, signal, (fetch) =>
    send(
      new OpenAI({
        baseURL: target.url,
        // The real key is set by `exchange`; the client refuses to be made without one.
        apiKey: 'unset',
        adminAPIKey: null,
        organization: null,
        project: null,
        webhookSecret: null,
        maxRetries: 0,
        timeout: LONGEST_TIMER,
        logLevel: 'off',
        fetch,
      }),
    ),
  );
}
type Client = import('openai').OpenAI;

/** The time limit stands around the call; this one must not come first. Timers take 31 bits. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Azure’s content filter and OpenAI’s usage policy refuse before the model sees anything, with status 400. */
function isFiltered({ status, kind }: StatusFault): boolean {
  return status === 400 && /content_filter|content_policy|responsibleai|invalid_prompt|cyber_policy/.test(kind);
}
const FILTERED: Reply = { text: '', finish: 'refused', reason: 'a content filter refused the prompt', tokensIn: null, tokensOut: null };

function findServer(entry: ModelEntry, env: ProviderEnv) {
  const written = entry.settings['base_url'];
  const ownAddress = typeof written === 'string';
  const address = readServerAddress(ownAddress ? written : env.addresses['OPENAI_BASE_URL'] || OPENAI);
  if (address === null || address.authorization !== null) {
    const source = ownAddress ? 'base_url' : 'OPENAI_BASE_URL';
    throw new InputError(`${source} of the model ${entry.model_id} is no address of a server`, {
      hint: `Write it as ${OPENAI}, without user name and password.`,
    });
  }
  return { ...address, ownAddress };
}

function findTarget(entry: ModelEntry, env: ProviderEnv): Target {
  const server = findServer(entry, env);
  const key = findEntryKey(entry, server, env);
  return {
    model: entry.model_name,
    url: server.url,
    authorization: key?.authorization ?? null,
    keyName: key?.name ?? null,
    fetch: env.fetch,
    advice: {
      unreachable: 'Check that the server runs and that base_url is its address.',
      unknownModel: 'Check the name of the model; `aegis doctor` asks which ones there are.',
      tooLarge: 'Use a model with a larger window.',
    },
  };
}

/** The operator’s own key goes to the operator’s own address only: an entry that names an address names its key, too. */
function findEntryKey(entry: ModelEntry, server: { readonly url: string; readonly ownAddress: boolean }, env: ProviderEnv): Key | null {
  const reference = entry.settings['api_key'];
  if (typeof reference === 'string') return resolveKey(reference, entry.model_id, env);
  if (server.ownAddress) return null;
  return server.url === OPENAI ? resolveKey('env:OPENAI_API_KEY', entry.model_id, env) : findKey('env:OPENAI_API_KEY', env);
}

async function checkHealth(target: Target, signal: AbortSignal): Promise<Health> {
  try {
    const body = await connected(target, signal, async (client) => await client.get('/models'));
    const read = z.object({ data: z.array(z.object({ id: z.string() })) }).safeParse(body);
    if (!read.success) throw strangeAnswer(target, 'something else than a list of models');
    const ids = read.data.data.map(({ id }) => id);
    // Azure lists what can be deployed, not what is; a server that lists nothing may still answer.
    if (ids.length === 0 || ids.includes(target.model) || /\.azure\.com(:|\/|$)/.test(target.url))
      return { available: true, detail: `${target.url} answers for ${target.model}.` };
    const near = nearest(target.model, ids);
    return {
      available: false,
      detail: `${target.url} answers, but does not list ${target.model}${near === null ? '' : `; it lists ${near}`}.`,
    };
  } catch (error) {
    if (error instanceof StatusFault && error.status === 404)
      return { available: true, detail: `${target.url} answers, and lists no models.` };
    return { available: false, detail: explainFault(error instanceof StatusFault ? describeStatus(error, target, []) : error) };
  }
}
