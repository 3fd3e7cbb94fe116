/** Ways in which models mark reasoning that servers leave in the text. */
const TAGS = 'think|thinking|thought|reasoning|reflection|scratchpad|analysis';

/** Patterns without flags: a user makes them sticky or global. */
export const REASONING_OPENS = new RegExp(
  `<(?:${TAGS})(?:\\s[^<>\\n]{0,80})?>|◁think▷|\\[THINK\\]|<\\|channel\\|>analysis|<\\|(?:begin_of_thought|START_THINKING)\\|>`,
  'i',
);
export const REASONING_CLOSES = new RegExp(
  `</(?:${TAGS})\\s?>|◁/think▷|\\[/THINK\\]|<\\|channel\\|>final(?:<\\|message\\|>)?|<\\|(?:end_of_thought|END_THINKING)\\|>`,
  'i',
);

/**
 * What a model said, without what it thought: closed blocks, everything before a closing mark that nothing opened, and
 * everything behind an opening mark that nothing closes. Linear.
 */
export function withoutReasoning(text: string): string {
  const marks = new RegExp(`(?<open>${REASONING_OPENS.source})|(?:${REASONING_CLOSES.source})`, 'gi');
  const kept: string[] = [];
  let from: number | null = 0;
  for (const mark of text.matchAll(marks)) {
    const end = mark.index + mark[0].length;
    if (mark.groups?.['open'] !== undefined) {
      if (from !== null) kept.push(text.slice(from, mark.index));
      from = null;
    } else {
      // Nothing had opened it: all that stands before was a draft.
      if (from !== null) kept.length = 0;
      from = end;
    }
  }
  if (from !== null) kept.push(text.slice(from));
  return kept.join('');
}
