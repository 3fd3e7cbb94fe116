import { z } from 'zod';
import type { Reply } from '#ports/provider.ts';
import { countOf } from '../_cloud/count.ts';

const partSchema = z.object({
  text: z.string().nullish(),
  thought: z.boolean().nullish(),
  functionCall: z.object({ args: z.unknown().optional() }).nullish(),
});

/** Only what is read, and leniently. A stream brings several of these: https://ai.google.dev/api/generate-content */
const answerSchema = z.object({
  candidates: z
    .array(z.object({ content: z.object({ parts: z.array(partSchema).nullish() }).nullish(), finishReason: z.string().nullish() }))
    .nullish(),
  promptFeedback: z.object({ blockReason: z.string().nullish() }).nullish(),
  usageMetadata: z
    .object({
      promptTokenCount: z.number().nullish(),
      candidatesTokenCount: z.number().nullish(),
      thoughtsTokenCount: z.number().nullish(),
    })
    .nullish(),
});

/** What was had of an answer so far. */
interface Heard {
  readonly text: string;
  /** Why the server stopped, in its word; null as long as it has not said so. */
  readonly stopped: string | null;
  /** Why the prompt was refused; null where it was not. */
  readonly blocked: string | null;
  readonly tokensIn: number | null;
  readonly tokensOut: number | null;
}

export const NOTHING_HEARD: Heard = { text: '', stopped: null, blocked: null, tokensIn: null, tokensOut: null };

/** Takes an answer, or one part of a stream; `part` is the text that it brought. Null where it is none. */
export function hearAnswer(answer: unknown, before: Heard): { readonly heard: Heard; readonly part: string } | null {
  const read = answerSchema.safeParse(answer);
  if (!read.success) return null;
  const { candidates, promptFeedback, usageMetadata: usage } = read.data;
  const candidate = candidates?.[0];
  if (candidate === undefined && promptFeedback == null && usage == null) return null;
  const part = (candidate?.content?.parts ?? []).map(textOf).join('');
  const heard = {
    text: before.text + part,
    stopped: wordOf(candidate?.finishReason) ?? before.stopped,
    blocked: wordOf(promptFeedback?.blockReason) ?? before.blocked,
    tokensIn: countOf(usage?.promptTokenCount) ?? before.tokensIn,
    tokensOut: countOf(usage?.candidatesTokenCount, usage?.thoughtsTokenCount) ?? before.tokensOut,
  };
  return { heard, part };
}

/** True once the server has said how the answer ends. */
export function hasEnded({ stopped, blocked }: Heard): boolean {
  return stopped !== null || blocked !== null;
}

/** Ends that are a filter's: https://ai.google.dev/api/generate-content#FinishReason */
const FILTERED = /SAFETY|RECITATION|BLOCKLIST|PROHIBITED_CONTENT|SPII|LANGUAGE|^OTHER$/;

/** The reply that was heard. */
export function toReply({ text, stopped, blocked, tokensIn, tokensOut }: Heard): Reply {
  const tokens = { tokensIn, tokensOut };
  if (blocked !== null) return { text, finish: 'refused', reason: `a content filter refused the prompt (${blocked})`, ...tokens };
  if (stopped === 'MAX_TOKENS') return { text, finish: 'length', reason: 'the answer was cut by its token limit', ...tokens };
  if (stopped !== null && FILTERED.test(stopped))
    return { text, finish: 'refused', reason: `a content filter stopped the answer (${stopped})`, ...tokens };
  return { text, finish: 'complete', reason: null, ...tokens };
}

function textOf({ text, thought, functionCall }: z.infer<typeof partSchema>): string {
  if (thought === true) return '';
  return functionCall == null ? (text ?? '') : JSON.stringify(functionCall.args ?? {});
}

/** A server's word that may be shown. */
function wordOf(word: string | null | undefined): string | null {
  if (word == null || /UNSPECIFIED$/.test(word)) return null;
  return /^[A-Z_]{1,40}$/.test(word) ? word : 'OTHER';
}
