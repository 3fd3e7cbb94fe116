import { randomBytes } from 'node:crypto';

/** Crockford's base 32, in small letters: no letter that is taken for a digit (https://www.crockford.com/base32.html). */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 12;

/** 60 random bits: the first three or four characters tell fifty scans apart. */
export function makeRecordId(): string {
  return [...randomBytes(LENGTH)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
}

/** An id or the beginning of one as a person typed it; null for what cannot be one. */
export function readRecordId(typed: string): string | null {
  const read = typed.trim().toLowerCase().replaceAll(/[il]/g, '1').replaceAll('o', '0');
  return read.length <= LENGTH && /^[0-9a-hjkmnp-tv-z]+$/.test(read) ? read : null;
}

/** Whether this is a whole id as `makeRecordId` makes it. */
export function isRecordId(text: string): boolean {
  return text.length === LENGTH && readRecordId(text) === text;
}
