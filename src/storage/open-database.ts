import { join } from 'node:path';
import type { Database } from './database.ts';
import { openPglite } from './open-pglite.ts';
import { openPostgres } from './open-postgres.ts';

/** Where state is kept. `databaseUrl` wins; `dataDir` is the folder of the embedded database. */
export interface DatabasePlace {
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
}

/**
 * Opens PostgreSQL at `databaseUrl`, or else the embedded one in `<dataDir>/db`, which one process at a time may use.
 * Throws `InputError` for a URL or folder that cannot work, `UnavailableError` where the database cannot be had.
 */
export async function openDatabase({ databaseUrl, dataDir }: DatabasePlace): Promise<Database> {
  return databaseUrl ? openPostgres(databaseUrl) : openPglite(join(dataDir, 'db'));
}
