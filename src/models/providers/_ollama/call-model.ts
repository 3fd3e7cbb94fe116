import type { Reply } from '#ports/provider.ts';
import { settleStream } from '../_kit/exchange-stream.ts';
import type { PromptSize } from '../_kit/prompt-cut.ts';
import type { Notice } from '../_kit/quirks.ts';
import { strangeAnswer } from '../_kit/strange-answer.ts';
import type { Target } from '../_kit/target.ts';
import { ask, listen } from './client.ts';
import { gatherReply } from './gather-reply.ts';
import type { WordedRequest } from './word-request.ts';

/** One request, and what is needed to judge its answer. */
interface Asked {
  readonly request: WordedRequest;
  readonly size: PromptSize;
  /** The context window that was asked for, tokens. */
  readonly window: number;
  readonly notice: Notice;
}

/** Sends one request, streamed where somebody listens. Throws a `StatusFault` or a `ProviderError`. */
export async function callModel(target: Target, signal: AbortSignal, asked: Asked, heard?: (text: string) => void): Promise<Reply> {
  const { request, size, window, notice } = asked;
  const answer = gatherReply(target, notice);
  if (heard === undefined) {
    answer.take(await ask(target, signal, (client) => client.chat({ ...request, stream: false })));
    return answer.reply(size, window);
  }

  let told = false;
  const tell = (text: string) => {
    if (text === '') return;
    told = true;
    heard(text);
  };
  const begin = async (client: import('ollama').Ollama) => await client.chat({ ...request, stream: true });
  const stopped = await listen(target, signal, begin, (part) => tell(answer.take(part)));
  const fault = answer.ended() ? null : (stopped ?? strangeAnswer(target, 'a stream without an end'));
  if (fault !== null && answer.isEmpty()) throw fault;
  const reply = settleStream(answer.reply(size, window), fault, answer.ended());
  if (!told) tell(reply.text);
  return reply;
}
