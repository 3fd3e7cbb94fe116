import { expect, it } from 'vitest';
import type { PullRequest } from '#model/publication.ts';
import { KNOWN } from '../../test/fakes/known-parts.ts';
import { readConfig } from './read-config.ts';
import { skipReason } from './skip-reason.ts';

const pull: PullRequest = {
  installationId: 1,
  owner: 'octo',
  repo: 'shop',
  number: 7,
  title: 'chore(deps): bump express',
  state: 'open',
  draft: false,
  headSha: 'a'.repeat(40),
  headRef: 'renovate/express-5.x',
  baseSha: 'b'.repeat(40),
  baseRef: 'main',
  fork: false,
  authorLogin: 'renovate[bot]',
  authorIsBot: true,
  labels: [],
  merged: false,
  isPrivate: false,
};

it.each([
  { name: 'an ordinary pull request is reviewed', text: '', pull: {}, reason: null },
  { name: 'a draft is not', text: '', pull: { draft: true }, reason: 'it is a draft' },
  { name: 'a draft is, where asked for', text: 'review: { drafts: true }', pull: { draft: true }, reason: null },
  { name: 'a bot is not, where asked for', text: 'review: { bots: false }', pull: {}, reason: 'its author is a bot' },
  { name: 'a fork is reviewed', text: '', pull: { fork: true }, reason: null },
  { name: 'a fork is not, where asked for', text: 'review: { forks: false }', pull: { fork: true }, reason: 'it comes from a fork' },
  { name: 'a branch by its beginning', text: 'skip: { branches: ["renovate/*"] }', pull: {}, reason: 'its branch matches `renovate/*`' },
  { name: 'a branch that only contains it', text: 'skip: { branches: ["express"] }', pull: {}, reason: null },
  {
    name: 'an author whose name has brackets',
    text: 'skip: { authors: ["Renovate[bot]"] }',
    pull: {},
    reason: 'its author matches `Renovate[bot]`',
  },
  {
    name: 'a title by several parts',
    text: 'skip: { titles: ["CHORE(*)*bump*"] }',
    pull: {},
    reason: 'its title matches `CHORE(*)*bump*`',
  },
  { name: 'parts that would have to overlap', text: 'skip: { titles: ["chore*e"] }', pull: { title: 'chore' }, reason: null },
  {
    name: 'a label',
    text: 'skip: { labels: ["no-review*"] }',
    pull: { labels: ['bug', 'No-Review please'] },
    reason: 'its label matches `no-review*`',
  },
  { name: 'a label that it has not', text: 'skip: { labels: [wip] }', pull: { labels: ['bug'] }, reason: null },
  { name: 'a label where it has none', text: 'skip: { labels: ["*"] }', pull: {}, reason: null },
  {
    name: 'either of two branches',
    text: 'skip: { branches: ["{renovate,dependabot}/*"] }',
    pull: {},
    reason: 'its branch matches `{renovate,dependabot}/*`',
  },
  {
    name: 'one character',
    text: 'skip: { branches: ["renovate/express-?.x"] }',
    pull: {},
    reason: 'its branch matches `renovate/express-?.x`',
  },
  {
    name: 'a merge group',
    text: 'skip: { branches: ["*"], titles: ["*"] }\nreview: { bots: false }',
    pull: { number: 0, draft: true },
    reason: null,
  },
  { name: 'any title', text: 'skip: { titles: ["*"] }', pull: { title: '' }, reason: 'its title matches `*`' },
])('$name', ({ text, pull: overrides, reason }) =>
  expect(skipReason(readConfig(text, '.aegis.yml', KNOWN).config.values, { ...pull, ...overrides })).toBe(reason),
);
