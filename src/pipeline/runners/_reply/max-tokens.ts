import { estimateTokens } from '#lib/estimate-tokens.ts';
import { answerRoom } from '#lib/prompt-room.ts';
import type { ModelEntry } from '#model/model-entry.ts';
import type { Message } from '#ports/provider.ts';

/** Room for an answer with the words of a dozen findings or verdicts, and for what a model thinks before it. */
export const USUAL_ROOM = 2_048;
/** With less, no answer is whole: rather the prompt is too long for the window, which its server then says. */
const LEAST_ROOM = 256;

/** The room for answers that a user gave a model; null where `settings.max_tokens` does not say. */
export function statedMaxTokens({ settings }: Pick<ModelEntry, 'settings'>): number | null {
  const stated = settings['max_tokens'];
  return typeof stated === 'number' && Number.isInteger(stated) && stated > 0 ? stated : null;
}

/** Room for the answer to a prompt: what the user stated, else the usual, or what a small window leaves of it. */
export function roomForAnswer(model: Pick<ModelEntry, 'settings'>, messages: readonly Message[], usual = USUAL_ROOM): number {
  const left = answerRoom(model, tokensOf(messages));
  return statedMaxTokens(model) ?? Math.max(LEAST_ROOM, Math.min(usual, left ?? usual));
}

export function tokensOf(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
}
