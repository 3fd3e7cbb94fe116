import { spawn } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { modelEntry, REGISTRY_PARTS } from '../../../test/fakes/registry-parts.ts';
import { createFileRecords } from './file-records.ts';
import { createModelRegistry } from './model-registry.ts';

const root = await mkdtemp(join(tmpdir(), 'aegis-models-file-'));
afterAll(() => rm(root, { recursive: true, force: true }));

let count = 0;
const newPath = () => {
  count += 1;
  return join(root, `r${count}`, 'models.yml');
};
const open = (path: string) =>
  createModelRegistry(createFileRecords(path, REGISTRY_PARTS), { ...REGISTRY_PARTS, now: () => '2026-05-05T00:00:00.000Z' });
const write = async (path: string, text: string) => {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
};

describe('the file of a registry', () => {
  it('is not made by reading', async () => {
    const path = newPath();
    expect(await open(path).list()).toHaveLength(1);
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is for its owner alone, and no draft or lock stays beside it', async () => {
    const path = newPath();
    await open(path).register(modelEntry('a'));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(path, '..'))).toEqual(['models.yml']);
  });

  it('is written when something changes, and then only', async () => {
    const path = newPath();
    await open(path).register(modelEntry('a'));
    await utimes(path, 1, 1);
    await open(path).register(modelEntry('a'));
    await open(path).updateStatus('a', 'registered');
    expect((await stat(path)).mtimeMs).toBe(1000);
  });

  it('may be what was exported, or written by hand; it is then as old as it is', async () => {
    const path = newPath();
    await write(path, 'models:\n  - id: mine\n    provider: ollama_local\n    model: qwen3:8b\n');
    await utimes(path, 86_400, 86_400);
    expect(await open(path).get('mine')).toMatchObject({ weight: 1, status: 'registered', version: 1, roles: ['deep_scan'] });
    expect(await open(path).versions('mine')).toMatchObject([{ version: 1, created_at: '1970-01-02T00:00:00.000Z' }]);
    await open(path).register(modelEntry('mine', { weight: 2 }));
    expect((await open(path).versions('mine')).map(({ version, created_at }) => [version, created_at])).toEqual([
      [2, '2026-05-05T00:00:00.000Z'],
      [1, '1970-01-02T00:00:00.000Z'],
    ]);
  });

  it('counts what was changed by hand as a version', async () => {
    const path = newPath();
    await open(path).register(modelEntry('a', { weight: 2 }));
    await write(path, (await readFile(path, 'utf8')).replace('weight: 2', 'weight: 7').replace('status: registered', 'status: disabled'));
    expect(await open(path).get('a')).toMatchObject({ weight: 7, version: 2, status: 'disabled' });
    expect((await open(path).versions('a')).map(({ version, entry }) => [version, entry.weight])).toEqual([
      [2, 7],
      [1, 2],
    ]);
    expect(await open(path).rollback('a', 1)).toMatchObject({ version: 3, weight: 2, status: 'disabled' });
  });

  it('that is broken is one error with every place, for reading and writing, and stays as it is', async () => {
    const path = newPath();
    const text = 'version: 1\nmodels:\n  - { id: a, provider: ollama_local, modle: x }\n';
    await write(path, text);
    for (const act of [() => open(path).list(), () => open(path).register(modelEntry('b')), () => open(path).export()]) {
      await expect(act()).rejects.toMatchObject({
        ...{ code: 'AEGIS_CONFIG', message: `${path} has 2 problems`, hint: expect.stringContaining(path) as string },
        problems: [
          { line: 3, key: 'models[0].model', message: 'is missing' },
          { line: 3, column: 38, message: expect.stringContaining('did you mean `model`?') as string },
        ],
      });
    }
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('may be a symbolic link, which stays one', async () => {
    const path = newPath();
    const target = join(path, '..', 'dotfiles.yml');
    await write(target, '');
    await symlink(target, path);
    await open(path).register(modelEntry('a'));
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect(await readFile(target, 'utf8')).toContain('id: a');
  });

  it.each([
    { name: 'a folder', says: 'cannot be read: it is a folder', make: (path: string) => mkdir(path, { recursive: true }) },
    {
      name: 'beneath a file',
      says: 'cannot be read: a part of the path is no folder',
      make: (path: string) => writeFile(join(path, '..'), ''),
    },
  ])('that is $name is told in a sentence', async ({ says, make }) => {
    const path = newPath();
    await make(path);
    await expect(open(path).list()).rejects.toMatchObject({ code: 'AEGIS_INPUT', message: `the models in ${path} ${says}` });
    await expect(open(path).register(modelEntry('a'))).rejects.toMatchObject({ code: 'AEGIS_INPUT' });
  });

  it.skipIf(process.getuid?.() === 0)('that may not be written is told in a sentence', async () => {
    const path = newPath();
    await write(path, '');
    await chmod(join(path, '..'), 0o500);
    await expect(open(path).register(modelEntry('a'))).rejects.toMatchObject({
      message: `the models in ${path} cannot be written: permission denied`,
    });
    await chmod(join(path, '..'), 0o700);
  });

  it('keeps what several processes register at once', async () => {
    const path = newPath();
    const script = fileURLToPath(new URL('../../../test/fakes/register-models.ts', import.meta.url));
    const processes = ['a', 'b', 'c'].map(
      (name) =>
        new Promise<number | null>((resolve, reject) => {
          const child = spawn(process.execPath, ['--import', 'tsx', script, path, name, '12'], { stdio: ['ignore', 'ignore', 'inherit'] });
          child.once('error', reject).once('exit', resolve);
        }),
    );
    expect(await Promise.all(processes)).toEqual([0, 0, 0]);
    const models = await open(path).list({ type: 'ollama_local' });
    const expected = ['a', 'b', 'c'].flatMap((name) => Array.from({ length: 12 }, (_, index) => `${name}${index}`));
    expect(models.map(({ model_id }) => model_id).toSorted()).toEqual([...expected, 'shared'].toSorted());
    // Each of the 36 registrations of it had another weight.
    expect((await open(path).versions('shared')).map(({ version }) => version)).toEqual(
      Array.from({ length: 36 }, (_, index) => 36 - index),
    );
    expect(await readdir(join(path, '..'))).toEqual(['models.yml']);
  }, 120_000);

  it('is taken over from a process that died while it wrote', async () => {
    const path = newPath();
    await write(path, '');
    await writeFile(`${path}.lock`, JSON.stringify({ pid: 4_194_304, startedAt: '1', host: (await import('node:os')).hostname() }));
    await writeFile(`${path}.12345678.tmp`, 'version: 1\nmodels: [');
    await open(path).register(modelEntry('a'));
    expect((await open(path).get('a')).version).toBe(1);
  });
});
