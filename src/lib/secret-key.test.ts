import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSecretKey } from './secret-key.ts';

describe('readSecretKey', () => {
  const key = readSecretKey(randomBytes(32).toString('base64'));

  it('opens what it sealed, whatever it is, and only in its context', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (value, context, other) => {
        const sealed = await key.seal(value, context);
        expect(sealed).toMatch(/^v1\.raw\.\.[\w-]{16}\.[\w-]{22,}$/);
        expect(await key.open(sealed, context)).toBe(value);
        expect(await key.open(sealed, `${context}${other} `)).toBeNull();
      }),
    );
  });
  it('opens nothing in which one character was changed', async () => {
    const sealed = await key.seal('a value', 'context');
    for (let at = 0; at < sealed.length - 1; at += 1) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`;
      expect(await key.open(changed, 'context')).toBeNull();
    }
  });
  it('never throws over what it is given to open', async () => {
    await fc.assert(fc.asyncProperty(fc.string(), async (text) => void expect(await key.open(text, '')).toBeNull()));
    await fc.assert(
      fc.asyncProperty(fc.base64String(), async (text) => void expect(await key.open(`v1.raw..${text}.${text}`, '')).toBeNull()),
    );
  });
  it('derives the same key from the same passphrase, over another salt each time', async () => {
    const [one, other] = [readSecretKey('nine green bottles'), readSecretKey('nine green bottles\n')];
    const [a, b] = [await one.seal('x', 'c'), await other.seal('x', 'c')];
    expect(a.split('.')[2]).not.toBe(b.split('.')[2]);
    expect([await other.open(a, 'c'), await one.open(b, 'c')]).toEqual(['x', 'x']);
  });
});
