import { expect, it } from 'vitest';
import { parsePatch } from './parse-patch.ts';

it('reads the hunks of one file', () => {
  const hunks = parsePatch('a.ts', '@@ -0,0 +1 @@\n+a\n\\ No newline at end of file\n@@ -5,2 +6,1 @@ f()\n-b\n c');
  expect(hunks.map((hunk) => [hunk.id, hunk.section, hunk.lines.length])).toEqual([
    ['a.ts@0,1', '', 1],
    ['a.ts@5,6', 'f()', 2],
  ]);
});

it.each([
  { name: 'a cut hunk', patch: '@@ -1,2 +1,2 @@\n a', message: 'ends after line 2' },
  { name: 'lines outside the hunks', patch: '@@ -1 +1 @@\n-a\n+b\n+c', message: 'line 4 of the patch belongs to no hunk' },
  { name: 'text without hunks', patch: 'hello', message: 'line 1 of the patch belongs to no hunk' },
])('refuses $name', ({ patch, message }) => expect(() => parsePatch('a.ts', patch)).toThrow(message));
