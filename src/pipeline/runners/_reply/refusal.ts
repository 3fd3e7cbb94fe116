/** A refusal says so at once and briefly; a long text that begins politely may still be a review. */
const LONGEST = 600;

const OPENING =
  /^(?:i(?:'|’)?m (?:very |really |so )?sorry|i am sorry|sorry|i apologi[sz]e|unfortunately|as an ai|i(?:'|’)m (?:not able|unable)|i am (?:not able|unable)|i can(?:not|(?:'|’)t| not)|i won(?:'|’)t)\b/i;
const DECLINES =
  /\b(?:can(?:not|(?:'|’)t| not)|unable to|not able to|won(?:'|’)t|decline to) (?:\w+ ){0,3}(?:help|assist|comply|provide|fulfil+|review|analy[sz]e|do|answer|continue|engage|support)/i;

/**
 * True for a text without an answer in which a model declines in its own words. Only ever asked of what no parser could
 * read: it tells two kinds of silence apart, and can take no finding away.
 */
export function readsAsRefusal(text: string): boolean {
  const said = text.trim();
  return said.length <= LONGEST && OPENING.test(said) && DECLINES.test(said);
}
