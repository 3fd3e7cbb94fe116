import { codeTokens } from '#lib/prompt-room.ts';
import type { ModelEntry } from '#model/model-entry.ts';

/** Detectors read files, not windows. Whole-file mode stays below this by its own limit of lines. */
const WITHOUT_LANGUAGE_MODEL = 50_000;

/** Tokens of code that fit the smallest window among the models, beside instructions and answer. */
export function chunkTokens(entries: readonly ModelEntry[], readsPrompt: (entry: ModelEntry) => boolean): number {
  const readers = entries.filter(readsPrompt);
  return readers.length === 0 ? WITHOUT_LANGUAGE_MODEL : Math.min(...readers.map(codeTokens));
}
