import { expect, it } from 'vitest';
import type { GitHubClient } from './client.ts';
import { createIdentity } from './identity.ts';

const us = { appId: 7, slug: 'aegis' };

it('asks for its name until it has it, and then no more', async () => {
  const answers = [Promise.reject(new Error('down')), Promise.resolve({ headers: {}, data: { slug: 'aegis' } })];
  let asked = 0;
  const client: GitHubClient = {
    request: () => answers[asked++] ?? Promise.reject(new Error('asked too often')),
    graphql: () => Promise.reject(new Error('not asked')),
    auth: () => Promise.reject(new Error('not asked')),
  };
  const identity = createIdentity(7, async () => client);
  expect(await identity()).toEqual({ appId: 7, slug: null });
  expect(await identity()).toEqual(us);
  expect(await identity()).toEqual(us);
});
