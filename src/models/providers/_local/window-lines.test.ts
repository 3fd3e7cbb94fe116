import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CodeLine, windowLines } from './window-lines.ts';

/** One token a word, and one for each line end. */
const count = (text: string) => text.split(/[^\S\n]+/).filter((word) => word !== '').length + (text.match(/\n/g)?.length ?? 0);
const linesOf = (...texts: string[]): CodeLine[] => texts.map((text, at) => ({ line: at + 10, text }));

describe('windowLines', () => {
  it('shows what fits at once', () => {
    const lines = linesOf('a b', 'c', 'd');
    expect(windowLines(lines, { count, limit: 10, overlap: 2 })).toEqual([
      { startLine: 10, endLine: 12, freshLine: 10, text: 'a b\nc\nd' },
    ]);
  });

  it('repeats the last lines of the window before', () => {
    const windows = windowLines(linesOf('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'), { count, limit: 10, overlap: 4 });
    expect(windows.map(({ startLine, endLine, freshLine }) => [startLine, freshLine, endLine])).toEqual([
      [10, 10, 14],
      [13, 15, 17],
      [16, 18, 19],
    ]);
  });

  it('shows a line that is longer than the window in pieces, and every word of it', () => {
    const words = Array.from({ length: 100 }, (_, at) => `word${at}`);
    const windows = windowLines(linesOf('a', words.join(' '), 'b'), { count, limit: 12, overlap: 3 });
    const pieces = windows.filter(({ startLine }) => startLine === 11);
    expect(pieces.length).toBeGreaterThan(8);
    expect(pieces.every(({ text, endLine }) => count(text) <= 12 && endLine === 11)).toBe(true);
    for (const word of words) expect(pieces.some(({ text }) => text.includes(word))).toBe(true);
    expect(windows.at(-1)).toMatchObject({ startLine: 12, text: 'b' });
  });

  it('has no window for no line', () => expect(windowLines([], { count, limit: 5, overlap: 1 })).toEqual([]));

  it('loses no line, shows each fresh line once, and never exceeds the window', () => {
    const text = fc.array(fc.constantFrom('a', 'bb', 'c c', ''), { maxLength: 9 }).map((words) => words.join(' '));
    // Some tokenizers make more of a whole than of its parts.
    const greedy = (of: string) => count(of) + Math.floor(of.length / 40);
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 60 }),
        fc.integer({ min: 4, max: 40 }),
        fc.integer({ min: 0, max: 60 }),
        (texts, limit, overlap) => {
          const lines = linesOf(...texts);
          const windows = windowLines(lines, { count: greedy, limit, overlap });
          const fresh = windows.flatMap(({ freshLine, endLine }) =>
            Array.from({ length: endLine - freshLine + 1 }, (_, at) => freshLine + at),
          );
          expect([...new Set(fresh)]).toEqual(lines.map(({ line }) => line));
          for (const window of windows) expect(greedy(window.text)).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });
});
