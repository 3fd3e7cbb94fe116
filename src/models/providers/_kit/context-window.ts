/** Tokenizers of local models count up to 20 % more than the estimate, which itself may be 15 % short. */
export const WIDE_MARGIN = 1.35;

/** Ollama loads a model anew for each other window: few sizes, so that few loads. */
const SMALLEST = 4096;

/**
 * The context window to ask for, tokens: prompt and answer with a margin, in powers of two, never less than before and
 * never more than `limit` (the model's own or the operator's; null when unknown).
 */
export function chooseWindow(
  promptTokens: number,
  answerTokens: number,
  before: number,
  limit: number | null,
  margin: number = WIDE_MARGIN,
): number {
  const needed = Math.ceil(promptTokens * margin) + answerTokens;
  let window = Math.max(SMALLEST, before);
  while (window < needed) window *= 2;
  return limit === null ? window : Math.min(window, limit);
}

/**
 * True when the count shows that the prompt filled its window: nothing was left for an answer, or the server kept one
 * half of the window, as Ollama does with a prompt that is too long.
 */
export function filledWindow(counted: number | null, promptTokens: number, window: number): boolean {
  if (counted === null) return false;
  const keptHalf = Math.abs(counted - window / 2) <= 8 && promptTokens > window * 0.7;
  return counted >= window - 1 || keptHalf;
}

/** Below this an estimate is too coarse to learn from, tokens. */
const LEAST_LEARNED = 500;

/**
 * The margin to go on with once a server has counted a prompt: what this model's tokenizer was seen to need and a
 * tenth more. `widest` is the largest ratio of count to estimate so far (0 before the first), returned with the new
 * one. A server may leave out what it had in its cache, so a small count never makes the margin less than a tenth.
 */
export function refineMargin(
  counted: number | null,
  promptTokens: number,
  widest: number,
): { readonly margin: number; readonly widest: number } {
  const ratio = counted === null || promptTokens < LEAST_LEARNED ? 0 : counted / promptTokens;
  const seen = Math.max(widest, ratio);
  return { margin: seen === 0 ? WIDE_MARGIN : Math.max(1, seen) * 1.1, widest: seen };
}
