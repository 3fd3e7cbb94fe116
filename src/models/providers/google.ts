import { z } from 'zod';
import { quirkKey } from '#lib/quirk-key.ts';
import { InputError } from '#model/errors.ts';
import type { Provider } from '#ports/provider.ts';
import { checkModel } from './_cloud/check-model.ts';
import { findServer, findTarget, type Vendor } from './_cloud/vendor.ts';
import { vendorCatalogue } from './_cloud/vendor-catalogue.ts';
import { askAnswer, findModel, listModels, streamAnswer } from './_google/client.ts';
import { FIRST_SHAPE, QUIRKS } from './_google/request-shape.ts';
import { wordRequest } from './_google/word-request.ts';
import { describeStatus } from './_kit/describe-status.ts';
import { familyOf } from './_kit/family.ts';
import { createLearner, describeQuirks } from './_kit/quirks.ts';
import { readSettings, serverSettings } from './_kit/settings.ts';
import { StatusFault } from './_kit/status-fault.ts';

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
            return heard === undefined ? await askAnswer(target, body, signal) : await streamAnswer(target, body, signal, heard);
          });
        } catch (error) {
          throw error instanceof StatusFault ? describeStatus(error, target, request.messages) : error;
        }
      },
      health: (signal) =>
        checkModel(
          target,
          () => findModel(target, signal),
          async () => (await listModels(target, signal)).map(({ name }) => name),
        ),
    };
  },
  catalogue: vendorCatalogue(GOOGLE, listModels),
};
