import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hunk } from '#model/change-set.ts';
import { computeHunks } from './compute-patch.ts';

/** Applies hunks to the old text's lines, as `patch` does, and holds every line of them against it. */
function apply(before: string, hunks: readonly Hunk[]): readonly string[] {
  const old = linesOf(before);
  const now: string[] = [];
  let at = 0;
  for (const hunk of hunks) {
    const start = hunk.oldLines === 0 ? hunk.oldStart : hunk.oldStart - 1;
    now.push(...old.slice(at, start));
    at = start;
    for (const line of hunk.lines) {
      if (line.mark !== 'added') {
        expect({ line: at + 1, text: old[at] }).toEqual({ line: line.oldLine, text: line.text });
        at += 1;
      }
      if (line.mark !== 'removed') {
        now.push(line.text);
        expect(line.newLine).toBe(now.length);
      }
    }
  }
  return [...now, ...old.slice(at)];
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '', ' indented', '@@ -1 +1 @@', '--- x', '+++ y', '\\ No newline'), { maxLength: 40 })
  .chain((lines) => fc.boolean().map((ended) => lines.join('\n') + (ended && lines.length > 0 ? '\n' : '')));

describe('computed hunks', () => {
  it.each([
    { name: 'with the shortest difference', timeLimit: 1_000 },
    { name: 'when there is no time to seek it', timeLimit: 0 },
  ])('make the new text of the old one, $name', ({ timeLimit }) => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(apply(before, computeHunks('a.js', before, after, timeLimit))).toEqual(linesOf(after));
      }),
      { numRuns: 300 },
    );
  });

  it('are none for equal texts', () => expect(computeHunks('a.js', 'same\n', 'same\n')).toEqual([]));

  it('have three lines of context and an id with their place', () => {
    const before = Array.from({ length: 20 }, (_, index) => `${index + 1}\n`).join('');
    const hunks = computeHunks('dir/a.js', before, before.replace('10\n', 'ten\n'));
    expect(hunks).toMatchObject([{ id: 'dir/a.js@7,7', oldLines: 7, newLines: 7 }]);
  });

  it('of two long and wholly different texts come within seconds', () => {
    const long = (word: string) => Array.from({ length: 60_000 }, (_, index) => `${word} ${index}\n`).join('');
    const started = performance.now();
    const [hunk] = computeHunks('a.js', `head\n${long('old')}tail\n`, `head\n${long('new')}tail\n`, 200);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(hunk).toMatchObject({ oldStart: 1, oldLines: 60_002, newLines: 60_002 });
  });
});
