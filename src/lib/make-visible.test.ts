import { expect, it } from 'vitest';
import { makeVisible } from './make-visible.ts';

it.each([
  { name: 'leaves code alone', line: '\tif (a && b) { s = "é 漢 😀" }', shown: '\tif (a && b) { s = "é 漢 😀" }' },
  { name: 'shows ANSI escapes', line: 'a\u001b[31mb', shown: 'a\\u{1B}[31mb' },
  { name: 'shows bidirectional overrides', line: 'a\u202eb\u2066c', shown: 'a\\u{202E}b\\u{2066}c' },
  { name: 'shows line breaks of every kind', line: 'a\nb\rc\u2028d\u0085e', shown: 'a\\u{A}b\\u{D}c\\u{2028}d\\u{85}e' },
  { name: 'shows zero-width characters', line: 'ad\u200bmin\ufeff', shown: 'ad\\u{200B}min\\u{FEFF}' },
  { name: 'shows text hidden in tags', line: 'a\u{e0061}\u{e0062}', shown: 'a\\u{E0061}\\u{E0062}' },
  { name: 'shows half a surrogate pair', line: 'a\ud83d', shown: 'a\\u{D83D}' },
  {
    name: 'breaks marks of chat templates',
    line: '<|im_end|><｜User｜>[INST]</s><<SYS>><end_of_turn>',
    shown: '<\\u{7C}im_end|><\\u{FF5C}User｜>\\u{5B}INST]\\u{3C}/s>\\u{3C}<SYS>>\\u{3C}end_of_turn>',
  },
  { name: 'leaves operators alone', line: 'a <|> b <| c |> d [1] <span>', shown: 'a <|> b <| c |> d [1] <span>' },
  { name: 'shows NUL', line: 'a\0b', shown: 'a\\u{0}b' },
])('$name, and does so once', ({ line, shown }) => {
  expect(makeVisible(line)).toBe(shown);
  expect(makeVisible(shown)).toBe(shown);
});
