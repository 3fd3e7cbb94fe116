import { z } from 'zod';
import type { Message, Reply } from '#ports/provider.ts';
import { countOf } from '../_cloud/count.ts';
import { describeStatus } from '../_kit/describe-status.ts';
import { StatusFault } from '../_kit/status-fault.ts';
import type { Target } from '../_kit/target.ts';

/** Only what is read, and leniently: https://replicate.com/docs/reference/http#predictions.get */
const predictionSchema = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/),
  status: z.string(),
  output: z.unknown().optional(),
  error: z.unknown().optional(),
  urls: z.object({ stream: z.string().nullish() }).nullish(),
  metrics: z.object({ input_token_count: z.number().nullish(), output_token_count: z.number().nullish() }).nullish(),
});
export type Prediction = z.infer<typeof predictionSchema>;

/** Null where it is none. */
export function readPrediction(body: unknown): Prediction | null {
  return predictionSchema.safeParse(body).data ?? null;
}

/** https://replicate.com/docs/topics/predictions/lifecycle */
export function hasEnded({ status }: Prediction): boolean {
  return /^(succeeded|failed|canceled|aborted)$/.test(status);
}

/** What models say that do not want to: "(E005)" is Replicate's own, for what was flagged as sensitive. */
const DECLINED = /flagged|sensitive|nsfw|safety|moderation|content policy|inappropriate|\(E005\)/i;

/** Reads a prediction that has ended. Throws where the model failed. */
export function readReply(prediction: Prediction, maxTokens: number, target: Target, messages: readonly Message[]): Reply {
  const { status, output, error, metrics } = prediction;
  const text = textOf(output);
  const tokensOut = countOf(metrics?.output_token_count);
  const tokens = { tokensIn: countOf(metrics?.input_token_count), tokensOut };
  if (status === 'succeeded') {
    // No model says that its answer was cut; one that fills its room was.
    if (tokensOut !== null && tokensOut >= maxTokens)
      return { text, finish: 'length', reason: 'the answer was cut by its token limit', ...tokens };
    return { text, finish: 'complete', reason: null, ...tokens };
  }
  const said = typeof error === 'string' ? error : '';
  if (status === 'failed' && DECLINED.test(said))
    return { text, finish: 'refused', reason: 'a content filter refused the call', ...tokens };
  const detail = status === 'failed' ? said : 'the prediction was ended at the far side';
  throw describeStatus(new StatusFault(500, JSON.stringify({ detail }), new Headers()), target, messages);
}

/** Language models give their text in pieces, some as one string; one that gives an object meant its JSON. */
function textOf(output: unknown): string {
  if (output == null) return '';
  if (typeof output === 'string') return output;
  if (Array.isArray(output) && output.every((piece) => typeof piece === 'string')) return output.join('');
  return JSON.stringify(output);
}
