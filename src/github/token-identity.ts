import { z } from 'zod';
import { type GitHubClient, queryGitHub } from './client.ts';
import type { Identity } from './identity.ts';

/** Who writes with the token of a workflow: https://docs.github.com/actions/security-for-github-actions/security-guides/automatic-token-authentication */
const WORKFLOW_LOGIN = 'github-actions[bot]';

/**
 * Who we are with a token, asked once. The token of a workflow may not ask `GET /user`; GraphQL tells it, and where it does
 * not, the token is taken for a workflow's.
 */
export function createTokenIdentity(client: GitHubClient): () => Promise<Identity> {
  let asked: Promise<Identity> | null = null;
  return () => {
    asked ??= queryGitHub(client, 'query { viewer { login } }', {}, z.object({ viewer: z.object({ login: z.string() }) }))
      .then(({ viewer }) => viewer.login)
      .catch(() => WORKFLOW_LOGIN)
      .then((login) => ({ appId: 0, slug: null, login }));
    return asked;
  };
}
