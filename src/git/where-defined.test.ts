import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { CodeReader } from '#ports/code-reader.ts';
import { readTree } from './read-tree.ts';
import { openRepository } from './repository.ts';

const made: string[] = [];
let root = '';
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'protocol.file.allow=always', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
const write = (path: string, content: string | Buffer) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};
const commit = () => {
  git('add', '-A');
  git('commit', '-qm', 'x', '--allow-empty');
};
const readerOf = async (options: { base?: string; head?: string; staged?: boolean } = {}) =>
  (await (await openRepository(root)).change(options)).reader;
const where = async (reader: CodeReader, symbol: string, from = 'src/use.ts', signal = new AbortController().signal) =>
  await reader.whereDefined?.(symbol, from, signal);

const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis where ü '));
  made.push(folder);
  return folder;
};

beforeEach(() => {
  root = newFolder();
  git('init', '-q', '-b', 'main');
});
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

describe('in each place of the new side', () => {
  beforeEach(() => {
    write('src/use.ts', "import { clean } from './text ü';\nclean();\n");
    write('src/text ü.ts', 'export function clean() {}\n');
    write('.gitignore', 'ignored/\n');
    commit();
    write('src/committed.ts', 'const clean = 1;\n');
    commit();
    write('src/staged.ts', 'class clean {}\n');
    git('add', '-A');
    write('src/new.ts', '  async clean() {\n');
    write('ignored/a.ts', 'function clean() {}\n');
  });

  it.each([
    { name: 'a commit', options: { base: 'HEAD~1', head: 'HEAD' }, also: ['src/committed.ts'] },
    { name: 'the index', options: { staged: true }, also: ['src/committed.ts', 'src/staged.ts'] },
    { name: 'the working tree', options: {}, also: ['src/committed.ts', 'src/new.ts', 'src/staged.ts'] },
  ])('finds the file itself, then what it imports, then its neighbours: $name', async ({ options, also }) => {
    const reader = await readerOf(options);
    expect(await where(reader, 'clean')).toEqual(['src/use.ts', 'src/text ü.ts', ...also]);
    expect(await where(reader, 'Text.clean')).toEqual(['src/use.ts', 'src/text ü.ts', ...also]);
    expect(await where(reader, 'unheard')).toEqual([]);
    for (const path of also) expect(await reader.read(path)).toContain('clean');
  });

  it('answers nothing to a search that is cancelled', async () => {
    const reader = await readerOf();
    expect(await where(reader, 'clean', 'src/use.ts', AbortSignal.abort())).toEqual([]);
    const controller = new AbortController();
    const searching = where(reader, 'clean', 'src/use.ts', controller.signal);
    controller.abort();
    expect(await searching).toEqual([]);
    expect(await where(reader, 'clean')).not.toEqual([]);
  });
});

it('puts lines that look like the definition first, and whole words only', async () => {
  write('src/use.ts', '');
  for (const [index, line] of ['get();', 'x.get', '// get', 'getter = 1', 'target = 1', 'forget(', "'get'"].entries())
    write(`src/a${index}.ts`, `${line}\n`);
  for (const [index, line] of [
    'get = () => 1',
    'get(a, b) {',
    'function get(',
    'get: 1',
    'const get = 1',
    'A.prototype.get = f',
    'exports.get = f',
  ].entries())
    write(`src/z${index}.ts`, `${line}\n`);
  const found = (await where(await readerOf(), 'get')) ?? [];
  expect(found.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 6].map((index) => `src/z${index}.ts`));
  expect(found.slice(7)).toEqual([0, 1, 2, 6].map((index) => `src/a${index}.ts`));
});

it.each([
  ['a.py', 'def clean(text):'],
  ['a.rb', 'def self.clean'],
  ['a.go', 'func (s *Store) clean('],
  ['a.java', 'private static String clean(String a) {'],
  ['a.ts', '$el: 1', '$el'],
  ['a.ts', 'größe = 1', 'größe'],
  ['a.rb', 'def valid?', 'valid?'],
])('knows a definition in %s: %s', async (path, line, symbol = 'clean') => {
  const extension = path.split('.').at(-1) ?? '';
  write(`b.${extension}`, `${symbol}\n`);
  write(`z.${extension}`, `${line}\n`);
  expect(await where(await readerOf(), symbol, `use.${extension}`)).toEqual([`z.${extension}`, `b.${extension}`]);
});

it('never leaves the repository: links, submodules, binaries and what git ignores are passed over', async () => {
  const secret = newFolder();
  writeFileSync(join(secret, 'outside.ts'), 'function clean() {}\n');
  write('src/use.ts', '');
  write('src/bin.ts', Buffer.from('function clean() {}\0'));
  write('.gitignore', 'private/\n');
  write('private/a.ts', 'function clean() {}\n');
  write('.env.ts', 'clean = 1\n');
  symlinkSync(join(secret, 'outside.ts'), join(root, 'src/link.ts'));
  symlinkSync(secret, join(root, 'src/folder'));
  execFileSync('git', ['init', '-q', join(root, 'nested')]);
  write('nested/a.ts', 'function clean() {}\n');
  git('config', 'submodule.recurse', 'true');
  const reader = await readerOf();
  expect(await where(reader, 'clean')).toEqual([]);
  write('src/swapped.ts', 'function clean() {}\n');
  git('add', 'src');
  git('commit', '-qm', 'x');
  rmSync(join(root, 'src/swapped.ts'));
  symlinkSync(join(secret, 'outside.ts'), join(root, 'src/swapped.ts'));
  expect(await where(await readerOf(), 'clean')).toEqual([]);
});

it.each([
  '--open-files-in-pager=touch started',
  '-O',
  '',
  'a b',
  '../a',
  ':(top)a',
  '$(touch started)',
  'a\nb',
  'a\0',
  '.*',
  'a'.repeat(300),
])('starts nothing for the symbol %j', async (symbol) => {
  write('a.ts', `${symbol}\n`);
  expect(await where(await readerOf(), symbol, 'a.ts')).toEqual([]);
  expect(existsSync(join(root, 'started'))).toBe(false);
});

it('finds at most 20 files', async () => {
  for (let index = 0; index < 40; index += 1) write(`src/f${index}.ts`, 'clean();\n');
  expect(await where(await readerOf(), 'clean')).toHaveLength(20);
});

describe('a scan of whole files', () => {
  const signal = new AbortController().signal;

  it('finds what is scanned, and in a repository what lies around it', async () => {
    write('src/use.ts', "import { clean } from './text';\nclean();\n");
    write('src/text.ts', 'export function clean() {}\n');
    write('lib/other.ts', 'clean();\n');
    write('.gitignore', 'private/\n.env\n');
    write('private/named.ts', 'class clean {}\n');
    write('private/not-named.ts', 'class clean {}\n');
    const { reader } = await readTree(['src/use.ts', 'private/named.ts'], root);
    expect(await reader.whereDefined?.('clean', 'src/use.ts', signal)).toEqual([
      'src/use.ts',
      'src/text.ts',
      'private/named.ts',
      'lib/other.ts',
    ]);
    expect(await reader.read('src/text.ts')).toContain('function clean');
    expect(await reader.read('private/named.ts')).toContain('class clean');
    expect(await reader.read('private/not-named.ts')).toBeNull();
    expect(await reader.read('../x')).toBeNull();
  });

  it('finds what is scanned outside any repository, and nothing else', async () => {
    rmSync(join(root, '.git'), { recursive: true });
    write('src/use.ts', 'clean();\n');
    write('src/text.ts', 'export const clean = 1;\n');
    write('lib/other.ts', 'class clean {}\n');
    const { reader } = await readTree(['src'], root);
    expect(await reader.whereDefined?.('clean', 'src/use.ts', signal)).toEqual(['src/use.ts', 'src/text.ts']);
    expect(await reader.read('lib/other.ts')).toBeNull();
    expect(await reader.whereDefined?.('clean', 'src/use.ts', AbortSignal.abort())).toEqual([]);
  });
});
