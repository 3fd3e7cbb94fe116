import type { Probot } from 'probot';
import { describe, expect, it, vi } from 'vitest';
import { type AppContext, createApp } from './app.ts';

const repository = { id: 1, name: 'shop', owner: { login: 'octo' } };
const opened = {
  ...{ action: 'opened', installation: { id: 1 }, repository },
  pull_request: { number: 7, head: { sha: 'a'.repeat(40) }, base: { sha: 'b'.repeat(40) } },
};

/** Delivers one webhook; answers what was accepted, and the log. */
async function deliver(name: string, payload: unknown) {
  const accepted: unknown[] = [];
  const logged: string[] = [];
  const ctx: AppContext = {
    store: {
      accept: async (delivery, request) => {
        accepted.push({ ...delivery, ...request });
        return { kind: 'accepted', scanId: 'scan-1' };
      },
      lastAttempt: async () => 0,
    },
    findPullRequest: async () => null,
    log: (level, message) => void logged.push(`${level} ${message}`),
  };
  const onAny = vi.fn();
  createApp(ctx)({ onAny } as unknown as Probot);
  await onAny.mock.calls[0]?.[0]({ id: 'guid-1', name, payload });
  return { accepted, logged };
}

describe('a webhook', () => {
  it('that asks for a review is recorded', async () => {
    const { accepted, logged } = await deliver('pull_request', opened);
    expect(accepted).toMatchObject([{ guid: 'guid-1', event: 'pull_request', action: 'opened', number: 7, attempt: 1 }]);
    expect(logged).toEqual(['info delivery guid-1: pull_request accepted']);
  });

  it.each([
    { name: 'ping', payload: {}, reason: 'ping asks for nothing' },
    { name: 'pull_request', payload: { ...opened, action: 'labeled' }, reason: 'pull_request labeled changes no code' },
    { name: 'pull_request', payload: { action: 'opened' }, reason: 'the pull_request payload lacks installation' },
  ])('that asks for nothing stands in the log with the reason: $reason', async ({ name, payload, reason }) => {
    const { accepted, logged } = await deliver(name, payload);
    expect(accepted).toEqual([]);
    expect(logged).toEqual([`info delivery guid-1: ${name} ignored: ${reason}`]);
  });
});
