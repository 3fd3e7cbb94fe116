import { expect, it } from 'vitest';
import { cutText, defuseCommands, oneLine, showControls } from './plain-text.ts';

it.each([
  { name: 'an escape of the terminal', text: '\u001B[31mred', shown: '<U+001B>[31mred' },
  { name: 'a bidirectional control', text: 'a\u202Eb', shown: 'a<U+202E>b' },
  { name: 'a tag character', text: 'a\u{E0041}', shown: 'a<U+E0041>' },
  { name: 'half of a pair', text: 'a\ud800', shown: 'a\ufffd' },
  { name: 'line ends of other systems', text: 'a\r\nb\rc\td', shown: 'a\nb\nc\td' },
  { name: 'letters of any script', text: 'żółw 東京 😀', shown: 'żółw 東京 😀' },
])('$name', ({ text, shown }) => expect(showControls(text)).toBe(shown));

it('one line has no line end', () => expect(oneLine(' a\n\t b ')).toBe('a b'));

it('a text is cut between code points', () => {
  expect(cutText('abc', 3)).toBe('abc');
  expect(cutText('abcd', 3)).toBe('ab…');
  expect(cutText('a😀😀', 3)).toBe('a…');
});

it.each([
  { line: '::add-mask::x', safe: ': :add-mask::x' },
  { line: '   ::error::x', safe: '   : :error::x' },
  { line: 'a ##[add-mask]x', safe: 'a ## [add-mask]x' },
  { line: 'std::string', safe: 'std::string' },
])('$line is no command', ({ line, safe }) => expect(defuseCommands(line)).toBe(safe));
