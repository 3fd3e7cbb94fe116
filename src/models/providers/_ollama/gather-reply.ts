import { z } from 'zod';
import type { Reply } from '#ports/provider.ts';
import { filledWindow } from '../_kit/context-window.ts';
import { cutReason, type PromptSize, wasCut } from '../_kit/prompt-cut.ts';
import type { Notice } from '../_kit/quirks.ts';
import { StatusFault } from '../_kit/status-fault.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import type { Target } from '../_kit/target.ts';
import { splitThinking } from '../_kit/thinking.ts';

/** A whole answer or one part of its stream: https://docs.ollama.com/api/chat. Its `thinking` is not read. */
const partSchema = z.object({
  message: z
    .object({
      content: z.string().nullish(),
      tool_calls: z
        .array(
          z.object({ function: z.object({ arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish() }).nullish() }),
        )
        .nullish(),
    })
    .nullish(),
  done: z.boolean().nullish(),
  done_reason: z.string().nullish(),
  prompt_eval_count: z.number().nullish(),
  eval_count: z.number().nullish(),
  error: z.unknown().optional(),
});

/** An answer as it comes together. */
export interface GatheredReply {
  /** Takes the next part and says what text it adds. Throws a `StatusFault` where the part is a fault. */
  take(part: unknown): string;
  /** True once the server has said that the answer is whole. */
  ended(): boolean;
  isEmpty(): boolean;
  /** What it comes to. Throws where there was no message at all. */
  reply(size: PromptSize, window: number): Reply;
}

/** Begins an answer; what is peculiar about it goes to `notice`. */
export function gatherReply(target: Target, notice: Notice): GatheredReply {
  const thinking = splitThinking();
  let [text, call, reason] = ['', '', ''];
  let tokensIn: number | null = null;
  let tokensOut: number | null = null;
  let [done, heard] = [false, false];
  return {
    take(part) {
      const read = partSchema.safeParse(part);
      if (!read.success) throw strangeAnswer(target, 'an answer of another form than expected');
      const { message, error } = read.data;
      if (error != null) throw new StatusFault(500, JSON.stringify({ error }), new Headers());
      heard ||= message != null;
      done ||= read.data.done === true || read.data.done_reason != null;
      reason = read.data.done_reason ?? reason;
      tokensIn = read.data.prompt_eval_count ?? tokensIn;
      tokensOut = read.data.eval_count ?? tokensOut;
      const called = message?.tool_calls?.[0]?.function?.arguments;
      if (called != null && call === '') call = typeof called === 'string' ? called : JSON.stringify(called);
      const added = thinking.take(message?.content ?? '');
      text += added;
      return added;
    },
    ended: () => done,
    isEmpty: () => text.trim() === '' && call === '',
    reply(size, window) {
      if (!heard) throw strangeAnswer(target, 'an answer without a message');
      text += thinking.end();
      if (thinking.found()) notice('reasoning-in-content');
      if (done && tokensIn === null) notice('no-usage');
      const byCall = text.trim() === '' && call !== '';
      if (byCall) notice('answer-as-tool-call');
      const cut = filledWindow(tokensIn, size.likely, window) || wasCut(tokensIn, size);
      const why = cut ? cutReason(tokensIn ?? 0, size) : reason === 'length' ? 'the answer was cut by its token limit' : null;
      return { text: byCall ? call : text, finish: why === null ? 'complete' : 'length', reason: why, tokensIn, tokensOut };
    },
  };
}
