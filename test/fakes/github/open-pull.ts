import { createGitHubHost, type GitHubHostOptions } from '#github/github-host.ts';
import { createMemoryPace } from '#github/memory-pace.ts';
import type { ChangeSet } from '#model/change-set.ts';
import type { CheckAnnotation, InlineComment, Publication, PullRequest } from '#model/publication.ts';
import type { CodeHost } from '#ports/code-host.ts';
import { type FakeGitHub, type FakeGitHubOptions, startFakeGitHub } from '../github.ts';
import { createMemoryLog } from '../publication-log.ts';
import { connectOctokit } from './octokit.ts';
import type { FakePull, PullSpec } from './state.ts';

/** A pull request on a fresh fake GitHub, with the real host in front of it. */
export interface OpenPull {
  readonly fake: FakeGitHub;
  readonly host: CodeHost;
  readonly log: ReturnType<typeof createMemoryLog>;
  readonly there: FakePull;
  pull(): Promise<PullRequest>;
  change(): Promise<ChangeSet>;
}

export async function openPull(spec: PullSpec, options: FakeGitHubOptions = {}, patience = virtualPatience()): Promise<OpenPull> {
  const fake = await startFakeGitHub(options);
  const there = fake.addPull(spec);
  const log = createMemoryLog();
  const host = createGitHubHost({ appId: fake.state.appId, ...connectOctokit(fake), log, ...patience });
  const pull = () =>
    host.pullRequest({ installationId: fake.state.installationId, owner: there.owner, repo: there.repo, number: there.number });
  return { fake, host, log, there, pull, change: async () => host.change(await pull()) };
}

/** A clock that moves on at once where something waits; `waited` tells how long that was, milliseconds. */
export function virtualClock() {
  let time = 0;
  return {
    now: () => time,
    waited: () => time,
    async wait(ms: number, signal: AbortSignal): Promise<void> {
      signal.throwIfAborted();
      time += ms;
    },
  };
}

/** What the host keeps to, on a clock that does not make a test wait. */
export function virtualPatience(clock = virtualClock()): Pick<GitHubHostOptions, 'pace' | 'wait' | 'now' | 'signal'> {
  return { pace: createMemoryPace(clock), wait: clock.wait, now: clock.now, signal: new AbortController().signal };
}

/** `count` lines, each its own number. */
export function numbered(count: number, word = 'line'): string {
  return Array.from({ length: count }, (_, index) => `${word} ${index + 1}\n`).join('');
}

export function commentOn(path: string, line: number, startLine = line): InlineComment {
  const fingerprint = Buffer.from(`${path}:${line}`).toString('hex');
  return { fingerprint, path, startLine, line, body: `a weakness at ${path}:${line}\n\n<!-- aegis:v1 fingerprint=${fingerprint} -->` };
}

export function annotationOn(path: string, line: number): CheckAnnotation {
  return { path, startLine: line, endLine: line, severity: 'high', title: 'SQL injection', message: `at line ${line}` };
}

export function publicationOf(parts: Partial<Publication> & { comments?: readonly InlineComment[] } = {}): Publication {
  const { comments = [], ...given } = parts;
  return {
    scanId: '01J0000000SCAN',
    check: { name: 'Aegis', conclusion: 'failure', title: '1 finding', summary: 'One finding.', annotations: [] },
    review: { body: 'Aegis found something.', event: 'COMMENT', comments },
    closed: [],
    blocks: true,
    summary: '## Aegis\n\n<!-- aegis:summary -->',
    sarif: null,
    ...given,
  };
}
