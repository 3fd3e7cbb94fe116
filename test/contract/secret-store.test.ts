import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFileSecrets } from '#models/registry/file-secrets.ts';
import { examineSecretStore } from './secret-store.ts';

const folder = await mkdtemp(join(tmpdir(), 'aegis-secrets-'));
afterAll(() => rm(folder, { recursive: true }));

examineSecretStore('secrets in a file', async () => {
  const path = join(folder, 'new', 'secrets.json');
  return {
    open: (secretKey) => createFileSecrets(path, secretKey),
    contents: () => readFile(path, 'utf8'),
    tamper: async (name, change) => {
      const file = JSON.parse(await readFile(path, 'utf8')) as { secrets: { name: string }[] };
      file.secrets = file.secrets.map((secret) => (secret.name === name ? { ...secret, ...change } : secret));
      await writeFile(path, JSON.stringify(file));
    },
    clear: () => rm(path, { force: true }),
    close: async () => {},
  };
});

describe('a file of secrets', () => {
  const KEY = 'a passphrase of some length';
  it('is for its owner alone', async () => {
    const path = join(folder, 'own', 'secrets.json');
    await createFileSecrets(path, KEY).put({ name: 'A', value: 'x', hosts: [], repositories: [] });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'own'))).mode & 0o777).toBe(0o700);
  });
  it.each([
    { name: 'no JSON', text: '{' },
    { name: 'another JSON', text: '{"version":1}' },
    { name: 'of a later version', text: '{"version":2,"secrets":[]}' },
  ])('that is $name is damaged, and stays as it is', async ({ text }) => {
    const path = join(folder, 'damaged.json');
    await writeFile(path, text);
    const store = createFileSecrets(path, KEY);
    for (const act of [() => store.list(), () => store.open('A'), () => store.put({ name: 'A', value: 'x', hosts: [], repositories: [] })])
      await expect(act()).rejects.toMatchObject({ code: 'AEGIS_INPUT', message: `the file of secrets ${path} is damaged` });
    expect(await readFile(path, 'utf8')).toBe(text);
  });
  it('that is a folder is told so', async () => {
    await expect(createFileSecrets(folder, KEY).list()).rejects.toMatchObject({
      message: `the secrets in ${folder} cannot be read: it is a folder`,
    });
  });
});
