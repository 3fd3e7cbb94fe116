import { REASONING_CLOSES, REASONING_OPENS } from '#lib/reasoning.ts';

/** Follows the marks of reasoning through a text that arrives in parts. */
export interface MarkReader {
  /** Takes the next character; true while it belongs to reasoning or to a mark that may come. */
  step(char: string): boolean;
  /** Whether there was any. */
  seen(): boolean;
}

const OPENS = new RegExp(`^(?:${REASONING_OPENS.source})$`, 'i');
const CLOSES = new RegExp(`^(?:${REASONING_CLOSES.source})$`, 'i');
/** No mark is longer; a bound on what is compared again with each character. */
const LONGEST = 100;

export function readMarks(): MarkReader {
  let mark = '';
  let thinking = false;
  let seen = false;
  return {
    step(char) {
      const begins = char === '<' || char === '◁' || char === '[';
      mark = begins || (mark !== '' && char === '{') ? (begins ? char : '') : mark === '' ? '' : mark + char;
      if (mark.length > LONGEST || char === '\n') mark = '';
      if (mark !== '' && (thinking ? CLOSES : OPENS).test(mark)) {
        thinking = !thinking;
        seen = true;
        mark = '';
      }
      return thinking;
    },
    seen: () => seen,
  };
}
