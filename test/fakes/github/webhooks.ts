import { createHmac, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { showPull } from './pulls.ts';
import type { FakePull, FakeState } from './state.ts';

// biome-ignore lint/suspicious/noExplicitAny: payloads are GitHub's own examples, with our facts put in.
export type Payload = any;

/** GitHub's own examples of every event. */
export const examples: { name: string; examples: Payload[] }[] = createRequire(import.meta.url)('@octokit/webhooks-examples');

/** A delivery as GitHub sends it. */
export interface SignedWebhook {
  readonly headers: Record<string, string>;
  readonly body: string;
}

export function example(event: string, action: string): Payload {
  const found = examples.find(({ name }) => name === event)?.examples.find((each) => each.action === action);
  if (found === undefined) throw new Error(`there is no example of ${event}.${action}`);
  return structuredClone(found);
}

export function withRepository(state: FakeState, pull: FakePull, payload: Payload): Payload {
  const { base } = showPull(state, pull);
  return {
    ...payload,
    installation: { id: state.installationId, node_id: 'MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u' },
    repository: { ...payload.repository, ...base.repo, owner: { ...payload.repository.owner, login: pull.owner } },
    sender: { ...payload.sender, login: pull.author.login, type: pull.author.type },
  };
}

/** `pull_request` with the facts of a pull request of this GitHub. `edited` changes the base. */
export function pullRequestPayload(state: FakeState, pull: FakePull, action = 'opened'): Payload {
  const payload = example('pull_request', action === 'edited' ? 'opened' : action);
  const shown = showPull(state, pull);
  const { pull_request: known } = payload;
  const changes = action === 'edited' ? { changes: { base: { ref: { from: 'old' }, sha: { from: '0'.repeat(40) } } } } : {};
  return withRepository(state, pull, {
    ...payload,
    ...changes,
    action,
    number: pull.number,
    pull_request: {
      ...known,
      ...shown,
      user: { ...known.user, ...shown.user },
      head: { ...known.head, ...shown.head },
      base: { ...known.base, ...shown.base },
    },
  });
}

/** `check_run` rerequested. For a fork GitHub names no pull request. */
export function checkRunPayload(state: FakeState, pull: FakePull, externalId: string, action = 'rerequested'): Payload {
  const payload = example('check_run', action);
  const check_run = { ...payload.check_run, head_sha: pull.headSha, external_id: externalId, pull_requests: named(state, pull) };
  return withRepository(state, pull, { ...payload, check_run });
}

export function checkSuitePayload(state: FakeState, pull: FakePull, action = 'rerequested'): Payload {
  const payload = example('check_suite', action);
  const check_suite = { ...payload.check_suite, head_sha: pull.headSha, pull_requests: named(state, pull) };
  return withRepository(state, pull, { ...payload, check_suite });
}

function named(state: FakeState, pull: FakePull): Payload[] {
  if (pull.fork) return [];
  const { number, head, base } = showPull(state, pull);
  const short = ({ ref, sha, repo }: typeof head) => ({ ref, sha, repo: repo && { id: repo.id, name: repo.name } });
  return [{ number, head: short(head), base: short(base) }];
}

/** Signs a payload: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries */
export function signWebhook(event: string, payload: Payload, secret: string, guid: string = randomUUID()): SignedWebhook {
  const body = JSON.stringify(payload);
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-event': event,
      'x-github-delivery': guid,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  };
}

/** Sends a signed webhook to a server's webhook path and answers what it said. */
export function deliver(serverUrl: string, { headers, body }: SignedWebhook): Promise<Response> {
  return fetch(new URL('/api/github/webhooks', serverUrl), { method: 'POST', headers, body });
}
