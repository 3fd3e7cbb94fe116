/** Tokenizers of local models count up to 20 % more than the estimate, which itself may be 15 % short. */
const MARGIN = 1.35;

/** Ollama loads a model anew for each other window: few sizes, so that few loads. */
const SMALLEST = 4096;

/**
 * The context window to ask for, tokens: prompt and answer with a margin, in powers of two, never less than before and
 * never more than `limit` (the model's own or the operator's; null when unknown).
 */
export function chooseWindow(promptTokens: number, answerTokens: number, before: number, limit: number | null): number {
  const needed = Math.ceil(promptTokens * MARGIN) + answerTokens;
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
