import { describe, expect, it } from 'vitest';
import { estimateTokens } from '#lib/estimate-tokens.ts';
import { LANGUAGES, type Language } from '#model/language.ts';
import { hintsFor } from './language-hints.ts';

const file = (path: string, language: Language | null, lines = 1) => ({
  path,
  language,
  hunks: [
    {
      hunkId: path,
      whole: true,
      lines: Array.from({ length: lines }, (_, at) => ({ mark: 'added', text: 'x', oldLine: null, newLine: at + 1 }) as const),
    },
  ],
});
const headsOf = (files: Parameters<typeof hintsFor>[0]) => hintsFor(files).map((hint) => hint.split(/:| and /)[0]);

describe('hintsFor', () => {
  it.each([
    { name: 'one language, one hint', files: [file('a.py', 'python')], starts: ['Python'] },
    { name: 'JavaScript and TypeScript share theirs', files: [file('a.js', 'javascript'), file('b.tsx', 'tsx')], starts: ['JavaScript'] },
    { name: 'an unknown language has none', files: [file('a.xyz', null)], starts: [] },
    { name: 'a workflow has its own', files: [file('.github/workflows/ci.yml', 'yaml')], starts: ['GitHub workflows'] },
    { name: 'other YAML has none', files: [file('config/a.yml', 'yaml')], starts: [] },
    {
      name: 'the kind of a file comes before its language, and the order of files does not matter',
      files: [file('b.rb', 'ruby'), file('package.json', 'json'), file('a.go', 'go')],
      starts: ['package.json', 'Go', 'Ruby'],
    },
    {
      name: 'where there is no room for all, the language with the most lines is told',
      files: [file('a.js', 'javascript', 2), file('b.py', 'python', 9)],
      starts: ['Python'],
    },
    {
      name: 'what is too long makes room for what is not',
      files: [file('a.js', 'javascript', 1), file('b.py', 'python', 9), file('c.go', 'go', 1)],
      starts: ['Python', 'Go'],
    },
  ])('$name', ({ files, starts }) => expect(headsOf(files)).toEqual(starts));

  it('takes at most some 120 tokens, whatever a chunk holds', () => {
    const paths = ['.github/workflows/a.yml', '.gitlab-ci.yml', 'compose.yml', 'k8s/a.yaml', 'package.json', 'requirements.txt', '.env'];
    const all = [...paths.map((path) => file(path, null)), ...LANGUAGES.map((language) => file(`a.${language}`, language))];
    expect(estimateTokens(hintsFor(all).join(''))).toBeLessThanOrEqual(125);
    for (const one of all) expect(hintsFor([one]).length, one.path).toBeLessThanOrEqual(1);
  });
});
