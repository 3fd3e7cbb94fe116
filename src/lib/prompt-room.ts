import type { ModelEntry } from '#model/model-entry.ts';

/** Code that every current language model can take with attention to spare, whatever its window. */
const USUAL = 6000;
/** Instructions, answer form and fences around the code: 650 to 750 by our own estimate, more with several languages. */
const INSTRUCTIONS = 900;
/** Room for the answer where the model's settings say nothing. */
const ANSWER = 2048;
/** Tokenizers of local models count up to a third more than the estimate. */
const MARGIN = 1.35;
/** What the smallest chunk holds. */
const SMALLEST = 400;

type Windowed = Pick<ModelEntry, 'settings'>;

/** The window that the settings of a model state (`num_ctx` or `context_length`), tokens; null where they do not. */
export function statedWindow({ settings }: Windowed): number | null {
  const stated = settings['num_ctx'] ?? settings['context_length'];
  return typeof stated === 'number' ? stated : null;
}

/** The smallest window that leaves room for code, for a model with these settings. */
export function smallestWindow(entry: Windowed): number {
  return Math.ceil((SMALLEST + INSTRUCTIONS) * MARGIN) + answerTokens(entry);
}

/** Tokens of code that a prompt to this model has room for, beside instructions and answer. */
export function codeTokens(entry: Windowed): number {
  const window = statedWindow(entry);
  if (window === null) return USUAL;
  return Math.min(USUAL, Math.max(SMALLEST, Math.floor((window - answerTokens(entry)) / MARGIN) - INSTRUCTIONS));
}

function answerTokens({ settings }: Windowed): number {
  const stated = settings['max_tokens'];
  return typeof stated === 'number' ? stated : ANSWER;
}
