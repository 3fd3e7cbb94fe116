import { ProbotOctokit } from 'probot';
import { MIGRATIONS } from './compose.ts';
import { keepInDatabase } from './compose-server-state.ts';
import type { KeptState } from './compose-state.ts';
import type { Environment, ServeEnvironment } from './config/env.ts';
import { checkApp } from './github/app-health.ts';
import type { Health } from './ports/provider.ts';
import { migrate, migrateDatabase as migrateAt, requireSchema } from './storage/migrate.ts';
import { type DatabasePlace, openDatabase } from './storage/open-database.ts';

/**
 * The state of the server, in its database. The embedded one is Aegis's own, and is brought up to date; of any other it
 * is asked that it is: an address may name a database of somebody else.
 */
export async function openServerState(env: Environment): Promise<KeptState> {
  const database = await openDatabase({ databaseUrl: env.databaseUrl, dataDir: env.dataDir });
  try {
    if (database.kind === 'pglite') await migrate(database, MIGRATIONS);
    else await requireSchema(database, MIGRATIONS);
  } catch (error) {
    await database.close();
    throw error;
  }
  return keepInDatabase(env, database);
}

/** Opens the database and closes it again. */
export async function checkDatabase(place: DatabasePlace): Promise<Health> {
  const database = await openDatabase(place);
  const detail = `${database.kind} at ${database.place}`;
  await database.close();
  return { available: true, detail };
}

/** Asks GitHub who the App of this environment is. */
export async function checkGitHub(env: ServeEnvironment): Promise<Health> {
  if (env.kind === 'setup') return { available: false, detail: 'APP_ID is not set.' };
  const octokit = new ProbotOctokit({
    auth: { appId: env.appId, privateKey: env.privateKey },
    throttle: { enabled: false },
    retry: { enabled: false },
    ...(env.gheHost !== undefined && { baseUrl: `${env.gheProtocol}://${env.gheHost}/api/v3` }),
  });
  return await checkApp(octokit);
}

/** Brings the schema of the database up to date. */
export async function migrateDatabase(place: DatabasePlace): Promise<{ readonly applied: number; readonly place: string }> {
  return await migrateAt({ ...place, migrationsFolder: MIGRATIONS });
}
