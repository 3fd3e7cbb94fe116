import { z } from 'zod';
import type { Health } from '#ports/provider.ts';
import { callGitHub, type GitHubClient } from './client.ts';

/** Asks GitHub who we are. `client` must carry the App's own credentials. Throws `HostError`. */
export async function checkApp(client: GitHubClient): Promise<Health> {
  const app = await callGitHub(client, 'GET /app', {}, z.object({ name: z.string(), slug: z.string() }));
  return { available: true, detail: `the App ${app.name} (${app.slug})` };
}
