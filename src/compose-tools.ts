import { ProbotOctokit } from 'probot';
import { MIGRATIONS } from './compose.ts';
import type { ServeEnvironment } from './config/env.ts';
import { checkApp } from './github/app-health.ts';
import type { Health } from './ports/provider.ts';
import { migrateDatabase as migrate } from './storage/migrate.ts';
import { type DatabasePlace, openDatabase } from './storage/open-database.ts';

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
  return await migrate({ ...place, migrationsFolder: MIGRATIONS });
}
