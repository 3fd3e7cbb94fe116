import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeSet } from '#model/change-set.ts';
import { InputError } from '#model/errors.ts';
import { openRepository } from './repository.ts';

const made: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis git ü '));
  made.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

let root = '';
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'protocol.file.allow=always', ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
const write = (path: string, content: string | Buffer) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};
const commit = (message: string) => {
  git('add', '-A');
  git('commit', '-qm', message, '--allow-empty');
  return git('rev-parse', 'HEAD');
};
const paths = (change: ChangeSet) => change.files.map((file) => `${file.status} ${file.path}`).sort();
const change = async (options: { base?: string; head?: string; staged?: boolean } = {}) =>
  (await (await openRepository(root)).change(options)).change;
const added = (set: ChangeSet, path: string) =>
  set.files
    .find((file) => file.path === path)
    ?.hunks.flatMap((hunk) => hunk.lines.filter((line) => line.mark === 'added').map((line) => line.text));

beforeEach(() => {
  root = newFolder();
  git('init', '-q', '-b', 'main');
});

describe('the range', () => {
  it('goes from the merge base with the default branch to the working tree, untracked files included', async () => {
    write('a.ts', 'one\n');
    write('gone.ts', 'x\n');
    write('.gitignore', 'ignored\n');
    commit('base');
    git('checkout', '-qb', 'feature');
    write('a.ts', 'one\ntwo\n');
    commit('work');
    git('checkout', '-q', 'main');
    write('elsewhere.ts', 'not of the feature\n');
    commit('main goes on');
    git('checkout', '-q', 'feature');
    write('a.ts', 'one\ntwo\nthree\n');
    write('new folder/ü.ts', 'n\r\nm');
    write('ignored', 'secret\n');
    rmSync(join(root, 'gone.ts'));
    const set = await change();
    expect(paths(set)).toEqual(['added new folder/ü.ts', 'deleted gone.ts', 'modified a.ts']);
    expect(added(set, 'a.ts')).toEqual(['two', 'three']);
    expect(added(set, 'new folder/ü.ts')).toEqual(['n', 'm']);
    expect(set).toMatchObject({ mode: 'change', base: 'main', head: 'working tree' });
  });

  it('compares the default branch itself with what it follows, else with HEAD', async () => {
    write('a.ts', 'one\n');
    commit('base');
    write('a.ts', 'two\n');
    expect(await change()).toMatchObject({ base: 'HEAD', head: 'working tree' });
    git('branch', 'published');
    git('branch', '-q', '--set-upstream-to=published');
    commit('unpublished');
    write('b.ts', 'b\n');
    const set = await change();
    expect(set.base).toBe('published');
    expect(paths(set)).toEqual(['added b.ts', 'modified a.ts']);
  });

  it("takes the remote's default branch, in a clone without a local one too", async () => {
    write('a.ts', 'one\n');
    commit('base');
    git('branch', '-m', 'main', 'stable');
    const origin = root;
    root = newFolder();
    execFileSync('git', ['clone', '-q', '--branch', 'stable', origin, root], { stdio: 'ignore' });
    git('checkout', '-q', '--detach');
    git('branch', '-qD', 'stable');
    write('a.ts', 'two\n');
    commit('work');
    expect(await change()).toMatchObject({ base: 'origin/stable' });
    expect(paths(await change({ base: 'stable' }))).toEqual(['modified a.ts']);
  });

  it('compares commit with commit', async () => {
    write('a.ts', 'one\n');
    const base = commit('base');
    write('b.ts', 'b\n');
    const head = commit('work');
    write('c.ts', 'not asked for\n');
    const set = await change({ base, head });
    expect(paths(set)).toEqual(['added b.ts']);
    expect(set).toMatchObject({ base, head });
    expect(paths(await change({ base: 'HEAD~1', head: 'main' }))).toEqual(['added b.ts']);
  });

  it('compares what is staged with HEAD', async () => {
    write('a.ts', 'one\n');
    commit('base');
    write('a.ts', 'staged\n');
    git('add', 'a.ts');
    write('a.ts', 'later\n');
    write('b.ts', 'untracked\n');
    const set = await change({ staged: true });
    expect(paths(set)).toEqual(['modified a.ts']);
    expect(added(set, 'a.ts')).toEqual(['staged']);
    expect(set.head).toBe('staged changes');
  });

  it('takes everything for new where there is no commit yet', async () => {
    write('a.ts', 'staged\n');
    git('add', 'a.ts');
    write('b.ts', 'untracked\n');
    expect(paths(await change())).toEqual(['added a.ts', 'added b.ts']);
    expect(paths(await change({ staged: true }))).toEqual(['added a.ts']);
  });

  it.each(['nope', '--output=x', '', 'main..main', 'a\nb', 'HEAD:a.ts', '-h'])('refuses the ref %j', async (ref) => {
    write('a.ts', 'one\n');
    commit('base');
    await expect(change({ base: ref })).rejects.toThrow(/^the ref ".*" is unknown here$/);
    await expect(change({ head: ref })).rejects.toThrow(InputError);
  });

  it('says that a clone is too shallow, and that histories do not meet', async () => {
    write('a.ts', 'one\n');
    commit('base');
    git('checkout', '-q', '--orphan', 'other');
    commit('another root');
    await expect(change({ base: 'main' })).rejects.toThrow('main and HEAD have no common history');
    const origin = root;
    root = newFolder();
    execFileSync('git', ['clone', '-q', '--depth=1', '--no-single-branch', '--branch', 'other', `file://${origin}`, root], {
      stdio: 'ignore',
    });
    await expect(change({ base: 'main' })).rejects.toThrow('too shallow to hold the merge base of main and HEAD');
  });
});

describe('the files', () => {
  it('tells of renames, modes, links, binaries, submodules and empty files', async () => {
    write('old name.ts', Array.from({ length: 20 }, (_, at) => `line ${at}\n`).join(''));
    write('run', '#!/bin/sh\n');
    commit('base');
    git('checkout', '-qb', 'feature');
    renameSync(join(root, 'old name.ts'), join(root, 'new name.ts'));
    chmodSync(join(root, 'run'), 0o755);
    symlinkSync('/etc/passwd', join(root, 'link'));
    write('binary', Buffer.from([1, 0, 2]));
    write('empty', '');
    write('"quoted"\ttab', 'x\n');
    commit('work');
    symlinkSync('/etc/passwd', join(root, 'untracked link'));
    write('untracked binary', Buffer.from([1, 0, 2]));
    execFileSync('git', ['init', '-q', join(root, 'nested')]);
    write('nested/x.ts', 'x\n');
    const set = await change();
    expect(Object.fromEntries(set.files.map((file) => [file.path, `${file.status} ${file.kind}`]))).toEqual({
      'new name.ts': 'renamed text',
      run: 'mode-changed text',
      link: 'added symlink',
      binary: 'added binary',
      empty: 'added text',
      '"quoted"\ttab': 'added text',
      'untracked link': 'added symlink',
      'untracked binary': 'added binary',
      nested: 'added submodule',
    });
    expect(set.files.find((file) => file.path === 'new name.ts')?.oldPath).toBe('old name.ts');
  });

  it('shows the lines of a file that the change hides by an attribute', async () => {
    write('a.ts', 'one\n');
    write('bin', Buffer.from([1, 0, 2]));
    const base = commit('base');
    write('.gitattributes', '* -diff\n');
    write('a.ts', 'one\nevil()\n');
    write('bin', Buffer.from([1, 0, 3]));
    const inWorktree = await change();
    expect(added(inWorktree, 'a.ts')).toEqual(['evil()']);
    git('add', '-A');
    expect(added(await change({ staged: true }), 'a.ts')).toEqual(['evil()']);
    const head = commit('work');
    const set = await change({ base, head });
    expect(added(set, 'a.ts')).toEqual(['evil()']);
    expect(set.files.find((file) => file.path === 'bin')?.kind).toBe('binary');
  });

  it('is the same whatever the configuration says, and starts no program of its', async () => {
    write('a.ts', 'one\n');
    commit('base');
    write('a.ts', 'two\n');
    const plain = await change();
    const touch = `touch "${join(root, 'started')}"`;
    for (const [key, value] of [
      ['diff.external', touch],
      ['core.fsmonitor', touch],
      ['diff.noprefix', 'true'],
      ['diff.mnemonicPrefix', 'true'],
      ['color.ui', 'always'],
      ['diff.context', '0'],
      ['diff.renames', 'false'],
      ['core.quotePath', 'false'],
      ['diff.x.textconv', touch],
      ['diff.x.command', touch],
      ['core.pager', touch],
      ['diff.suppressBlankEmpty', 'true'],
    ] as const)
      git('config', key, value);
    mkdirSync(join(root, '.git/info'), { recursive: true });
    writeFileSync(join(root, '.git/info/attributes'), '* diff=x\n');
    expect(await change()).toEqual(plain);
    expect(paths(plain)).toEqual(['modified a.ts']);
  });

  it('tells of conflicts', async () => {
    write('a.ts', 'one\n');
    commit('base');
    git('checkout', '-qb', 'feature');
    write('a.ts', 'two\n');
    commit('work');
    git('checkout', '-q', 'main');
    write('a.ts', 'three\n');
    commit('other');
    expect(() => git('merge', '-q', 'feature')).toThrow();
    expect((await change({ staged: true })).files).toMatchObject([{ path: 'a.ts', missing: 'it has unresolved conflicts' }]);
    const inWorktree = await change();
    expect(inWorktree.files).toHaveLength(1);
    expect(added(inWorktree, 'a.ts')).toContain('two');
  });
});

describe('the reader', () => {
  it.each([
    { name: 'the working tree', options: {}, text: 'worktree\n' },
    { name: 'the index', options: { staged: true }, text: 'staged\n' },
    { name: 'a commit', options: { base: 'HEAD~1', head: 'HEAD' }, text: 'committed\n' },
  ])('reads the new side from $name, and nothing else', async ({ options, text }) => {
    write('a ü.ts', 'base\n');
    write('link-to-be', 'x\n');
    write('big.ts', 'x'.repeat(1_100_000));
    write('bin', Buffer.from([1, 0]));
    write('.gitignore', '.env\n');
    write('.env', 'SECRET=1\n');
    symlinkSync('.env', join(root, 'link'));
    symlinkSync('/etc', join(root, 'etc'));
    commit('base');
    write('a ü.ts', 'committed\n');
    write('d/b.ts', 'b\n');
    commit('work');
    write('a ü.ts', 'staged\n');
    git('add', '-A');
    write('a ü.ts', 'worktree\n');
    const { reader } = await (await openRepository(root)).change(options);
    const strange = [
      'link',
      'etc/passwd',
      '../x',
      '/etc/passwd',
      '.git/config',
      '.GIT/config',
      'd/../.env',
      '.env',
      'big.ts',
      'bin',
      'none.ts',
      'd',
      '',
      'a\0b',
      ':(top)d/b.ts',
    ];
    await reader.prefetch(['a ü.ts', 'd/b.ts', ...strange]);
    expect(await reader.read('a ü.ts')).toBe(text);
    expect(await reader.read('d/b.ts')).toBe('b\n');
    for (const path of strange) expect([path, await reader.read(path)]).toEqual([path, null]);
    const fresh = (await (await openRepository(root)).change(options)).reader;
    expect(await fresh.read('d/b.ts')).toBe('b\n');
    expect(await fresh.read('../x')).toBeNull();
  });

  it('takes the attributes from the base, not from the change', async () => {
    write('.gitattributes', 'base\n');
    const base = commit('base');
    write('.gitattributes', 'head\n');
    const head = commit('work');
    const repository = await openRepository(root);
    expect((await repository.change({ base, head })).attributes).toBe('base\n');
    expect(await repository.attributes()).toBe('head\n');
  });
});

describe('openRepository', () => {
  it('finds the top folder from a folder within', async () => {
    write('a/b/c.ts', 'x\n');
    expect((await openRepository(join(root, 'a/b'))).root).toBe(git('rev-parse', '--show-toplevel'));
  });

  it('explains in one sentence why a folder will not do', async () => {
    const open = (cwd: string) =>
      openRepository(cwd).then(
        () => 'opened',
        (error: unknown) => (error instanceof InputError ? `${error.message}|${error.hint}` : String(error)),
      );
    expect(await open(newFolder())).toMatch(/ is not a git repository\|.*--diff/);
    expect(await open(join(root, 'none'))).toMatch(/^there is no folder /);
    const bare = newFolder();
    execFileSync('git', ['init', '-q', '--bare', bare]);
    expect(await open(bare)).toContain('is a bare repository');
    write('f', '');
    expect(await open(join(root, 'f'))).toMatch(/^there is no folder /);
  });
});
