import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChunkFile } from '#model/chunk.ts';
import { placeFiles } from './place-files.ts';

const file = (path: string, text: string | null = 'x\n'): ChunkFile => ({ path, language: null, hunks: [], surroundings: [], text });
const namesOf = (paths: readonly string[], obeyed: RegExp | null = null) =>
  placeFiles(
    paths.map((path) => file(path)),
    obeyed,
  ).map(({ name }) => name);

describe('a path of the change', () => {
  it.each([
    'src/app.py',
    'a folder/übung (1).py',
    '-rf',
    '--config=x.js',
    '.env',
    '.github/workflows/ci.yml',
    'deep/er/and/deeper.c',
    '$(id).sh',
  ])('is kept: %s', (path) => expect(namesOf([path])).toEqual([path]));

  it.each([
    { path: '../../etc/passwd', name: '_aegis/0/reviewed-passwd' },
    { path: '/etc/passwd', name: '_aegis/0/reviewed-passwd' },
    { path: 'a/../../b.py', name: '_aegis/0/reviewed-b.py' },
    { path: 'a//b.py', name: '_aegis/0/reviewed-b.py' },
    { path: '.git/hooks/pre-commit', name: '_aegis/0/reviewed-pre-commit' },
    { path: 'sub/.GIT/config', name: '_aegis/0/reviewed-config' },
    { path: 'git~1/config', name: '_aegis/0/reviewed-config' },
    { path: '.claude/settings.json', name: '_aegis/0/reviewed-settings.json' },
    { path: 'C:\\windows\\x.py', name: '_aegis/0/reviewed-x.py' },
    { path: 'new\nline.py', name: '_aegis/0/reviewed-new_line.py' },
    { path: 'hidden\u202Eyp.exe', name: '_aegis/0/reviewed-hidden_yp.exe' },
    { path: `${'x'.repeat(300)}.py`, name: `_aegis/0/reviewed-${'x'.repeat(57)}.py` },
    { path: '_aegis/0/a.py', name: '_aegis/0/reviewed-a.py' },
    { path: 'dot.', name: '_aegis/0/reviewed-dot' },
    { path: '', name: '_aegis/0/reviewed-' },
  ])('is replaced: $path', ({ path, name }) => expect(namesOf([path])).toEqual([name]));

  it('by which a program would be configured is replaced', () => {
    expect(namesOf(['x/.semgrepignore', 'x/a.py'], /\.semgrepignore$/)).toEqual(['_aegis/0/reviewed-semgrepignore', 'x/a.py']);
  });

  it.each([
    { name: 'differs from another in case only', paths: ['A.py', 'a.py'], second: '_aegis/1/reviewed-a.py' },
    { name: 'is a folder of another', paths: ['a/b', 'a'], second: '_aegis/1/reviewed-a' },
    { name: 'lies below a file', paths: ['a', 'a/b'], second: '_aegis/1/reviewed-b' },
    { name: 'is another, decomposed', paths: ['é.py', 'e\u0301.py'], second: '_aegis/1/reviewed-e_.py' },
  ])('that $name is replaced', ({ paths, second }) => expect(namesOf(paths)).toEqual([paths[0], second]));

  it('never leads out of its folder, and no two are the same', () => {
    const part = fc.constantFrom('a', 'A', '..', '.', '', '.git', 'b.py', '-x', '\0', '~', 'ü', 'COM1', '/', '\\', ' ');
    const path = fc.oneof(
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/')),
      fc.string({ unit: 'binary' }),
    );
    void fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 8 }), (paths) => {
        const names = namesOf(paths);
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(paths.length);
        for (const name of names) {
          expect(name.startsWith('/')).toBe(false);
          expect(name.split('/').some((one) => ['', '.', '..'].includes(one) || one.toLowerCase() === '.git')).toBe(false);
          expect(name).not.toMatch(/[\0\n\\]/);
        }
      }),
    );
  });
});

describe('a file whose text is not known', () => {
  const line = (newLine: number, text: string) => ({ mark: 'added' as const, text, oldLine: null, newLine });
  const unknown = (lines: ReturnType<typeof line>[]): ChunkFile => ({
    ...file('a.py', null),
    hunks: [{ hunkId: 'h', lines: [...lines, { mark: 'removed', text: 'gone', oldLine: 1, newLine: null }], whole: true }],
    surroundings: [{ line: 1, text: 'import os' }],
  });

  it('is what the diff shows, each line at its number', () => {
    const [placed] = placeFiles([unknown([line(3, 'os.system(x)')])], null);
    expect(placed).toMatchObject({ text: 'import os\n\nos.system(x)\n', fragment: true });
  });

  it('is known all the same where the change makes it: its hunk is all of it', () => {
    const added = (whole: boolean): ChunkFile => ({
      ...file('a.py', null),
      hunks: [{ hunkId: 'a.py@0,1', lines: [line(1, 'import os'), line(2, 'os.system(x)')], whole }],
    });
    expect(placeFiles([added(true)], null)).toMatchObject([{ text: 'import os\nos.system(x)\n', fragment: false }]);
    expect(placeFiles([added(false)], null)).toMatchObject([{ fragment: true }]);
  });

  it('may have more lines than a function takes arguments', () => {
    const lines = Array.from({ length: 150_000 }, (_, at) => line(at + 1, 'x'));
    expect(placeFiles([unknown(lines)], null)[0]?.text).toHaveLength(300_000);
  });

  it('is left out where its lines cannot be true, and where nothing is shown', () => {
    expect(placeFiles([unknown([line(2_000_000_000, 'x')]), file('b.py', null)], null)).toEqual([]);
  });
});
