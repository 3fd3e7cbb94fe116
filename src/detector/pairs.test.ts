import { describe, expect, it } from 'vitest';
import type { Language } from '#model/language.ts';
import { FAMILIES, readPairs, readSamples } from '../../test/fixtures/read-pairs.ts';
import { detectWeaknesses } from './detect.ts';

const FILE_NAMES: Partial<Record<Language, string>> = {
  yaml: '.github/workflows/ci.yml',
  dockerfile: 'Dockerfile',
  lockfile: 'package-lock.json',
  ini: '.env.production',
};

function cwesOf(text: string, language: Language): string[] {
  const { claims, unread } = detectWeaknesses({ path: FILE_NAMES[language] ?? 'src/server', language, text });
  expect(unread).toBeNull();
  return claims.map((claim) => claim.cwe ?? '');
}

describe.each(FAMILIES)('pairs of %s', (file) => {
  it.each(readPairs(file))('$name', ({ language, cwe, vulnerable, fixed }) => {
    expect(fixed).not.toBe('');
    expect(cwesOf(vulnerable, language)).toContain(cwe);
    expect(cwesOf(fixed, language)).toEqual([]);
  });
});

describe('ordinary code', () => {
  it.each(readSamples('benign.txt'))('$name', ({ language, body }) => {
    expect(cwesOf(body, language)).toEqual([]);
  });
});

it('the corpus is as large as it says', () => {
  expect(FAMILIES.flatMap(readPairs).length).toBeGreaterThanOrEqual(60);
  expect(readSamples('benign.txt').length).toBeGreaterThanOrEqual(30);
});
