import { expect, it } from 'vitest';
import type { Language } from '#model/language.ts';
import { hintsFor } from './language-hints.ts';

const file = (path: string, language: Language | null) => ({ path, language });

it.each([
  { name: 'one language, one hint', files: [file('a.py', 'python')], starts: ['Python'] },
  { name: 'JavaScript and TypeScript share theirs', files: [file('a.js', 'javascript'), file('b.tsx', 'tsx')], starts: ['JavaScript'] },
  { name: 'an unknown language has none', files: [file('a.xyz', null)], starts: [] },
  { name: 'a workflow has its own', files: [file('.github/workflows/ci.yml', 'yaml')], starts: ['GitHub workflows'] },
  { name: 'other YAML has none', files: [file('config/a.yml', 'yaml')], starts: [] },
  {
    name: 'the order of files does not matter',
    files: [file('package.json', 'json'), file('b.rb', 'ruby'), file('a.go', 'go')],
    starts: ['Go', 'Ruby', 'package.json'],
  },
])('$name', ({ files, starts }) => expect(hintsFor(files).map((hint) => hint.split(/:| and /)[0])).toEqual(starts));
