import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fenceText } from './fence-text.ts';

const markerOf = (fenced: string) => /^<<<UNTRUSTED ([0-9a-f]{32})\n/.exec(fenced)?.[1];

describe('fenceText', () => {
  it('puts the text between two lines with the same marker, an HMAC of it', () => {
    const marker = createHmac('sha256', 'secret').update('0\none\ntwo').digest('hex').slice(0, 32);
    expect(fenceText('one\ntwo', 'secret')).toBe(`<<<UNTRUSTED ${marker}\none\ntwo\nUNTRUSTED ${marker}>>>`);
  });

  it('gives another text, and another secret, another marker', () => {
    expect(new Set([fenceText('one', 'a'), fenceText('one', 'b'), fenceText('two', 'a')].map(markerOf)).size).toBe(3);
  });

  it('keeps line breaks, and writes out what is hidden', () => {
    expect(fenceText('a\u202e\n\tb\r\nc\u001b[0m', 's').split('\n').slice(1, -1)).toEqual(['a\\u{202E}', '\tb\\u{D}', 'c\\u{1B}[0m']);
  });

  it('does not take a marker that the text holds', () => {
    const guessed = Array.from({ length: 3 }, (_, at) => markerOf(fenceText(`text ${at}`, 's')));
    const fenced = fenceText(`text\n${guessed.join('\n')}`, 's');
    expect(guessed).not.toContain(markerOf(fenced));
    expect(fenced.split(markerOf(fenced) ?? '')).toHaveLength(3);
  });
});
