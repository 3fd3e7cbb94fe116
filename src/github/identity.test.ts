import { describe, expect, it } from 'vitest';
import type { GitHubClient } from './client.ts';
import { type Author, createIdentity, isOwn } from './identity.ts';

const us = { appId: 7, slug: 'aegis' };
const bot = { login: 'aegis[bot]', type: 'Bot' };

describe('what is our own', () => {
  it.each<{ name: string; author: Author; own: boolean }>([
    { name: 'the App by its id', author: { user: bot, performed_via_github_app: { id: 7 } }, own: true },
    { name: 'the App by its login, where GitHub names no App', author: { user: bot }, own: true },
    { name: 'not another App', author: { user: { login: 'other[bot]', type: 'Bot' }, performed_via_github_app: { id: 8 } }, own: false },
    { name: 'not another App of our name', author: { user: bot, performed_via_github_app: { id: 8 } }, own: false },
    { name: 'not a person', author: { user: { login: 'aegis', type: 'User' } }, own: false },
    {
      name: 'not a person who acts through the App',
      author: { user: { login: 'mallory', type: 'User' }, performed_via_github_app: { id: 7 } },
      own: false,
    },
    { name: 'not a person who is called a bot', author: { user: { login: 'aegis[bot]', type: 'User' } }, own: false },
    { name: 'not an account that is gone', author: { user: null }, own: false },
  ])('$name', ({ author, own }) => expect(isOwn(us, author)).toBe(own));

  it('is any bot where our own name could not be had, and still no person', () => {
    expect(isOwn({ appId: 7, slug: null }, { user: bot })).toBe(true);
    expect(isOwn({ appId: 7, slug: null }, { user: { login: 'mallory', type: 'User' } })).toBe(false);
  });
});

it('asks for its name until it has it, and then no more', async () => {
  const answers = [Promise.reject(new Error('down')), Promise.resolve({ headers: {}, data: { slug: 'aegis' } })];
  let asked = 0;
  const client: GitHubClient = {
    request: () => answers[asked++] ?? Promise.reject(new Error('asked too often')),
    graphql: () => Promise.reject(new Error('not asked')),
  };
  const identity = createIdentity(7, async () => client);
  expect(await identity()).toEqual({ appId: 7, slug: null });
  expect(await identity()).toEqual(us);
  expect(await identity()).toEqual(us);
});
