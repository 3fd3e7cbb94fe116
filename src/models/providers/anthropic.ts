import { z } from 'zod';
import { quirkKey } from '#lib/quirk-key.ts';
import type { Provider, Reply } from '#ports/provider.ts';
import { askMessage, findModel, listModels, streamMessage } from './_anthropic/client.ts';
import { FIRST_SHAPE, QUIRKS } from './_anthropic/request-shape.ts';
import { wordRequest } from './_anthropic/word-request.ts';
import { checkModel } from './_cloud/check-model.ts';
import { findServer, findTarget, type Vendor } from './_cloud/vendor.ts';
import { vendorCatalogue } from './_cloud/vendor-catalogue.ts';
import { describeStatus } from './_kit/describe-status.ts';
import { familyOf } from './_kit/family.ts';
import { createLearner, describeQuirks } from './_kit/quirks.ts';
import { readSettings, serverSettings } from './_kit/settings.ts';
import { StatusFault } from './_kit/status-fault.ts';

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
            return heard === undefined ? await askMessage(target, body, signal) : await streamMessage(target, body, signal, heard);
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
          () => findModel(target, signal),
          async () => (await listModels(target, signal)).map(({ name }) => name),
        ),
    };
  },
  catalogue: vendorCatalogue(ANTHROPIC, listModels),
};

/** "Output blocked by content filtering policy" comes with status 400. */
function isFiltered({ status, said }: StatusFault): boolean {
  return status === 400 && /blocked by content filtering/i.test(said);
}
const FILTERED: Reply = { text: '', finish: 'refused', reason: 'a content filter refused the answer', tokensIn: null, tokensOut: null };
