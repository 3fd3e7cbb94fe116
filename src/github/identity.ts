import { z } from 'zod';
import { callGitHub, type GitHubClient } from './client.ts';

/** Who wrote something on GitHub, as far as GitHub tells. */
export const authorSchema = z.object({
  user: z.object({ login: z.string(), type: z.string().nullish() }).nullish(),
  performed_via_github_app: z.object({ id: z.number() }).nullish(),
});
export type Author = z.infer<typeof authorSchema>;

/** Aegis on GitHub. `slug` is the App's name in URLs; null when it could not be had. */
export interface Identity {
  readonly appId: number;
  readonly slug: string | null;
}

/**
 * True for what this App wrote itself. Markers are trusted in nothing else: anybody can write one. Review comments
 * do not say which App made them; there the login tells, which no person can take (`[` is not allowed in names).
 */
export function isOwn(identity: Identity, { user, performed_via_github_app: app }: Author): boolean {
  if (user?.type !== 'Bot') return false;
  if (app) return app.id === identity.appId;
  return identity.slug === null || user.login === `${identity.slug}[bot]`;
}

/** Asks who we are, once; a failure is asked again at the next call. `client` must carry the App's own credentials. */
export function createIdentity(appId: number, client: () => Promise<GitHubClient>): () => Promise<Identity> {
  let slug: string | null = null;
  return async () => {
    slug ??= await client()
      .then((app) => callGitHub(app, 'GET /app', {}, z.object({ slug: z.string() })))
      .then((app) => app.slug)
      .catch(() => null);
    return { appId, slug };
  };
}
