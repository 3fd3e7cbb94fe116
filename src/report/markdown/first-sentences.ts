/** Sentences of an explanation that stand in front; what is more is folded. */
const MOST_SENTENCES = 3;
/** A model that writes no full stops is cut no shorter than this. */
const SHORT = 400;

/** An explanation in two parts: its first sentences, and the rest, which is empty for a short text. Code is never cut through. */
export function firstSentences(text: string): { readonly first: string; readonly rest: string } {
  const whole = { first: text, rest: '' };
  if (text.length <= SHORT || /^[ \t]*(?:`{3,}|~{3,})/m.test(text.slice(0, SHORT))) return whole;
  let sentences = 0;
  for (const { index, 0: end } of text.matchAll(/[.!?](?=\s+\S)|\n\s*\n/g)) {
    const head = text.slice(0, index + end.length);
    if ((head.match(/`/g) ?? []).length % 2 === 1) continue;
    sentences += 1;
    if (sentences >= MOST_SENTENCES || head.length >= SHORT) return { first: head.trim(), rest: text.slice(head.length).trim() };
  }
  return whole;
}
