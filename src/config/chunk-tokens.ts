import type { ModelEntry } from '#model/model-entry.ts';

/** Code that every current language model can take with attention to spare, whatever its window. */
const USUAL = 6000;
/** Detectors read files, not windows. Whole-file mode stays below this by its own limit of lines. */
const WITHOUT_LANGUAGE_MODEL = 50_000;
/** Instructions, answer form and fences around the code: 650 to 750 by our own estimate, more with several languages. */
const INSTRUCTIONS = 900;
/** Room for the answer where the model's settings say nothing. */
const ANSWER = 2048;
/** Tokenizers of local models count up to a third more than the estimate. */
const MARGIN = 1.35;
/** What the smallest chunk holds. */
const SMALLEST = 400;

/**
 * Tokens of code that fit the smallest window among the models (`num_ctx` or `context_length` of their settings),
 * beside instructions and answer.
 */
export function chunkTokens(entries: readonly ModelEntry[], readsPrompt: (entry: ModelEntry) => boolean): number {
  const readers = entries.filter(readsPrompt);
  return readers.length === 0 ? WITHOUT_LANGUAGE_MODEL : Math.min(...readers.map(codeTokens));
}

/** The smallest window that leaves room for code, for a model with these settings. */
export function smallestWindow(entry: ModelEntry): number {
  return Math.ceil((SMALLEST + INSTRUCTIONS) * MARGIN) + answerTokens(entry);
}

/** The window that the settings of a model state; null where they do not. */
export function statedWindow({ settings }: ModelEntry): number | null {
  const stated = settings['num_ctx'] ?? settings['context_length'];
  return typeof stated === 'number' ? stated : null;
}

function codeTokens(entry: ModelEntry): number {
  const window = statedWindow(entry);
  if (window === null) return USUAL;
  return Math.min(USUAL, Math.max(SMALLEST, Math.floor((window - answerTokens(entry)) / MARGIN) - INSTRUCTIONS));
}

function answerTokens({ settings }: ModelEntry): number {
  const stated = settings['max_tokens'];
  return typeof stated === 'number' ? stated : ANSWER;
}
