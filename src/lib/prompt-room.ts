import type { ModelEntry } from '#model/model-entry.ts';

/** Code that every current language model can take with attention to spare, whatever its window. */
const USUAL = 6000;
/** Instructions, answer form and fences around the code: 420 to 540 by our own estimate, the longest with every hint that fits. */
const INSTRUCTIONS = 600;
/** Room for the answer where the model's settings say nothing. */
const ANSWER = 2048;
/** Tokenizers of local models count up to a third more than the estimate. */
const MARGIN = 1.35;
/** Definitions of symbols that a model asked for, in all rounds together: more would bury the change under them. */
const DEFINITIONS = 2000;
/** What the smallest chunk holds. */
const SMALLEST = 400;

/** Characters of `instructions` in one prompt: as much as one of them may have. */
export const MOST_INSTRUCTIONS = 4_000;

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

/** Tokens of code that a prompt to this model has room for, beside instructions and answer; `owners`: tokens of `instructions`. */
export function codeTokens(entry: Windowed, owners = 0): number {
  const window = statedWindow(entry);
  if (window === null) return USUAL;
  return Math.min(USUAL, Math.max(SMALLEST, Math.floor((window - answerTokens(entry)) / MARGIN) - INSTRUCTIONS - owners));
}

/** Tokens of definitions that fit beside so many tokens of code; 0 where none do. */
export function definitionTokens(entry: Windowed, code: number): number {
  const window = statedWindow(entry);
  if (window === null) return DEFINITIONS;
  return Math.min(DEFINITIONS, Math.max(0, Math.floor((window - answerTokens(entry)) / MARGIN) - INSTRUCTIONS - code));
}

/** Most tokens that an answer to a prompt of so many tokens can have in the window; null where none is stated. */
export function answerRoom(entry: Windowed, prompt: number): number | null {
  const window = statedWindow(entry);
  return window === null ? null : Math.max(0, Math.floor(window - prompt * MARGIN));
}

function answerTokens({ settings }: Windowed): number {
  const stated = settings['max_tokens'];
  return typeof stated === 'number' ? stated : ANSWER;
}
