import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchesWildcard } from './match-wildcard.ts';

it.each([
  { name: 'a word is itself', pattern: 'main', text: 'main', is: true },
  { name: 'a word is no part of another', pattern: 'main', text: 'maintain', is: false },
  { name: 'a star may stand for nothing', pattern: 'wip*', text: 'wip', is: true },
  { name: 'two stars are one', pattern: 'release/**', text: 'release/1/hotfix', is: true },
  { name: 'a star in the middle gives back what it took', pattern: 'a*bc', text: 'abbcbc', is: true },
  { name: 'a question mark is one character, of any width', pattern: 'v?', text: 'v😀', is: true },
  { name: 'a question mark is not nothing', pattern: 'v?', text: 'v', is: false },
  { name: 'case does not matter', pattern: 'WIP: *', text: 'wip: more', is: true },
  { name: 'brackets stand for themselves', pattern: '*[bot]', text: 'renovate[bot]', is: true },
  { name: 'brackets are no class of characters', pattern: '[bot]', text: 'b', is: false },
  { name: 'either of several', pattern: '{chore,ci}(*)', text: 'ci(deps)', is: true },
  { name: 'none of several', pattern: '{chore,ci}(*)', text: 'fix(deps)', is: false },
  { name: 'nothing may be one of several', pattern: 'fix{,up}!', text: 'fix!', is: true },
  { name: 'braces without a comma stand for themselves', pattern: '{x}', text: '{x}', is: true },
])('$name', ({ pattern, text, is }) => expect(matchesWildcard(pattern, text)).toBe(is));

it('braces that mean very many texts stand for themselves', () => {
  const pattern = '{a,b}'.repeat(30);
  expect(matchesWildcard(pattern, 'a'.repeat(30))).toBe(false);
  expect(matchesWildcard(pattern, pattern)).toBe(true);
});

it('a text matches itself, and itself between stars', () => {
  const word = fc.string().filter((text) => !/[*?{}]/.test(text));
  fc.assert(
    fc.property(word, word, word, (before, text, after) => {
      expect(matchesWildcard(text, text)).toBe(true);
      expect(matchesWildcard(`*${text}*`, before + text + after)).toBe(true);
    }),
  );
});
