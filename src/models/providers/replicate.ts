import { z } from 'zod';
import { explainFault } from '#lib/explain-fault.ts';
import { quirkKey } from '#lib/quirk-key.ts';
import { InputError } from '#model/errors.ts';
import type { Provider } from '#ports/provider.ts';
import { ProviderError } from '#ports/provider-error.ts';
import { findServer, findTarget, type Vendor } from './_cloud/vendor.ts';
import { describeStatus } from './_kit/describe-status.ts';
import { familyOf } from './_kit/family.ts';
import { createLearner, describeQuirks } from './_kit/quirks.ts';
import { readSettings, serverSettings } from './_kit/settings.ts';
import { StatusFault } from './_kit/status-fault.ts';
import { strangeAnswer } from './_kit/strange-answer.ts';
import type { Target } from './_kit/target.ts';
import { ask } from './_replicate/client.ts';
import { findStream, streamPrediction, waitForEnd } from './_replicate/follow-prediction.ts';
import { FIRST_SHAPE, QUIRKS, readFields, wordInput } from './_replicate/input-fields.ts';
import { readPrediction, readReply } from './_replicate/read-prediction.ts';

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
    // https://replicate.com/changelog/2025-10-16-prediction-deadlines
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

/** The fields of the model's input, asked for until they were had. Where they cannot be, the call itself says what is wrong. */
function rememberFields(target: Target, { path }: Name): (signal: AbortSignal) => Promise<ReturnType<typeof readFields>> {
  let known: { readonly fields: ReturnType<typeof readFields> } | null = path === null ? { fields: null } : null;
  return async (signal) => {
    if (known !== null || path === null) return known?.fields ?? null;
    const model = await ask(target, signal, (client) => client.models.get(...path)).catch(() => null);
    if (model !== null) known = { fields: readFields(model) };
    return known?.fields ?? null;
  };
}

function unknownModel({ url, model, advice }: Target): ProviderError {
  return new ProviderError('not-found', `${url} has no model ${model}`, { hint: advice.unknownModel });
}
