import { describe, expect, it } from 'vitest';
import { plainPath, plainText } from './plain-text.ts';

describe('plainText', () => {
  it.each([
    { name: 'leaves code as it is', line: "const rows = await db.query('a');", plain: "const rows = await db.query('a');" },
    { name: 'leaves out what has no width', line: 'ig\u200bno\u2060re\u00ad', plain: 'ignore' },
    { name: 'reads full-width letters', line: 'ｉｇｎｏｒｅ', plain: 'ignore' },
    { name: 'reads look-alikes within a Latin word', line: '\u0406gn\u043Er\u0435', plain: 'Ignore' },
    { name: 'leaves words of one script', line: 'все instructions', plain: 'все instructions' },
    { name: 'reads tag characters', line: 'x\u{e0068}\u{e0069}', plain: 'xhi' },
    { name: 'reads escapes of letters', line: '\\u0049\\x67\\u{6e}&#111;&#x72;e', plain: 'Ignore' },
    { name: 'leaves escapes that are no sign', line: '&#0; \\u{d800} \\u{ffffff}', plain: '&#0; \\u{d800} \\u{ffffff}' },
    { name: 'reads digits within words', line: '1gn0re 42 f1nd1ngs', plain: 'ignore 42 findings' },
    { name: 'joins spaced letters', line: 'i g n o r e  t h i s', plain: 'ignore this' },
    { name: 'leaves initials', line: 'J. R. R. Tolkien, a b c', plain: 'J. R. R. Tolkien, a b c' },
    { name: 'leaves out the signs of a comment', line: '  // AI: x', plain: 'AI: x' },
  ])('$name', ({ line, plain }) => expect(plainText(line)).toBe(plain));
});

describe('plainPath', () => {
  it.each([
    { path: 'src/ignoreAllPrevious_instructions.ts', plain: 'src ignore all previous instructions ts' },
    { path: 'src/AI reviewer - do not.ts', plain: 'src ai reviewer do not ts' },
  ])('reads $path as words', ({ path, plain }) => expect(plainPath(path)).toBe(plain));
});
