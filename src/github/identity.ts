import { z } from 'zod';
import { callGitHub, type GitHubClient, toHostError } from './client.ts';

/** Aegis on GitHub. `slug` is the App's name in URLs; null when it could not be had. */
export interface Identity {
  /** 0 where Aegis is no App of its own but the account of a token. */
  readonly appId: number;
  readonly slug: string | null;
  /** Who writes, where that is the account of a token. */
  readonly login?: string;
}

/**
 * Asks who we are, once; a failure is asked again at the next call. `client` must carry the App's own credentials. Throws a
 * retryable `HostError`; where GitHub will not tell, the name stays unknown.
 */
export function createIdentity(appId: number, client: () => Promise<GitHubClient>): () => Promise<Identity> {
  let slug: string | null = null;
  return async () => {
    slug ??= await client()
      .then((app) => callGitHub(app, 'GET /app', {}, z.object({ slug: z.string() })))
      .then((app) => app.slug)
      .catch((error: unknown) => {
        const fault = toHostError('GET /app', error);
        // Without a name every bot might be us: what may work later is asked again rather than guessed.
        if (fault.retryable) throw fault;
        return null;
      });
    return { appId, slug };
  };
}
