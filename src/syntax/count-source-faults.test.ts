import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSourceFaults } from './count-source-faults.ts';

describe('a sound file has no faults', () => {
  it.each([
    ['a.js', '#!/usr/bin/env node\nlet x = ``; let y = "";\nfunction f() {} ;; for (;;) {}\n'],
    ['a.jsx', 'export const A = () => <><b/></>;\n'],
    ['a.ts', 'export const x: Array<string> = [];\ndeclare module "m" {}\n'],
    ['a.tsx', 'export const x = <T,>(a: T) => <b>{String(a)}</b>;\n'],
    [
      'a.py',
      'x = """\n  kept as it is\n"""\nif x: a(); b()\ndef f(\n  a,\n):\n    # word\n\n    y = (1,\n2)\n    return y; z\n  # word\nclass A: pass\n',
    ],
    ['a.py', 'if a:\n\tb()\n\tif c:\n\t\td()\nelse:\n  e()\nmatch f:\n  case 1: pass\n  case _:\n    pass\n'],
    ['a.py', ''],
    ['a.js', ''],
    ['package.json', '\uFEFF{"a": [1, 2]}\n'],
    ['a.yml', 'on: push\njobs:\n  a: { runs-on: x }\n---\nsecond: !Ref x\n'],
    ['bin/tool', '#!/usr/bin/env python3\nprint(1)\n'],
  ])('%s: %j', (path, text) => expect(countSourceFaults(text, path)).toBe(0));
});

describe('a broken file has faults', () => {
  it.each([
    ['an unclosed brace that the grammar puts in', 'a.js', 'const a = { b: 1 ;\n'],
    ['an unclosed block at the end', 'a.js', 'if (a) { b()\n'],
    ['an unclosed call', 'a.js', 'foo(a, b\n'],
    ['a bracket too much', 'a.ts', 'function f() { return 1; } }\n'],
    ['half a type', 'a.ts', 'const x: = 1;\n'],
    ['an element that is not closed', 'a.tsx', 'const a = <b><i></b>;\n'],
    ['an unclosed bracket of Python', 'a.py', 'x = (1,\n'],
    ['a parameter list that is not closed', 'a.py', 'def f(:\n  pass\n'],
    ['a block without a statement', 'a.py', 'def f():\n    # word\n'],
    ['a statement that lost its indentation', 'a.py', 'if x:\nfoo()\n'],
    ['a statement between two columns', 'a.py', 'def f():\n    a()\n  b()\n'],
    ['a statement too far right', 'a.py', 'def f():\n    a()\n        b()\n    c()\n'],
    ['an indented first line', 'a.py', '  a()\nb()\n'],
    ['an else without its if', 'a.py', 'def f():\n    a()\nreturn 1\nelse:\n    x\n'],
    ['a comma too much', 'package.json', '{"a": 1,}'],
    ['an empty JSON file', 'a.json', ''],
    ['a key in the wrong column', '.github/workflows/a.yml', 'a:\n  b: 1\n c: 2\n'],
    ['an unclosed list', 'a.yaml', 'a: [1, 2\n'],
  ])('%s', (_name, path, text) => expect(countSourceFaults(text, path)).toBeGreaterThan(0));

  it('more where more is broken, so that before and after can be compared', () => {
    const sound = 'function a() {\n  return 1;\n}\n';
    const broken = 'let x = 1 +;\n';
    const once = countSourceFaults(broken + sound, 'a.js') ?? 0;
    expect(once).toBeGreaterThan(0);
    expect(countSourceFaults(broken + sound.replace('}', ''), 'a.js')).toBeGreaterThan(once);
    expect(countSourceFaults(`${sound.repeat(20)}${broken}${sound}`, 'a.js')).toBe(once);
  });
});

describe('nobody can say', () => {
  it.each([
    ['a language without a grammar', 'a.go', 'package main'],
    ['a Dockerfile', 'Dockerfile', 'FROM scratch'],
    ['a name that says nothing', 'thing', 'x'],
    ['JSON that may hold comments', 'tsconfig.json', '{ /* word */ }'],
    ['JSON that may hold comments', '.vscode/settings.json', '{}'],
    ['a bundle', 'a.js', 'a;'.repeat(500_001)],
    ['more nodes than are counted', 'a.js', `[${'1,'.repeat(300_000)}]`],
    ['a large YAML file', 'a.yml', 'a: 1\n'.repeat(60_000)],
  ])('of %s', (_name, path, text) => expect(countSourceFaults(text, path)).toBeNull());
});

it('never throws, however the code is broken', () => {
  const piece = fc.constantFrom(
    'def a(',
    '):',
    '\n',
    '    ',
    '\t',
    'a',
    '=',
    '}',
    '{',
    '[',
    ']',
    '"',
    "'''",
    '`',
    '${',
    '<a>',
    '&x ',
    '*x',
    ': ',
    '- ',
    '\r',
    '\0',
    '\ud800',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom('a.js', 'a.tsx', 'a.py', 'a.json', 'a.yml'), (pieces, path) => {
      const faults = countSourceFaults(pieces.join(''), path);
      expect(faults === null || (Number.isInteger(faults) && faults >= 0)).toBe(true);
    }),
    { numRuns: 500 },
  );
  for (const deep of ['['.repeat(100_000), '- '.repeat(20_000), '{'.repeat(20_000)]) {
    for (const path of ['a.js', 'a.py', 'a.json', 'a.yml']) expect(countSourceFaults(deep, path)).not.toBe(0);
  }
});
