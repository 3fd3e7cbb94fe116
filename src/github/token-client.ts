import { Octokit } from '@octokit/core';
import { VERSION } from '#lib/version.ts';
import type { GitHubClient } from './client.ts';

const SILENT = () => undefined;

/**
 * A client for one token, at the addresses of the run. https://docs.github.com/actions/reference/workflows-and-actions/variables names them.
 */
export function connectWithToken(token: string, variables: Readonly<Record<string, string | undefined>>): GitHubClient {
  const octokit = new Octokit({
    auth: token,
    userAgent: `aegis/${VERSION}`,
    baseUrl: variables['GITHUB_API_URL'] ?? 'https://api.github.com',
    log: { debug: SILENT, info: SILENT, warn: SILENT, error: SILENT },
  });
  // Octokit derives the address of GraphQL from that of REST, which does not hold behind every proxy.
  const graphqlUrl = variables['GITHUB_GRAPHQL_URL'];
  const graphql =
    graphqlUrl === undefined ? octokit.graphql : octokit.graphql.defaults({ baseUrl: graphqlUrl.replace(/\/graphql\/?$/, '') });
  return {
    request: (route, parameters) => octokit.request(route, parameters),
    graphql: (query, given) => graphql(query, given),
    auth: (options) => octokit.auth(options),
  };
}
