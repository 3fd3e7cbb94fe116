import { expect, it } from 'vitest';
import { changeBetween, filler } from '../../test/fixtures/text-change.ts';
import { followLines } from './follow-lines.ts';

const base = { 'a.js': `${filler(0, 6)}${filler(20, 20)}` };
const withLines = (...lines: string[]) => ({ 'a.js': `${filler(0, 6)}${lines.map((line) => `${line}\n`).join('')}${filler(20, 20)}` });

it.each<{ name: string; past: string[]; now: string[]; line: number; place: object }>([
  { name: 'an equal line', past: ['one()', 'two()'], now: ['one()', 'two()'], line: 8, place: { kind: 'same', line: 8 } },
  {
    name: 'an equal line further down',
    past: ['one()', 'two()'],
    now: ['one()', 'more()', 'two()'],
    line: 8,
    place: { kind: 'same', line: 9 },
  },
  { name: 'a changed line', past: ['one()', 'two()'], now: ['one()', 'other()'], line: 8, place: { kind: 'changed', line: 8 } },
  {
    name: 'a changed run, position by position',
    past: ['one()', 'two()', 'three()'],
    now: ['1()', '2()', '3()', '4()'],
    line: 8,
    place: { kind: 'changed', line: 8, from: 7, to: 10 },
  },
  {
    name: 'the end of a run that became shorter',
    past: ['one()', 'two()', 'three()'],
    now: ['1()'],
    line: 9,
    place: { kind: 'changed', line: 7 },
  },
  {
    name: 'a line that was removed',
    past: ['one()', 'two()', 'three()'],
    now: ['one()', 'three()'],
    line: 8,
    place: { kind: 'removed', near: [7, 8] },
  },
  {
    name: 'the second of two equal lines, where the first was removed',
    past: ['x()', 'mid()', 'x()'],
    now: ['mid()', 'x()'],
    line: 9,
    place: { kind: 'same', line: 8 },
  },
  { name: 'a hunk that was taken back', past: ['one()'], now: [], line: 7, place: { kind: 'left' } },
  { name: 'what the change did not show', past: ['one()'], now: ['one()'], line: 25, place: { kind: 'unknown' } },
])('$name', ({ past, now, line, place }) => {
  const lines = followLines(changeBetween(base, withLines(...past)), changeBetween(base, withLines(...now)));
  expect(lines.follow('a.js', line)).toMatchObject(place);
});

it('a line of another hunk takes no place of one that is gone', () => {
  const head = (first: string, second: string) => ({ 'a.js': `${filler(0, 6)}${first}${filler(20, 20)}${second}${filler(60, 6)}` });
  const from = { 'a.js': head('', '')['a.js'] };
  const lines = followLines(changeBetween(from, head('one()\n', '')), changeBetween(from, head('', 'two()\n')));
  expect(lines.follow('a.js', 7)).toEqual({ kind: 'left', path: 'a.js' });
});

it.each([
  {
    name: 'a rename is followed',
    head: { 'b.js': withLines('one()')['a.js'] },
    renames: { 'b.js': 'a.js' },
    place: { kind: 'same', path: 'b.js', line: 7 },
  },
  { name: 'a deleted file', head: {}, renames: {}, place: { kind: 'removed', near: [] } },
  { name: 'a file that left the change', head: base, renames: {}, place: { kind: 'left', path: 'a.js' } },
])('$name', ({ head, renames, place }) => {
  const lines = followLines(changeBetween(base, withLines('one()')), changeBetween(base, head, renames));
  expect(lines.follow('a.js', 7)).toMatchObject(place);
});

it('two texts that have nothing in common and are long cannot be told', () => {
  const long = (word: string) => ({ 'a.js': Array.from({ length: 1_500 }, (_, at) => `${word}(${at})\n`).join('') });
  const lines = followLines(changeBetween({}, long('one')), changeBetween({}, long('two')));
  expect(lines.follow('a.js', 7)).toEqual({ kind: 'unknown' });
});

it('without the earlier change nothing is known', () => {
  expect(followLines(null, changeBetween(base, withLines('one()'))).follow('a.js', 7)).toEqual({ kind: 'unknown' });
});
