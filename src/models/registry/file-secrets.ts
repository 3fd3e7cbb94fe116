import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { describeFileFault } from '#lib/describe-file-fault.ts';
import { replaceFile } from '#lib/replace-file.ts';
import { createSecretVault, type SecretRecord } from '#lib/secret-record.ts';
import { withFileLock } from '#lib/with-file-lock.ts';
import { InputError } from '#model/errors.ts';
import type { SecretStore } from '#ports/secret-store.ts';

const fileSchema = z.strictObject({
  version: z.literal(1),
  secrets: z.array(
    z.strictObject({
      name: z.string(),
      hosts: z.array(z.string()),
      repositories: z.array(z.string()),
      sealed: z.string(),
      createdAt: z.iso.datetime(),
    }),
  ),
});

/**
 * Secrets of a person's own machine, in one file that is theirs alone. `secretKey` is `AEGIS_SECRET_KEY`, and is needed
 * to store and to open.
 */
export function createFileSecrets(path: string, secretKey: string, now: () => string = () => new Date().toISOString()): SecretStore {
  const vault = createSecretVault(secretKey);
  const change = async (edit: (records: readonly SecretRecord[]) => readonly SecretRecord[]) => {
    try {
      await withFileLock(path, async () => {
        const records = edit(await readRecords(path)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
        await replaceFile(path, `${JSON.stringify({ version: 1, secrets: records }, null, 2)}\n`);
      });
    } catch (error) {
      const clause = describeFileFault(error);
      if (clause === null) throw error;
      throw new InputError(`the secrets in ${path} cannot be written: ${clause}`, { hint: 'Make the file one that can be written.' });
    }
  };
  return {
    async put(secret) {
      const record = { ...(await vault.seal(secret)), createdAt: now() };
      await change((records) => [...records.filter(({ name }) => name !== record.name), record]);
    },
    list: async () => (await readRecords(path)).map(({ sealed: _, ...info }) => info),
    async remove(name) {
      let found = false;
      await change((records) => {
        found = records.some((one) => one.name === name);
        return records.filter((one) => one.name !== name);
      });
      return found;
    },
    async open(name) {
      const record = (await readRecords(path)).find((one) => one.name === name);
      if (record === undefined) return null;
      const { sealed: _, ...info } = record;
      return { ...info, value: await vault.open(record) };
    },
  };
}

async function readRecords(path: string): Promise<readonly SecretRecord[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    const clause = describeFileFault(error);
    if (clause === null) throw error;
    throw new InputError(`the secrets in ${path} cannot be read: ${clause}`, { hint: 'Make the file one that can be read.' });
  }
  const read = fileSchema.safeParse(parse(text));
  if (read.success) return read.data.secrets;
  throw new InputError(`the file of secrets ${path} is damaged`, { hint: 'Restore it, or move it away and store the secrets again.' });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
