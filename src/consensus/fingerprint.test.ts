import { expect, it } from 'vitest';
import { fingerprintOf, shortIds } from './fingerprint.ts';

const base = { file: 'src/app.js', cwe: 'CWE-89', evidence: "db.query('SELECT ' + name)", symbol: 'find', occurrence: 0 };
const same = (other: Partial<typeof base>) => fingerprintOf(base) === fingerprintOf({ ...base, ...other });

it.each([
  { name: 'another quote', other: { evidence: 'db.query("SELECT " + name)' }, equal: true },
  { name: 'other spaces', other: { evidence: "  db.query( 'SELECT '+name )" }, equal: true },
  { name: 'a semicolon at the end', other: { evidence: "db.query('SELECT ' + name);" }, equal: true },
  { name: 'a more specific name of the weakness', other: { cwe: 'CWE-564' }, equal: true },
  { name: 'another weakness', other: { cwe: 'CWE-79' }, equal: false },
  { name: 'another variable', other: { evidence: "db.query('SELECT ' + id)" }, equal: false },
  { name: 'another function', other: { symbol: 'list' }, equal: false },
  { name: 'another file', other: { file: 'src/other.js' }, equal: false },
  { name: 'the second of two equal lines', other: { occurrence: 1 }, equal: false },
])('aegis/v1: $name', ({ other, equal }) => expect(same(other)).toBe(equal));

it('is 64 hexadecimal digits', () => expect(fingerprintOf(base)).toMatch(/^[0-9a-f]{64}$/));

it('short ids are six characters, and longer only where they would collide', () => {
  const [a, b, c] = ['00'.repeat(32), `${'00'.repeat(4)}${'ff'.repeat(28)}`, 'ff'.repeat(32)];
  const ids = shortIds([a!, b!, c!]);
  expect(ids).toEqual(['0000000', '0000007', 'zzzzzz']);
  expect(shortIds([])).toEqual([]);
});

it('ten thousand fingerprints have ten thousand ids', () => {
  const ids = shortIds(Array.from({ length: 10_000 }, (_, occurrence) => fingerprintOf({ ...base, occurrence })));
  expect(new Set(ids).size).toBe(10_000);
});
