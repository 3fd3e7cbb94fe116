/** A model's reasoning and its answer, told apart as they arrive in one text. */
export interface ThinkingSplit {
  /** Takes the next piece and gives what of it is the answer's. */
  take(text: string): string;
  /** What was held back in doubt, once nothing more comes. */
  end(): string;
  /** True where there was reasoning. */
  found(): boolean;
}

/**
 * Leaves out a block of reasoning that opens an answer, `<think>…</think>` or `<thinking>…</thinking>`; one that is
 * never closed is all reasoning. Marks further on are the answer's own words.
 */
export function splitThinking(): ThinkingSplit {
  let state: 'opening' | 'thinking' | 'closed' | 'answering' = 'opening';
  let held = '';
  let mark = '';

  function open(): string {
    const begun = held.trimStart();
    const opened = MARKS.find((name) => begun.startsWith(`<${name}>`));
    if (opened !== undefined) {
      state = 'thinking';
      mark = `</${opened}>`;
      held = begun.slice(opened.length + 2);
      return close();
    }
    if (MARKS.some((name) => `<${name}>`.startsWith(begun))) return '';
    state = 'answering';
    const whole = held;
    held = '';
    return whole;
  }

  function close(): string {
    const at = held.indexOf(mark);
    if (at === -1) {
      held = held.slice(-mark.length);
      return '';
    }
    state = 'closed';
    const rest = held.slice(at + mark.length);
    held = '';
    return begin(rest);
  }

  /** The empty lines after the block are part of it. */
  function begin(text: string): string {
    const begun = text.trimStart();
    if (begun !== '') state = 'answering';
    return begun;
  }

  return {
    take(text) {
      if (state === 'answering') return text;
      if (state === 'closed') return begin(text);
      held += text;
      return state === 'opening' ? open() : close();
    },
    end() {
      const rest = state === 'opening' ? held : '';
      held = '';
      return rest;
    },
    found: () => mark !== '',
  };
}

const MARKS = ['think', 'thinking'] as const;
