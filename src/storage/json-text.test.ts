import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson, encodeJson } from './json-text.ts';

const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom('\0', '\uE000', '\uD800', '\uDC00', '\\', 'u0000', '😀'), fc.string({ unit: 'binary' })),
});

describe('JSON for a jsonb column', () => {
  it('reads back equal, and holds nothing that PostgreSQL refuses', () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'small', noUnicodeString: false }), anyText, (value, text) => {
        const whole = { value, text: [text, { text }], keyed: { [text]: { [text]: text } } };
        const stored: unknown = JSON.parse(encodeJson(whole));
        for (const key of Object.keys((stored as typeof whole).keyed)) expect(() => encodeURIComponent(key)).not.toThrow();
        expect(Object.keys((stored as typeof whole).keyed).join()).not.toContain('\0');
        expect(decodeJson(stored)).toEqual(JSON.parse(JSON.stringify(whole)));
        const [first] = (stored as typeof whole).text;
        expect(first).not.toContain('\0');
        // Throws for a lone surrogate.
        expect(() => encodeURIComponent(String(first))).not.toThrow();
      }),
    );
  });

  it.each([
    { name: 'ordinary text', text: 'plain "text" ü 😀', stored: 'plain "text" ü 😀' },
    { name: 'NUL', text: 'a\0b', stored: 'a\uE0000000b' },
    { name: 'a lone surrogate', text: '\uD83D', stored: '\uE000d83d' },
    { name: 'the escape itself', text: '\uE000', stored: '\uE000e000' },
  ])('writes $name as it must', ({ text, stored }) => expect(JSON.parse(encodeJson(text))).toBe(stored));
});
