import type { ModelEntry } from '#model/model-entry.ts';

/** Room for an answer with the words of a dozen findings or verdicts, and for what a model thinks before it. */
export const USUAL_ROOM = 2_048;

/** The room for answers that a user gave a model; null where `settings.max_tokens` does not say. */
export function statedMaxTokens({ settings }: Pick<ModelEntry, 'settings'>): number | null {
  const stated = settings['max_tokens'];
  return typeof stated === 'number' && Number.isInteger(stated) && stated > 0 ? stated : null;
}
