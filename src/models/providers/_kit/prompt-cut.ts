import { estimateTokens } from '#lib/estimate-tokens.ts';
import type { Message } from '#ports/provider.ts';

/** What a chat template adds to each message, tokens. */
const FRAME = 8;

/** Estimated tokens of a prompt. */
export function estimatePrompt(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + estimateTokens(message.content) + FRAME, FRAME);
}

/** Under this share of our own count a server's count cannot be the whole prompt: no tokenizer packs code so tightly. */
const LEAST_SHARE = 0.6;

/** Below this the estimate is too coarse to accuse a server. Windows are larger. */
const LEAST_PROMPT = 1000;

/**
 * True when a server read only part of the prompt and said nothing: it counted far less than was sent. Ollama keeps half
 * of its window then, https://github.com/ollama/ollama/issues/17889.
 */
export function wasCut(counted: number | null, estimated: number): boolean {
  return counted !== null && counted > 0 && estimated >= LEAST_PROMPT && counted < estimated * LEAST_SHARE;
}

/** The reason that such an answer is no full opinion. */
export function cutReason(counted: number, estimated: number): string {
  return `the server cut the prompt: it read ${counted} tokens of about ${estimated}`;
}
