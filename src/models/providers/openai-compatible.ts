import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import { z } from 'zod';
import { explainFault } from '#lib/explain-fault.ts';
import { nearest } from '#lib/nearest.ts';
import { quirkKey } from '#lib/quirk-key.ts';
import type { Health, ModelRequest, Provider, Reply } from '#ports/provider.ts';
import { describeStatus } from './_kit/describe-status.ts';
import { settleStream } from './_kit/exchange-stream.ts';
import { familyOf } from './_kit/family.ts';
import { measurePrompt } from './_kit/prompt-cut.ts';
import { createLearner, describeQuirks, type Notice } from './_kit/quirks.ts';
import { readSettings, serverSettings } from './_kit/settings.ts';
import { StatusFault } from './_kit/status-fault.ts';
import { strangeAnswer } from './_kit/strange-answer.ts';
import { ask, type ChatServer, listen } from './_openai/client.ts';
import { findChatServer, findPlace } from './_openai/find-server.ts';
import { gatherAnswer } from './_openai/gather-answer.ts';
import { discoverModels, listNames } from './_openai/list-models.ts';
import { QUIRKS } from './_openai/quirks.ts';
import { firstShape, type Shape } from './_openai/request-shape.ts';
import { wordRequest } from './_openai/word-request.ts';

const settingsSchema = z.strictObject({
  ...serverSettings,
  context_length: z.number().int().min(512).optional().meta({ description: 'The model’s window, tokens: chunks are cut to fit it.' }),
  reasoning_effort: z
    .enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh'])
    .optional()
    .meta({ description: 'How much a reasoning model thinks before it answers; the server’s default where it is not set.' }),
  api_version: z
    .string()
    .regex(/^[\w.-]{1,40}$/)
    .optional()
    .meta({ description: 'The `api-version` that Azure OpenAI is asked for; for deployments, 2024-10-21 where it is not set.' }),
});
type Settings = z.infer<typeof settingsSchema>;

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
  quirks: describeQuirks(QUIRKS),
  endpoint: (entry, env) => findPlace(entry, env).origin,
  connect(entry, env) {
    const settings = readSettings(settingsSchema, entry);
    const server = findChatServer(entry, settings, env);
    const { target } = server;
    const key = quirkKey('openai_compatible', findPlace(entry, env).origin, entry.model_name);
    const learn = createLearner(firstShape(target.url), QUIRKS, { key, memory: env.quirks });
    return {
      async call(request, signal, heard) {
        try {
          return await learn((shape, notice) => callOnce(server, { request, settings, shape, notice, heard }, signal));
        } catch (error) {
          throw error instanceof StatusFault ? describeStatus(error, target, request.messages) : error;
        }
      },
      health: (signal) => checkHealth(server, signal),
    };
  },
  catalogue: {
    async discover(env, signal, { baseUrl, apiKey } = {}) {
      const settings = { ...(baseUrl === undefined ? {} : { base_url: baseUrl }), ...(apiKey === undefined ? {} : { api_key: apiKey }) };
      const asked = { model_id: 'openai_compatible', model_name: 'the list of models', settings };
      const server = findChatServer(asked, readSettings(settingsSchema, asked), env);
      try {
        return await discoverModels(server, signal);
      } catch (error) {
        throw error instanceof StatusFault ? describeStatus(error, server.target, []) : error;
      }
    },
  },
};

interface Asked {
  readonly request: ModelRequest;
  readonly settings: Settings;
  readonly shape: Shape;
  readonly notice: Notice;
  readonly heard: ((text: string) => void) | undefined;
}

/** One request of one shape. Throws a `StatusFault` where the server refuses it. */
async function callOnce(server: ChatServer, asked: Asked, signal: AbortSignal): Promise<Reply> {
  const { shape, heard } = asked;
  const streamed = shape.stream === 'always' || (shape.stream === 'asked' && heard !== undefined);
  try {
    return streamed ? await hearAnswer(server, asked, signal) : await readAnswer(server, asked, signal);
  } catch (error) {
    const reply = error instanceof StatusFault ? readRefusal(error) : null;
    if (reply === null) throw error;
    return reply;
  }
}

async function readAnswer(server: ChatServer, { request, settings, shape, notice, heard }: Asked, signal: AbortSignal): Promise<Reply> {
  const { target } = server;
  const body = wordRequest(target.model, request, settings, shape, false);
  const answer = gatherAnswer(target, notice);
  answer.take(await ask(server, signal, (client) => client.chat.completions.create(body as ChatCompletionCreateParamsNonStreaming)));
  const reply = answer.reply(measurePrompt(request.messages), false);
  if (reply.text !== '') heard?.(reply.text);
  return reply;
}

async function hearAnswer(server: ChatServer, { request, settings, shape, notice, heard }: Asked, signal: AbortSignal): Promise<Reply> {
  const { target } = server;
  const answer = gatherAnswer(target, notice);
  let told = false;
  const tell = (text: string) => {
    if (text === '') return;
    told = true;
    heard?.(text);
  };
  const body = wordRequest(target.model, request, settings, shape, true);
  const { stopped, done, whole } = await listen(server, signal, body, (part) => tell(answer.take(part)));

  const finished = answer.ended() || done || (whole && stopped === null);
  const fault = finished ? null : (stopped ?? strangeAnswer(target, 'a stream without an end'));
  if (fault !== null && answer.isEmpty()) throw fault;
  if (whole) notice('stream-ignored');
  else if (finished && !done && stopped === null) notice('stream-without-done');
  const reply = settleStream(answer.reply(measurePrompt(request.messages), fault !== null), fault, finished);
  if (!told) tell(reply.text);
  return reply;
}

/** Refusals that are answers. */
function readRefusal({ status, kind, said }: StatusFault): Reply | null {
  const nothing = { text: '', tokensIn: null, tokensOut: null };
  if (status !== 400) return null;
  // Azure’s content filter and OpenAI’s usage policy refuse before the model sees anything.
  if (/content_filter|content_policy|responsibleai|invalid_prompt|cyber_policy/.test(kind))
    return { ...nothing, finish: 'refused', reason: 'a content filter refused the prompt' };
  // OpenAI’s reasoning models, when thinking took all the room there was.
  if (/could not finish the message because max_tokens/i.test(said))
    return { ...nothing, finish: 'length', reason: 'the answer was cut by its token limit' };
  return null;
}

async function checkHealth(server: ChatServer, signal: AbortSignal): Promise<Health> {
  const { target } = server;
  try {
    const names = await listNames(server, signal);
    // Azure lists what can be deployed, not what is; a server that lists nothing may still answer.
    if (names.length === 0 || names.includes(target.model) || /\.azure\.com(:|\/|$)/.test(target.url))
      return { available: true, detail: `${target.url} answers for ${target.model}.` };
    const near = nearest(target.model, names);
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
