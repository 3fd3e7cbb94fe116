import { z } from 'zod';
import type { Reply } from '#ports/provider.ts';
import { describeStatus } from '../_kit/describe-status.ts';
import { cutReason, type PromptSize, wasCut } from '../_kit/prompt-cut.ts';
import { StatusFault } from '../_kit/status-fault.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import type { Target } from '../_kit/target.ts';

const part = z.object({ type: z.string().nullish(), text: z.string().nullish(), refusal: z.string().nullish() });

/** Only what is read, and leniently: servers add, leave out and null fields as they like. Reasoning is not the answer. */
const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.union([z.string(), z.array(part)]).nullish(), refusal: z.string().nullish() }).nullish(),
        error: z.unknown().optional(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() }).nullish(),
  error: z.unknown().optional(),
});

const REFUSED = /^(content_filter|refusal|safety|prohibited_content|blocklist)$/i;
const CUT = /^(length|max_tokens|model_length)$/i;

/** Reads a chat completion. Throws where the body is a fault sent with status 200, or nothing that can be read. */
export function readReply(body: unknown, target: Target, size: PromptSize): Reply {
  const read = completionSchema.safeParse(body);
  if (!read.success) throw strangeAnswer(target, 'an answer of another form than expected');
  const choice = read.data.choices?.[0];
  const fault = read.data.error ?? choice?.error;
  if (fault != null) throw describeStatus(statusOf(fault), target, []);
  if (choice?.message == null) throw strangeAnswer(target, 'an answer without a message');

  const { message } = choice;
  const parts = typeof message.content === 'string' ? [{ text: message.content, refusal: null }] : (message.content ?? []);
  const text = parts.map((piece) => piece.text ?? '').join('');
  const finished = choice.finish_reason ?? '';
  const tokensIn = count(read.data.usage?.prompt_tokens);
  const tokens = { tokensIn, tokensOut: count(read.data.usage?.completion_tokens) };

  if (finished === 'error') throw describeStatus(new StatusFault(502, '', new Headers()), target, []);
  if (REFUSED.test(finished)) return { text, finish: 'refused', reason: 'a content filter stopped the answer', ...tokens };
  if (message.refusal || parts.some((piece) => piece.refusal)) return { text, finish: 'refused', reason: 'the model declined', ...tokens };
  if (CUT.test(finished)) return { text, finish: 'length', reason: 'the answer was cut by its token limit', ...tokens };
  if (tokensIn !== null && wasCut(tokensIn, size)) return { text, finish: 'length', reason: cutReason(tokensIn, size), ...tokens };
  return { text, finish: 'complete', reason: null, ...tokens };
}

/** Routers send the fault of the server behind them with status 200: https://openrouter.ai/docs/api-reference/errors */
function statusOf(error: unknown): StatusFault {
  const code = typeof error === 'object' && error !== null && 'code' in error ? Number(error.code) : Number.NaN;
  return new StatusFault(code >= 400 && code <= 599 ? code : 500, JSON.stringify({ error }), new Headers());
}

/** Servers that do not count say 0. */
function count(tokens: number | null | undefined): number | null {
  return tokens != null && tokens > 0 ? tokens : null;
}
