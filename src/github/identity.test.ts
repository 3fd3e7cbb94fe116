import { expect, it } from 'vitest';
import type { GitHubClient, GitHubResponse } from './client.ts';
import { createIdentity } from './identity.ts';

const us = { appId: 7, slug: 'aegis' };

function asking(...answers: (() => Promise<GitHubResponse>)[]) {
  let asked = 0;
  const client: GitHubClient = {
    request: () => answers[asked++]?.() ?? Promise.reject(new Error('asked too often')),
    graphql: () => Promise.reject(new Error('not asked')),
    auth: () => Promise.reject(new Error('not asked')),
  };
  return createIdentity(7, async () => client);
}

it('where GitHub does not tell, its name stays unknown', async () => {
  const identity = asking(() => Promise.reject({ status: 404, response: { headers: {}, data: { message: 'Not Found' } } }));
  expect(await identity()).toEqual({ appId: 7, slug: null });
});

it('asks for its name until it has it, and then no more', async () => {
  const identity = asking(
    () => Promise.reject(new Error('down')),
    async () => ({ headers: {}, data: { slug: 'aegis' } }),
  );
  await expect(identity()).rejects.toMatchObject({ fault: 'unreachable', retryable: true });
  expect(await identity()).toEqual(us);
  expect(await identity()).toEqual(us);
});
