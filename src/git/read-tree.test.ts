import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { readTree } from './read-tree.ts';

const made: string[] = [];
let root = '';
const write = (path: string, content: string | Buffer = 'x\n') => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};
const scanned = async (paths: string[], cwd = root) => (await readTree(paths, cwd)).change.files.map((file) => `${file.kind} ${file.path}`);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'aegis-tree-'));
  made.push(root);
  write('src/a.ts', 'one\r\ntwo');
  write('src/b.bin', Buffer.from([0, 1]));
  write('src/node_modules/x/index.js');
  write('ignored/c.ts');
  symlinkSync('/etc', join(root, 'src/etc'));
  symlinkSync('a.ts', join(root, 'src/link.ts'));
});
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

it('walks a folder outside any repository', async () => {
  expect(await scanned(['.'])).toEqual([
    'text ignored/c.ts',
    'text src/a.ts',
    'binary src/b.bin',
    'symlink src/etc',
    'symlink src/link.ts',
  ]);
});

it('leaves out what git ignores, but for what is named', async () => {
  execFileSync('git', ['init', '-q', root]);
  write('.gitignore', 'ignored/\n');
  expect(await scanned(['.'])).toEqual(['text .gitignore', 'text src/a.ts', 'binary src/b.bin', 'symlink src/etc', 'symlink src/link.ts']);
  expect(await scanned(['ignored'])).toEqual(['text ignored/c.ts']);
  expect(await scanned(['ignored/c.ts', 'src/node_modules/x'])).toEqual(['text ignored/c.ts', 'text src/node_modules/x/index.js']);
});

it('names files from the top of the repository, and those outside by their whole path', async () => {
  const outside = join(root, 'ignored/c.ts');
  execFileSync('git', ['init', '-q', join(root, 'src')]);
  mkdirSync(join(root, 'src/deep'));
  expect(await scanned(['../a.ts', outside], join(root, 'src/deep'))).toEqual(['text a.ts', `text ${outside.slice(1)}`]);
});

it('makes each file one hunk of added lines, once', async () => {
  const { change, reader } = await readTree(['src/a.ts', 'src/a.ts'], root);
  expect(change).toMatchObject({ mode: 'files', base: null });
  expect(change.files).toHaveLength(1);
  expect(change.files[0]).toMatchObject({ status: 'added', hunks: [{ id: 'src/a.ts@0,1', newStart: 1, newLines: 2 }] });
  expect(change.files[0]?.hunks[0]?.lines.map((line) => [line.newLine, line.text])).toEqual([
    [1, 'one'],
    [2, 'two'],
  ]);
  expect(await reader.read('src/a.ts')).toBe('one\ntwo');
  expect(await reader.read('src/b.bin')).toBeNull();
});

it('refuses a path that is not there, by its name', async () => {
  await expect(readTree(['src', 'nope.ts'], root)).rejects.toThrow('there is no file or folder nope.ts');
});
