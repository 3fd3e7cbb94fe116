import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { explainFault } from '#lib/explain-fault.ts';
import { quirkKey } from '#lib/quirk-key.ts';
import { InputError } from '#model/errors.ts';
import type { Provider, Reply } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { findServer, findTarget, type Vendor } from './_cloud/vendor.ts';
import { describeNetwork } from './_kit/describe-network.ts';
import { describeStatus } from './_kit/describe-status.ts';
import { exchange } from './_kit/exchange.ts';
import { exchangeStream, settleStream } from './_kit/exchange-stream.ts';
import { familyOf } from './_kit/family.ts';
import { createLearner, describeQuirks } from './_kit/quirks.ts';
import { readSettings, serverSettings } from './_kit/settings.ts';
import { StatusFault } from './_kit/status-fault.ts';
import { strangeAnswer } from './_kit/strange-answer.ts';
import type { Target } from './_kit/target.ts';
import { FIRST_SHAPE, QUIRKS, readFields, wordInput } from './_replicate/input-fields.ts';
import { hasEnded, type Prediction, readPrediction, readReply } from './_replicate/read-prediction.ts';
import { readStreamEvents } from './_replicate/stream-events.ts';

/** https://replicate.com/docs/reference/http#authentication */
const REPLICATE: Vendor = {
  url: 'https://api.replicate.com/v1',
  variable: null,
  keys: ['REPLICATE_API_TOKEN'],
  appended: /\/predictions$/,
  sign: (key) => ({ authorization: key?.authorization ?? null }),
  advice: {
    unreachable: 'Check the connection, and base_url where you set it.',
    unknownModel: 'Write it as owner/name, or owner/name:version, as its page shows it.',
    tooLarge: 'Use a model with a larger window.',
  },
};

const settingsSchema = z.strictObject({
  ...serverSettings,
  input: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'Further fields of the model’s input, by the names on its page; they win over those that Aegis fills.' }),
  context_length: z.int().min(512).optional().meta({ description: 'The model’s window, tokens: chunks are cut to fit it.' }),
});

export const replicate: Provider = {
  type: 'replicate',
  summary: 'A language model on Replicate.',
  models: null,
  reads: () => 'prompt',
  defaults: (modelName) => ({
    roles: ['deep_scan'],
    parserId: 'json_findings',
    parserConfig: {},
    covers: 'all',
    // A model that nobody used for a while is started first.
    timeoutMs: 300_000,
    family: familyOf(modelName.split(':')[0] ?? modelName),
  }),
  concurrency: 4,
  quirks: describeQuirks(QUIRKS),
  settings: settingsSchema,
  cost: () => 'unknown',
  runsCode: false,
  endpoint: (entry, env) => findServer(REPLICATE, entry, env).origin,
  connect(entry, env) {
    const settings = readSettings(settingsSchema, entry);
    const target = findTarget(REPLICATE, entry, env);
    const name = readName(entry.model_name);
    const learn = createLearner(FIRST_SHAPE, QUIRKS, {
      key: quirkKey('replicate', findServer(REPLICATE, entry, env).origin, target.model),
      memory: env.quirks,
    });
    // The far side ends what we could not: a prediction whose id never reached us is paid for, too.
    const seconds = Math.max(5, Math.ceil(entry.timeout_ms / 1000));
    const creating: Target = { ...target, headers: { ...target.headers, 'cancel-after': `${seconds}s` } };
    const findFields = rememberFields(target, name);
    return {
      async call(request, signal, heard) {
        const fields = await findFields(signal);
        try {
          const prediction = await learn(async (shape) => {
            const input = wordInput(request, settings, shape, fields);
            return readPrediction(await ask(creating, signal, (client) => client.predictions.create({ ...name.asked, input })));
          });
          if (prediction === null) throw strangeAnswer(target, 'an answer of another form than expected');
          const stream = heard === undefined ? null : findStream(prediction, target);
          const room = settings.max_tokens ?? request.maxTokens;
          if (stream === null || heard === undefined) {
            const ended = await waitForEnd(prediction, target, signal);
            const reply = readReply(ended, room, target, request.messages);
            if (reply.text !== '') heard?.(reply.text);
            return reply;
          }
          return await streamPrediction(prediction, stream, target, signal, heard, (ended) =>
            readReply(ended, room, target, request.messages),
          );
        } catch (error) {
          if (error instanceof StatusFault && error.status === 404) throw unknownModel(target);
          throw error instanceof StatusFault ? describeStatus(error, target, request.messages) : error;
        }
      },
      async health(signal) {
        try {
          await ask(target, signal, (client) => (name.path === null ? client.accounts.current() : client.models.get(...name.path)));
          return { available: true, detail: `${target.url} answers for ${target.model}.` };
        } catch (error) {
          if (error instanceof StatusFault && error.status === 404) return { available: false, detail: explainFault(unknownModel(target)) };
          return { available: false, detail: explainFault(error instanceof StatusFault ? describeStatus(error, target, []) : error) };
        }
      },
    };
  },
};

interface Name {
  /** What a prediction is asked of: a version, or the version that its owner calls the current one. */
  readonly asked: { readonly version: string } | { readonly model: string };
  readonly path: readonly [owner: string, name: string] | null;
}

/** `owner/name`, `owner/name:version`, or a version alone. */
function readName(written: string): Name {
  const [, owner, name, version, alone] = /^(?:([\w.-]+)\/([\w.-]+)(?::([0-9a-f]{8,64}))?|([0-9a-f]{64}))$/.exec(written) ?? [];
  if (alone !== undefined) return { asked: { version: alone }, path: null };
  if (owner === undefined || name === undefined || /^\.+$/.test(owner) || /^\.+$/.test(name))
    throw new InputError(`${JSON.stringify(written)} is no name of a model of Replicate`, { hint: REPLICATE.advice.unknownModel });
  return { asked: version === undefined ? { model: `${owner}/${name}` } : { version }, path: [owner, name] };
}

type Client = import('replicate').default;

/** One exchange through Replicate’s client. Nothing of it comes from the environment. */
async function ask(target: Target, signal: AbortSignal, send: (client: Client) => Promise<unknown>): Promise<unknown> {
  const { default: Replicate } = await import('replicate');
  return await exchange(target, signal, (fetch) =>
    // The real key is set by `exchange`. There are no files to upload: with `data-uri` the client sends itself as the input.
    send(
      new Replicate({ auth: 'unset', baseUrl: target.url, fetch: failOnce(fetch), useFileOutput: false, fileEncodingStrategy: 'upload' }),
    ),
  );
}

/** The client repeats a request six times where `fetch` throws, and cannot be told not to: the same fault is thrown at once. */
function failOnce(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  let fault: { readonly error: unknown } | null = null;
  return async (input, init) => {
    if (fault !== null) throw fault.error;
    try {
      return await fetch(input, init);
    } catch (error) {
      fault = { error };
      throw error;
    }
  };
}

/** The fields of the model's input, asked for once. Where they cannot be had, the call itself says what is wrong. */
function rememberFields(target: Target, { path }: Name): (signal: AbortSignal) => Promise<ReturnType<typeof readFields>> {
  let fields: Promise<ReturnType<typeof readFields>> | null = null;
  return (signal) => {
    if (path === null) return Promise.resolve(null);
    fields ??= ask(target, signal, (client) => client.models.get(...path)).then(readFields, () => {
      fields = null;
      return null;
    });
    return fields;
  };
}

/** Times between two looks at a prediction, milliseconds. */
const PAUSES = [200, 400, 800] as const;
const LONGEST_PAUSE = 1500;

async function waitForEnd(created: Prediction, target: Target, signal: AbortSignal): Promise<Prediction> {
  try {
    return await lookUntilEnded(created, target, signal);
  } catch (error) {
    cancel(created, target);
    throw error;
  }
}

async function lookUntilEnded(created: Prediction, target: Target, signal: AbortSignal): Promise<Prediction> {
  let prediction = created;
  for (let look = 0; !hasEnded(prediction); look += 1) {
    await wait(PAUSES[look] ?? LONGEST_PAUSE, undefined, { signal }).catch(() => {
      throw describeNetwork(undefined, target, signal);
    });
    const next = readPrediction(await ask(target, signal, (client) => client.predictions.get(created.id)));
    if (next === null) throw strangeAnswer(target, 'an answer of another form than expected');
    prediction = next;
  }
  return prediction;
}

/** The address of a stream. The server names it, and may name no other than its own: https://replicate.com/docs/topics/predictions/streaming */
function findStream({ urls }: Prediction, target: Target): string | null {
  if (urls?.stream == null || !URL.canParse(urls.stream)) return null;
  const { protocol, hostname, origin } = new URL(urls.stream);
  const server = new URL(target.url);
  const isReplicates = server.hostname === 'api.replicate.com' && protocol === 'https:' && /\.replicate\.(com|net)$/.test(hostname);
  return origin === server.origin || isReplicates ? urls.stream : null;
}

async function streamPrediction(
  prediction: Prediction,
  url: string,
  target: Target,
  signal: AbortSignal,
  tell: (text: string) => void,
  read: (ended: Prediction) => Reply,
): Promise<Reply> {
  let text = '';
  let finished = false;
  // Its address is the permission to read it; a key for another host is not sent along.
  const open = new URL(url).origin === new URL(target.url).origin ? target : { ...target, authorization: null, headers: {} };
  const stopped = await exchangeStream(
    open,
    signal,
    async (fetch) => readStreamEvents((await fetch(url, { headers: { accept: 'text/event-stream' } })).body ?? NO_BODY),
    ({ event, data }) => {
      if (event === 'done' || event === 'error') finished = true;
      if (event !== 'output' || data === '') return;
      text += data;
      tell(data);
    },
  ).catch((error: unknown) => {
    cancel(prediction, target);
    throw error;
  });
  // A stream says neither why it ended nor how many tokens it took.
  if (finished) return withHeard(read(await waitForEnd(prediction, target, signal)), text);
  cancel(prediction, target);
  const heard: Reply = { text, finish: 'complete', reason: null, tokensIn: null, tokensOut: null };
  return settleStream(heard, stopped ?? strangeAnswer(target, 'half an answer'), false);
}
const NO_BODY = new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });

/** What was heard is the answer, also where the prediction's own copy has been removed. */
function withHeard(reply: Reply, heard: string): Reply {
  return reply.text === '' ? { ...reply, text: heard } : reply;
}

/** How long the far side is asked to stop; nobody waits for its answer. */
const CANCELLING = 5_000;

/** Ends a prediction that nobody wants any more, because it is paid for by the second. */
function cancel({ id }: Prediction, target: Target): void {
  ask(target, AbortSignal.timeout(CANCELLING), (client) => client.predictions.cancel(id)).catch(() => {
    // It may have ended by itself, or the connection may be the reason that it is not wanted.
  });
}

function unknownModel({ url, model, advice }: Target): ProviderError {
  return new ProviderError('not-found', `${url} has no model ${model}`, { hint: advice.unknownModel });
}
