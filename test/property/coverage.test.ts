import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packChunks } from '#chunks/pack-chunks.ts';
import { splitByFile } from '#chunks/split-by-file.ts';
import { settleLedger } from '#consensus/settle-ledger.ts';
import { type ChangedFile, type ChangeSet, hunksOf } from '#model/change-set.ts';
import { summariseLedger } from '#model/coverage.ts';
import { type SelectRules, selectHunks } from '#select/select-hunks.ts';
import { changeSet, newSideOf } from './arbitrary-change.ts';

const tokens = fc.constantFrom(400, 500, 1000, 8000);
const rules = fc.record({
  include: fc.constantFrom(['**'], ['src/**', '*'], []),
  exclude: fc.constantFrom([], ['**/*.py'], ['b/']),
  attributes: fc.constantFrom(null, '*.go linguist-generated\n*.rb -diff\n'),
});
const cut = (change: ChangeSet, by: SelectRules, most: number, known: boolean) => {
  const { selected, ledger } = selectHunks(change, by);
  const sources = selected.map((file) => ({ file, text: known ? newSideOf(file) : null, outline: null }));
  return { selected, ledger, chunks: packChunks(sources, { tokens: most, mode: change.mode, reach: known ? 'file' : 'near' }) };
};

it('every hunk, and every change without hunks, is either in the ledger or in a chunk', () => {
  fc.assert(
    fc.property(changeSet, rules, tokens, fc.boolean(), (change, by, most, known) => {
      const { selected, ledger, chunks } = cut(change, by, most, known);
      const inChunks = new Set(chunks.flatMap((chunk) => chunk.files.flatMap((file) => file.hunks.map((hunk) => hunk.hunkId))));
      for (const { hunk } of hunksOf(change)) {
        expect(ledger.filter((entry) => entry.hunkId === hunk.id).length + (inChunks.has(hunk.id) ? 1 : 0)).toBe(1);
      }
      for (const file of change.files.filter((one) => one.hunks.length === 0)) {
        expect(ledger.filter((entry) => entry.path === file.path && entry.hunkId === null)).toHaveLength(1);
        expect(selected).not.toContain(file);
      }
      const settled = summariseLedger(settleLedger({ chunks, executions: [], due: [], seats: [], minVotes: 1, left: ledger }));
      const expected = change.files.reduce((sum, file) => sum + Math.max(1, file.hunks.length), 0);
      expect(settled.hunks).toBe(expected);
      expect(settled.reviewed + settled.partial + settled.uncovered + settled.skipped + settled.notApplicable).toBe(expected);
    }),
    { numRuns: 200 },
  );
});

it('every line of a selected hunk is shown, in order, and a hunk is cut only when it does not fit', () => {
  fc.assert(
    fc.property(changeSet, rules, tokens, fc.boolean(), (change, by, most, known) => {
      const { selected, chunks } = cut(change, by, most, known);
      const parts = chunks.flatMap((chunk) => chunk.files.flatMap((file) => file.hunks));
      for (const hunk of selected.flatMap((file) => file.hunks)) {
        const slices = parts.filter((part) => part.hunkId === hunk.id);
        const shown = new Set(slices.flatMap((slice) => slice.lines.map((line) => JSON.stringify(line))));
        expect(hunk.lines.filter((line) => !shown.has(JSON.stringify(line)))).toEqual([]);
        if (slices.some((slice) => slice.whole)) expect(slices.map((slice) => slice.lines)).toEqual([hunk.lines]);
        else expect(slices.length).toBeGreaterThan(1);
      }
      for (const chunk of chunks) expect(chunk.tokens).toBeLessThanOrEqual(most);
      expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(chunks.length);
    }),
    { numRuns: 200 },
  );
});

it('what stands around hunks is unchanged, ascending and not shown twice', () => {
  fc.assert(
    fc.property(changeSet, rules, tokens, (change, by, most) => {
      const { selected, chunks } = cut(change, by, most, true);
      for (const part of chunks.flatMap((chunk) => chunk.files)) {
        const file = selected.find((one) => one.path === part.path) as ChangedFile;
        const numbers = part.surroundings.map((one) => one.line);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        const own = new Set(part.hunks.flatMap((hunk) => hunk.lines.map((line) => line.newLine)));
        const added = new Set(file.hunks.flatMap((hunk) => hunk.lines.flatMap((line) => (line.mark === 'added' ? [line.newLine] : []))));
        for (const { line, text } of part.surroundings) {
          expect(own.has(line) || added.has(line)).toBe(false);
          expect(text).toBe(newSideOf(file).split('\n')[line - 1]?.replace(/\r$/, ''));
        }
      }
    }),
    { numRuns: 100 },
  );
});

it('a file is shown as it would be alone, whatever else changes and whoever shares its chunk', () => {
  fc.assert(
    fc.property(changeSet, rules, tokens, (change, by, most) => {
      const all = cut(change, by, most, true).chunks.flatMap(splitByFile);
      for (const file of change.files) {
        const alone = cut({ ...change, files: [file] }, by, most, true).chunks;
        expect(all.filter((chunk) => chunk.files[0]?.path === file.path)).toEqual(alone);
      }
    }),
    { numRuns: 100 },
  );
});

it('chunks and their order are the same in whatever order the files come', () => {
  fc.assert(
    fc.property(changeSet, rules, tokens, (change, by, most) => {
      const turned = { ...change, files: change.files.toReversed() };
      expect(cut(turned, by, most, true).chunks).toEqual(cut(change, by, most, true).chunks);
    }),
    { numRuns: 100 },
  );
});
