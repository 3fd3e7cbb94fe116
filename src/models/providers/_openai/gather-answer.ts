import type { z } from 'zod';
import type { Reply } from '#ports/provider.ts';
import { cutReason, type PromptSize, wasCut } from '../_kit/prompt-cut.ts';
import type { Notice } from '../_kit/quirks.ts';
import { StatusFault } from '../_kit/status-fault.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import type { Target } from '../_kit/target.ts';
import { splitThinking } from '../_kit/thinking.ts';
import { answerForm, type Said } from './answer-form.ts';
import { readEnding, USUAL } from './finish-reason.ts';

/** An answer as it comes together: from one body, or from the parts of a stream. */
export interface GatheredAnswer {
  /**
   * Takes the next part and says what text it adds. Throws a `StatusFault` where the part is a fault sent with status
   * 200, and a `ProviderError` where it cannot be read.
   */
  take(part: unknown): string;
  /** True once the server has said how the answer ends. */
  ended(): boolean;
  /** True while no text has come. */
  isEmpty(): boolean;
  /** What it comes to; `stopped`: it never came to its end. Throws where there was nothing that could be an answer. */
  reply(size: PromptSize, stopped: boolean): Reply;
}

/** Begins an answer; what is peculiar about it goes to `notice`. */
export function gatherAnswer(target: Target, notice: Notice): GatheredAnswer {
  const thinking = splitThinking();
  let [text, refusal, calls, finish] = ['', '', '', ''];
  let tokensIn: number | null = null;
  let tokensOut: number | null = null;
  let heard = false;

  function hear(said: Said): string {
    const { content, reasoning, reasoning_content, tool_calls, function_call } = said;
    if ((reasoning ?? '') !== '' || (reasoning_content ?? '') !== '') notice('reasoning-field');
    refusal += said.refusal ?? '';
    // A second call would be a second answer.
    const call = tool_calls?.find(({ index }) => (index ?? 0) === 0)?.function ?? function_call;
    if (call?.arguments != null) {
      notice(function_call == null ? 'answer-as-tool-call' : 'answer-as-function-call');
      calls += typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments);
    }
    if (Array.isArray(content)) {
      if (content.length > 0) notice('answer-in-parts');
      refusal += content.map((part) => part.refusal ?? '').join('');
      return content.map((part) => part.text ?? '').join('');
    }
    if (typeof content === 'object' && content !== null) {
      notice('answer-as-object');
      return JSON.stringify(content);
    }
    return content ?? '';
  }

  return {
    take(part) {
      const read = readPart(part, target);
      const counted = read.usage ?? read.x_groq?.usage;
      tokensIn = count(counted?.prompt_tokens) ?? tokensIn;
      tokensOut = count(counted?.completion_tokens) ?? tokensOut;
      const choice = read.choices?.find(({ index }) => (index ?? 0) === 0);
      const fault = read.error ?? choice?.error;
      if (fault != null && fault !== '') throw statusOf(fault);
      const said = choice?.message ?? choice?.delta;
      if (said == null && typeof choice?.text === 'string') notice('text-without-message');
      heard ||= said != null || typeof choice?.text === 'string';
      finish = choice?.finish_reason || finish;
      const added = thinking.take(said == null ? (choice?.text ?? '') : hear(said));
      text += added;
      return added;
    },
    ended: () => finish !== '',
    isEmpty: () => text.trim() === '' && calls === '',
    reply(size, stopped) {
      if (!heard && finish === '') throw strangeAnswer(target, 'an answer without a message');
      text += thinking.end();
      if (thinking.found()) notice('reasoning-in-content');
      if (tokensIn === null && !stopped) notice('no-usage');
      if (finish === '' && !stopped) notice('no-finish-reason');
      if (finish !== '' && !USUAL.has(finish)) notice('other-finish-reason', finish.slice(0, 40));
      const whole = text.trim() === '' && refusal === '' ? calls : text;
      return { text: whole, tokensIn, tokensOut, ...settle(finish, refusal, tokensIn, size, target) };
    },
  };
}

function settle(
  finish: string,
  refusal: string,
  tokensIn: number | null,
  size: PromptSize,
  target: Target,
): Pick<Reply, 'finish' | 'reason'> {
  switch (readEnding(finish)) {
    case 'failed':
      throw new StatusFault(502, '', new Headers());
    case 'refused':
      return finish === 'refusal' || refusal !== ''
        ? { finish: 'refused', reason: 'the model declined' }
        : { finish: 'refused', reason: 'a content filter stopped the answer' };
    case 'length':
      return /length|token|window/i.test(finish)
        ? { finish: 'length', reason: 'the answer was cut by its token limit' }
        : { finish: 'length', reason: `the answer was cut by ${target.url}` };
    case 'complete':
      if (refusal !== '') return { finish: 'refused', reason: 'the model declined' };
      if (tokensIn !== null && wasCut(tokensIn, size)) return { finish: 'length', reason: cutReason(tokensIn, size) };
      return { finish: 'complete', reason: null };
  }
}

function readPart(part: unknown, target: Target): z.infer<typeof answerForm> {
  const read = answerForm.safeParse(part);
  if (!read.success) throw strangeAnswer(target, 'an answer of another form than expected');
  return read.data;
}

/** Routers send the fault of the server behind them with status 200: https://openrouter.ai/docs/api-reference/errors */
function statusOf(error: unknown): StatusFault {
  const { code, status } = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  const said = [code, status].map(Number).find((number) => number >= 400 && number <= 599);
  return new StatusFault(said ?? 500, JSON.stringify({ error }), new Headers());
}

/** Servers that do not count say 0. */
function count(tokens: number | null | undefined): number | null {
  return tokens != null && tokens > 0 ? tokens : null;
}
