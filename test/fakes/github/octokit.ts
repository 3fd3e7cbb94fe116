import { ProbotOctokit } from 'probot';
import type { GitHubClient } from '#github/client.ts';
import type { FakeGitHub } from '../github.ts';

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Real Octokits that speak to the fake, as the App would have them: without the waiting of throttling, and of retry. */
export function connectOctokit(
  fake: FakeGitHub,
  { retry = false } = {},
): {
  clientFor(installationId: number): Promise<GitHubClient>;
  appClient(): Promise<GitHubClient>;
} {
  const connected = new Map<number, GitHubClient>();
  const connect = (auth: Record<string, unknown>): GitHubClient =>
    new ProbotOctokit({
      auth: { appId: fake.state.appId, privateKey: fake.privateKey, ...auth },
      baseUrl: `${fake.url}/api/v3`,
      log: SILENT,
      retry: { enabled: retry },
      throttle: { enabled: false },
    });
  return {
    // One for each installation, so that its token is minted once and kept, as Probot does.
    clientFor: async (installationId) => {
      const client = connected.get(installationId) ?? connect({ installationId });
      connected.set(installationId, client);
      return client;
    },
    appClient: async () => connect({}),
  };
}
