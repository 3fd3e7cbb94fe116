import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ChangeSet } from '#model/change-set.ts';
import { numbered } from '../../test/fakes/github/open-pull.ts';
import { mapPlaces, placeComment } from './comment-place.ts';
import { computeHunks } from './compute-patch.ts';

const before = numbered(100);
const after = before.replace('line 10\n', '').replace('line 50\n', 'fifty\nand more\n').replace('line 90\n', 'ninety\n');
const change: ChangeSet = {
  mode: 'change',
  base: null,
  head: null,
  files: [
    {
      path: 'a.js',
      oldPath: null,
      status: 'modified',
      kind: 'text',
      oldMode: null,
      newMode: null,
      hunks: computeHunks('a.js', before, after),
      missing: null,
    },
  ],
};
const places = mapPlaces(change);

it.each([
  { name: 'an added line', at: [49, 49], place: { kind: 'lines', line: 49, startLine: null } },
  { name: 'a range in one hunk', at: [49, 51], place: { kind: 'lines', line: 51, startLine: 49 } },
  { name: 'a context line', at: [47, 47], place: { kind: 'lines', line: 47, startLine: null } },
  { name: 'a range over two hunks', at: [49, 90], place: { kind: 'lines', line: 90, startLine: null } },
  { name: 'a range that begins before its hunk', at: [20, 49], place: { kind: 'lines', line: 49, startLine: null } },
  { name: 'a range that ends behind its hunk', at: [49, 70], place: { kind: 'lines', line: 49, startLine: null } },
  { name: 'a range the wrong way round', at: [51, 49], place: { kind: 'lines', line: 49, startLine: null } },
  { name: 'a line outside', at: [70, 70], place: { kind: 'file' } },
  { name: 'a line that is none', at: [0, -1], place: { kind: 'file' } },
])('$name', ({ at: [startLine = 0, line = 0], place }) => {
  expect(placeComment(places, { path: 'a.js', startLine, line })).toEqual(place);
});

it('a file that is not in the change', () =>
  expect(placeComment(places, { path: 'b.js', startLine: 1, line: 1 })).toEqual({ kind: 'nowhere' }));

it('every place that is produced lies on the new side of one hunk', () => {
  const shown = change.files[0]?.hunks.map((hunk) => new Set(hunk.lines.flatMap(({ newLine }) => newLine ?? []))) ?? [];
  fc.assert(
    fc.property(fc.integer({ min: -5, max: 120 }), fc.integer({ min: -5, max: 120 }), (startLine, line) => {
      const place = placeComment(places, { path: 'a.js', startLine, line });
      if (place.kind !== 'lines') return;
      expect(
        shown.some(
          (lines) => lines.has(place.line) && (place.startLine === null || (lines.has(place.startLine) && place.startLine < place.line)),
        ),
      ).toBe(true);
    }),
  );
});
