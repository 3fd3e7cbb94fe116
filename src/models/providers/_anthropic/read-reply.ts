import { z } from 'zod';
import type { Reply } from '#ports/provider.ts';
import { countOf } from '../_cloud/count.ts';
import { StatusFault } from '../_kit/status-fault.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import type { Target } from '../_kit/target.ts';

const usageSchema = z.object({
  input_tokens: z.number().nullish(),
  output_tokens: z.number().nullish(),
  cache_creation_input_tokens: z.number().nullish(),
  cache_read_input_tokens: z.number().nullish(),
});

const endSchema = {
  stop_reason: z.string().nullish(),
  stop_details: z.object({ category: z.string().nullish() }).nullish(),
};

/** Only what is read, and leniently. Blocks of reasoning have no `text` and no `input`, and are not the answer. */
const messageSchema = z.object({
  ...endSchema,
  type: z.string().nullish(),
  content: z.array(z.object({ type: z.string(), text: z.string().nullish(), input: z.unknown().optional() })).nullish(),
  usage: usageSchema.nullish(),
});

/** An event of a stream: https://platform.claude.com/docs/en/build-with-claude/streaming */
const eventSchema = z.object({
  type: z.string(),
  message: z.object({ usage: usageSchema.nullish() }).nullish(),
  delta: z.object({ ...endSchema, type: z.string().nullish(), text: z.string().nullish(), partial_json: z.string().nullish() }).nullish(),
  usage: usageSchema.nullish(),
});

/** What was had of an answer so far. */
interface Heard {
  readonly text: string;
  /** Null: the server has not said how it ends. */
  readonly stopped: { readonly reason: string; readonly category: string } | null;
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
}

export const NOTHING_HEARD: Heard = { text: '', stopped: null, tokensIn: null, tokensOut: null };

/** Reads a whole message. Throws where it is none. */
export function readMessage(body: unknown, target: Target): Reply {
  const read = messageSchema.safeParse(body);
  if (!read.success) throw strangeAnswer(target, 'an answer of another form than expected');
  if (read.data.type === 'error') throw faultOf(body);
  if (read.data.content == null) throw strangeAnswer(target, 'an answer without content');
  const text = read.data.content
    .map((block) => (block.type === 'tool_use' ? JSON.stringify(block.input ?? {}) : (block.text ?? '')))
    .join('');
  return toReply({ text, stopped: endOf(read.data) ?? { reason: '', category: '' }, ...countTokens(read.data.usage) });
}

/** Takes one event of a stream; `part` is the text that it brought, '' where it brought none. */
export function hearEvent(event: unknown, before: Heard): { readonly heard: Heard; readonly part: string } {
  const read = eventSchema.safeParse(event);
  if (!read.success) return { heard: before, part: '' };
  const { type, message, delta, usage } = read.data;
  if (type === 'error') throw faultOf(event);
  const part = type === 'content_block_delta' ? (delta?.text ?? delta?.partial_json ?? '') : '';
  const counted = countTokens(usage ?? message?.usage);
  const heard = {
    text: before.text + part,
    stopped: (delta == null ? null : endOf(delta)) ?? before.stopped,
    tokensIn: counted.tokensIn ?? before.tokensIn,
    tokensOut: counted.tokensOut ?? before.tokensOut,
  };
  return { heard, part };
}

/** The reply that was heard. https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons */
export function toReply({ text, stopped, tokensIn, tokensOut }: Heard): Reply {
  const tokens = { tokensIn, tokensOut };
  switch (stopped?.reason) {
    case 'refusal':
      return { text, finish: 'refused', reason: `the model declined${stopped.category}`, ...tokens };
    case 'max_tokens':
      return { text, finish: 'length', reason: 'the answer was cut by its token limit', ...tokens };
    case 'model_context_window_exceeded':
      return { text, finish: 'length', reason: 'the answer was cut by the end of the model’s window', ...tokens };
    case 'pause_turn':
      return { text, finish: 'length', reason: 'the server cut the answer and offered to go on', ...tokens };
    default:
      return { text, finish: 'complete', reason: null, ...tokens };
  }
}

function endOf({
  stop_reason,
  stop_details,
}: {
  stop_reason?: string | null | undefined;
  stop_details?: { category?: string | null | undefined } | null | undefined;
}) {
  if (stop_reason == null) return null;
  const category = stop_details?.category ?? '';
  return { reason: stop_reason, category: /^\w{1,40}$/.test(category) ? ` (${category})` : '' };
}

function countTokens(usage: z.infer<typeof usageSchema> | null | undefined): Pick<Reply, 'tokensIn' | 'tokensOut'> {
  return {
    tokensIn: countOf(usage?.input_tokens, usage?.cache_creation_input_tokens, usage?.cache_read_input_tokens),
    tokensOut: countOf(usage?.output_tokens),
  };
}

/** The status that stands for each type of error: https://platform.claude.com/docs/en/api/errors */
const STATUS: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  timeout_error: 504,
  overloaded_error: 529,
};

/** An error that came with status 200, as within a stream. */
export function faultOf(body: unknown): StatusFault {
  const type = z.object({ error: z.object({ type: z.string() }) }).safeParse(body).data?.error.type ?? '';
  return new StatusFault(STATUS[type] ?? 500, JSON.stringify(body), new Headers());
}
