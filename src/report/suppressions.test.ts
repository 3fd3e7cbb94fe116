import { expect, it } from 'vitest';
import { readDismissal } from './suppressions.ts';

it.each([
  { reason: '@octocat: a fixture', actor: 'octocat', words: 'a fixture' },
  { reason: '@dependabot[bot]: known: see #1', actor: 'dependabot[bot]', words: 'known: see #1' },
  { reason: 'a fixture', actor: null, words: 'a fixture' },
  { reason: '@a b: c', actor: null, words: '@a b: c' },
  { reason: null, actor: null, words: '' },
])('who dismissed it with "$reason": $actor', ({ reason, actor, words }) => expect(readDismissal(reason)).toEqual({ actor, words }));
