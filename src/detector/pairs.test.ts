import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Language } from '#model/language.ts';
import { detectWeaknesses } from './detect.ts';

interface Sample {
  readonly name: string;
  readonly language: Language;
  readonly cwe: string;
  readonly body: string;
}

const FOLDER = new URL('../../test/fixtures/pairs/', import.meta.url);

function readSamples(file: string): readonly Sample[] {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      const [name = '', language = '', cwe = ''] = part.slice(0, end).split(' | ');
      return { name, language: language as Language, cwe, body: part.slice(end + 1) };
    });
}

const FILE_NAMES: Partial<Record<Language, string>> = { yaml: '.github/workflows/ci.yml', dockerfile: 'Dockerfile' };

function cwesOf(text: string, language: Language): string[] {
  const { claims, unread } = detectWeaknesses({ path: FILE_NAMES[language] ?? 'src/server', language, text });
  expect(unread).toBeNull();
  return claims.map((claim) => claim.cwe ?? '');
}

const families = readdirSync(FOLDER).filter((file) => file.endsWith('.txt') && file !== 'benign.txt');

describe.each(families)('pairs of %s', (file) => {
  it.each(readSamples(file))('$name', ({ language, cwe, body }) => {
    const [vulnerable = '', fixed = ''] = body.split(/^--- (?:vulnerable|fixed)\n/m).slice(1);
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
  expect(families.flatMap((file) => readSamples(file)).length).toBeGreaterThanOrEqual(60);
  expect(readSamples('benign.txt').length).toBeGreaterThanOrEqual(30);
});
