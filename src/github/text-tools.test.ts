import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { externalIdOf, readExternalId } from './check-run.ts';
import { cutBytes, cutCharacters } from './cut.ts';
import { decodeText } from './decode-text.ts';
import { fingerprintIn, fingerprintMarker, withMarker, withoutFingerprint } from './markers.ts';
import { redact } from './redact.ts';

describe('cutting', () => {
  it('never exceeds its limit and never halves a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 4, max: 50 }), (text, max) => {
        const characters = cutCharacters(text, max);
        const bytes = cutBytes(text, max);
        expect(characters.length).toBeLessThanOrEqual(max);
        expect(Buffer.byteLength(bytes)).toBeLessThanOrEqual(max);
        for (const cut of [characters, bytes]) {
          expect(cut).not.toMatch(/[\uD800-\uDFFF]/u);
          expect(cut === text || text.startsWith(cut.slice(0, -1))).toBe(true);
        }
      }),
    );
  });
});

describe('redaction', () => {
  it.each([
    'ghs_16C7e42F292c6912E7710c838347Ae178B4a',
    `ghs_4711_${'eyJhbGciOi'.repeat(20)}.${'x-_y'.repeat(60)}.${'z9'.repeat(30)}`,
    'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    'github_pat_11ABCDE_abcdef',
    'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjF9.c2ln-bmF0_dXJl',
  ])('takes %s out, wherever it stands', (secret) => {
    for (const text of [secret, `token ${secret} is bad`, `https://x:${secret}@github.com/a`, `Authorization: Bearer ${secret}`]) {
      expect(redact(text)).toContain('[redacted]');
      expect(redact(text)).not.toContain(secret.slice(-10));
    }
  });

  it('leaves plain words alone', () => {
    const text = 'GitHub answered 404 to GET /repos/{owner}/{repo}: the token is basic';
    expect(redact(text)).toBe(text);
  });
});

describe('markers', () => {
  const body = `text\n\n${fingerprintMarker('9f1c')}`;
  it('are found at the end of a body only', () => {
    expect(fingerprintIn(`${body}\n`)).toBe('9f1c');
    expect(fingerprintIn(`${body}\nand more`)).toBeNull();
    expect(fingerprintIn(`${fingerprintMarker('old')} quoted\n${fingerprintMarker('9f1c')}`)).toBe('9f1c');
  });
  it('are added once and taken off again', () => {
    expect(withMarker(withMarker('text', fingerprintMarker('9f1c')), fingerprintMarker('9f1c'))).toBe(body);
    expect(withoutFingerprint(body)).toBe('text');
  });
});

describe('external ids', () => {
  it('are read as they were written', () => {
    const baseSha = 'a'.repeat(40);
    expect(readExternalId(externalIdOf('01JSCAN', { number: 12, baseSha }))).toEqual({ scanId: '01JSCAN', number: 12, baseSha });
  });
  it.each(['', '01JSCAN', 'a/b/c', '01JSCAN/12', '01JSCAN/12/xyz'])('of others are not: "%s"', (text) =>
    expect(readExternalId(text)).toBeNull(),
  );
});

describe('decoding', () => {
  it('tells binary by a NUL byte and keeps a byte order mark', () => {
    expect(decodeText(Buffer.from([0x61, 0, 0x62]))).toBeNull();
    expect(decodeText(Buffer.from('\uFEFFä'))).toBe('\uFEFFä');
    expect(decodeText(Buffer.from([0x61, 0xff]))).toBe('a\uFFFD');
  });
});
