import { expect, it } from 'vitest';
import { isDeepYaml } from './is-deep-yaml.ts';

it.each([
  { name: 'open brackets', text: '['.repeat(200), is: true },
  { name: 'brackets whose closing ones stand in texts', text: '["]", '.repeat(200), is: true },
  { name: 'brackets that close again', text: '[], '.repeat(200), is: false },
  { name: 'brackets in comments and texts', text: `a: "${'['.repeat(200)}" # ${'['.repeat(200)}`, is: false },
  { name: 'dashes one behind the other', text: `${'- '.repeat(200)}x`, is: true },
  { name: 'keys ever further right', text: Array.from({ length: 200 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'), is: true },
  { name: 'lists in lists, line by line', text: Array.from({ length: 200 }, (_, at) => `${' '.repeat(at)}-`).join('\n'), is: true },
  {
    name: 'a block of text that leans to the right',
    text: `a: |\n${Array.from({ length: 200 }, (_, at) => `${' '.repeat(at + 1)}x`).join('\n')}`,
    is: false,
  },
  { name: 'many keys on one level', text: 'a:\n  - b: 1\n'.repeat(500), is: false },
  { name: 'many values on one line', text: `a: [${'{ b: "c" }, '.repeat(500)}]`, is: false },
  { name: 'nothing', text: '', is: false },
])('$name: $is', ({ text, is }) => expect(isDeepYaml(text)).toBe(is));
