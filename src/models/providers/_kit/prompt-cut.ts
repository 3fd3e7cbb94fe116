import { estimateTokens, leastTokens } from '#lib/estimate-tokens.ts';
import type { Message } from '#ports/provider.ts';

/** What a chat template adds to each message, tokens. */
const FRAME = 8;

/** How long a prompt is, in tokens, as far as can be told without its tokenizer. */
export interface PromptSize {
  readonly likely: number;
  /** A server that counted fewer has not read all of it. */
  readonly least: number;
}

/** Measures a prompt. */
export function measurePrompt(messages: readonly Message[]): PromptSize {
  const sum = (count: (text: string) => number) => messages.reduce((total, message) => total + count(message.content), 0);
  return { likely: sum(estimateTokens) + FRAME * (messages.length + 1), least: sum(leastTokens) };
}

/** Below this the estimate is too coarse to accuse a server, and every window is larger. */
const LEAST_PROMPT = 1000;

/**
 * True when a server read only part of the prompt and said nothing. Ollama keeps half of its window then:
 * https://github.com/ollama/ollama/issues/17889. Servers that do not count say 0 or nothing, and are believed.
 */
export function wasCut(counted: number | null, size: PromptSize): boolean {
  return counted !== null && counted > 0 && size.likely >= LEAST_PROMPT && counted < size.least;
}

/** The reason that such an answer is no full opinion. */
export function cutReason(counted: number, size: PromptSize): string {
  return `the server cut the prompt: it read ${counted} tokens of about ${size.likely}`;
}
