import { describe, expect, it } from 'vitest';
import { revealHidden } from './reveal-hidden.ts';

describe('revealHidden', () => {
  it.each([
    { name: 'tag characters', line: 'x\u{e0068}\u{e0069}\u{e0021}', why: /tag characters/ },
    { name: 'a row of variation selectors', line: 'x\ufe00\u{e0101}\u{e0102}\ufe0f', why: /variation selectors/ },
    { name: 'bits without width', line: `x${'\u200b\u200c'.repeat(4)}`, why: /without width/ },
    { name: 'an override among Latin letters', line: '/*\u202e } if (isAdmin) */', why: /another order/ },
  ])('tells of $name', ({ line, why }) => expect(revealHidden(line)).toMatch(why));

  it.each([
    { name: 'the flag of Scotland', line: "'\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}'" },
    { name: 'an emoji of several people', line: '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}' },
    { name: 'pictures', line: '\u2764\ufe0f\u263a\ufe0f1\ufe0f\u20e3' },
    { name: 'Persian', line: 'می\u200cخواهم' },
    { name: 'a price in Hebrew', line: 'סכום: \u202a100 USD\u202c' },
    { name: 'isolates that a library of messages puts around a name', line: 'Hello, \u2068Anna\u2069!' },
    { name: 'a byte-order mark', line: '\ufeffusing System;' },
  ])('lets $name be', ({ line }) => expect(revealHidden(line)).toBeNull());
});
