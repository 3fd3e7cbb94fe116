import { createHash } from 'node:crypto';
import { groupBy } from '#lib/group-by.ts';
import { weaknessFamily } from './cwe-tree.ts';

/** What identifies a finding from scan to scan. The line number is not part of it. */
export interface Identity {
  /** The file under the name it has before the change, so that a rename keeps its findings. */
  readonly file: string;
  readonly cwe: string | null;
  /** The line of code that the finding is about. */
  readonly evidence: string;
  /** Innermost function or class around it; empty where none is known. */
  readonly symbol: string;
  /** 0 for the first of several findings that are equal in everything else, in the order of their lines. */
  readonly occurrence: number;
}

/** `aegis/v1`: SHA-256 over the identity, hexadecimal. */
export function fingerprintOf({ file, cwe, evidence, symbol, occurrence }: Identity): string {
  const parts = ['aegis/v1', file, weaknessFamily(cwe), evidenceTokens(evidence), symbol, occurrence];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/**
 * The words and signs of a line, with one space between them. How it is spaced and quoted, which quotes are escaped for
 * that, and whether semicolons and closing commas are written is a formatter's business.
 */
export function evidenceTokens(line: string): string {
  const plain = line
    .normalize('NFC')
    .replace(/\\(["'`])/g, '$1')
    .replace(/["'`]/g, '"')
    .replace(/;/g, ' ')
    .replace(/,(?=\s*(?:[)\]}]|$))/g, ' ');
  return (plain.match(/[\p{L}\p{N}_$]+|[^\p{L}\p{N}_$\s]/gu) ?? []).join(' ');
}

/** Crockford's alphabet: no i, l, o and u, which people take for other signs. https://www.crockford.com/base32.html */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const SHORTEST = 6;
const BITS = 5;

/**
 * Short names for people and commands, in the order of the fingerprints given: the first characters of each in
 * base 32, as many as it takes to be unique, six at least. `taken` are names that others have already.
 */
export function shortIds(fingerprints: readonly string[], taken: ReadonlySet<string> = new Set()): string[] {
  const names = fingerprints.map(toBase32);
  const ids = new Map<string, string>();
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
  for (let length = SHORTEST; length <= longest && ids.size < new Set(names).size; length += 1) {
    const open = new Set(names.filter((name) => !ids.has(name)));
    for (const [prefix, sharers] of groupBy(open, (name) => name.slice(0, length))) {
      const [only, second] = sharers;
      if (only !== undefined && second === undefined && !taken.has(prefix)) ids.set(only, prefix);
    }
  }
  return names.map((name) => ids.get(name) ?? name);
}

function toBase32(hex: string): string {
  const bits = [...hex].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
  return (bits.match(new RegExp(`.{${BITS}}`, 'g')) ?? []).map((group) => ALPHABET[Number.parseInt(group, 2)]).join('');
}
