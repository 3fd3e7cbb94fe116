import { expect, it } from 'vitest';
import { isBlankOrComment, readIgnore } from './read-ignore.ts';

it.each<{ name: string; text: string; read: Partial<ReturnType<typeof readIgnore>> | null }>([
  { name: 'a line comment', text: '// aegis-ignore[CWE-89]: a constant', read: { cwes: ['CWE-89'], reason: 'a constant', alone: true } },
  {
    name: 'behind code',
    text: 'run(x) // aegis-ignore[CWE-78]: fixed list',
    read: { cwes: ['CWE-78'], reason: 'fixed list', alone: false },
  },
  { name: 'a hash', text: '  # aegis-ignore: reviewed', read: { cwes: [], reason: 'reviewed', alone: true } },
  { name: 'a block comment', text: '/* aegis-ignore[CWE-79]: escaped above */', read: { reason: 'escaped above', alone: true } },
  { name: 'a line of a block comment', text: ' * aegis-ignore[CWE-79]: escaped', read: { reason: 'escaped', alone: true } },
  { name: 'markup', text: '<!-- aegis-ignore[CWE-79]: static -->', read: { reason: 'static', alone: true } },
  { name: 'JSX', text: '{/* aegis-ignore[CWE-79]: static */}', read: { reason: 'static', alone: true } },
  { name: 'SQL', text: '-- aegis-ignore[CWE-89]: migration', read: { reason: 'migration', alone: true } },
  { name: 'a template', text: '{# aegis-ignore[CWE-79]: safe #}', read: { reason: 'safe', alone: true } },
  { name: 'ini', text: '; aegis-ignore[CWE-798]: sample', read: { reason: 'sample', alone: true } },
  { name: 'several weaknesses, loosely written', text: '// Aegis-Ignore[cwe-89, 79]: why', read: { cwes: ['CWE-89', 'CWE-79'] } },
  { name: 'what is no CWE stands for nothing else', text: '// aegis-ignore[sqli]: why', read: { cwes: ['sqli'] } },
  { name: 'a reason with a colon', text: '# aegis-ignore: see: RFC', read: { reason: 'see: RFC' } },
  { name: 'no reason', text: '// aegis-ignore[CWE-89]', read: { cwes: ['CWE-89'], reason: '' } },
  { name: 'an empty reason', text: '/* aegis-ignore[CWE-89]: */', read: { reason: '' } },
  { name: 'words without a colon are no reason', text: '// aegis-ignore because', read: { reason: '' } },
  { name: 'another word', text: '// aegis-ignore-next: x', read: null },
  { name: 'code', text: 'aegisIgnore(x)', read: null },
  { name: 'no sign of a comment before it', text: 'const note = aegis-ignore', read: null },
  { name: 'a string that holds a sign of a comment is taken for one', text: 'log("# aegis-ignore: x")', read: { alone: false } },
])('$name', ({ text, read }) => {
  if (read === null) expect(readIgnore(text)).toBeNull();
  else expect(readIgnore(text)).toMatchObject(read);
});

it.each([
  ['', true],
  ['   // words', true],
  ['# words', true],
  [' * words', true],
  ['*pointer = input', false],
  ['#field = input', false],
  ['--count', false],
  ['run(x) // words', false],
])('%j holds no code: %s', (text, expected) => expect(isBlankOrComment(text)).toBe(expected));
