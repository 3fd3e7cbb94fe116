import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { makeFolder } from '#lib/make-folder.ts';
import { AegisError, InputError, UnavailableError } from '#model/errors.ts';
import type { Database } from './database.ts';
import { describeFault } from './database-error.ts';
import { lockFolder } from './folder-lock.ts';
import * as schema from './schema.ts';

/**
 * Opens the embedded PostgreSQL in `folder`, creating it where it is new (a few seconds). Two processes on one folder
 * would both succeed and lose rows: the second is refused.
 */
export async function openPglite(folder: string): Promise<Database> {
  const lock = await claimFolder(folder);
  let client: PGlite;
  // Loaded here, so that commands without a database do not pay for it.
  const [pglite, { drizzle }] = await Promise.all([import('@electric-sql/pglite'), import('drizzle-orm/pglite')]);
  try {
    client = await pglite.PGlite.create(folder);
  } catch (error) {
    await lock.release();
    throw new UnavailableError(`the embedded database in ${folder} could not be opened: ${describeFault(error)}`, {
      hint: 'Restore the folder from a backup, or move it away to begin anew.',
      cause: error,
    });
  }
  return {
    kind: 'pglite',
    place: folder,
    db: drizzle(client, { schema }),
    exec: async (script) => {
      const results = await client.transaction((tx) => tx.exec(script));
      return results.flatMap((result) => result.rows);
    },
    listen: async (channel, heard) => {
      await client.listen(channel, heard);
    },
    close: async () => {
      if (!client.closed) await client.close();
      await lock.release();
    },
  };
}

async function claimFolder(folder: string): ReturnType<typeof lockFolder> {
  try {
    await makeFolder(folder);
    await hideFromGit(dirname(folder));
    return await lockFolder(folder);
  } catch (error) {
    if (error instanceof AegisError) throw error;
    throw new InputError(`cannot use the folder ${folder}: ${describeFault(error)}`, {
      hint: 'Set AEGIS_DATA_DIR to a folder that can be written, or DATABASE_URL to a PostgreSQL database.',
    });
  }
}

/** The folder that is ours by its name lies where the server was started, which may be a repository: no review should read it. */
async function hideFromGit(dataDir: string): Promise<void> {
  if (basename(dataDir) !== '.aegis') return;
  await writeFile(join(dataDir, '.gitignore'), '*\n', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
